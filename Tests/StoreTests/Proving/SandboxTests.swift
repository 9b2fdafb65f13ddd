import ArangoEmulator
import Messages
import Testing

@testable import Store

@Suite("What a proof creates (against the emulator)") struct SandboxTests {
    @Test("What an interrupted proof has left the next one removes: its process is gone, or it is old; what is others' stays")
    func leftovers() async throws {
        try await Wrong("nothing", fails: []).serve { server, settings in
            let store = try DocumentStore(settings: settings)
            let now = await store.sandboxNames().seconds
            func leave(secondsAgo: Int, _ owner: SandboxOwner) async throws -> SandboxNames {
                let sandbox = Sandbox(settings: settings, names: SandboxNames(seconds: now - secondsAgo, owner: owner))
                let names = sandbox.names
                let obstacle = await store.open(sandbox)
                #expect(obstacle?.failure == nil)
                let definition = GraphPlan.Definition(collection: names.edges, from: [names.documents], to: [names.documents])
                #expect(try await store.provideGraph(GraphPlan(name: names.graph, definitions: [definition])))
                return names
            }
            let elsewhere = SandboxOwner(machine: ~SandboxOwner.own.machine, process: 1)
            let old = try await leave(secondsAgo: 7200, elsewhere)
            let young = try await leave(secondsAgo: 60, elsewhere)
            let killed = try await leave(secondsAgo: 5, .gone)
            let foreign = [
                "warren_proof", "warren_proof_2020", "warren_proof_1000000000_mine", "warren_proof_1000000000_0123456789abcdef0123456_",
                "warren_proof_1000000000_0123456789abcdef01234567_x",
            ]
            for name in foreign { server.perform("POST", "/_db/companies/_api/collection", body: #"{"name":"\#(name)"}"#) }
            let rows = try await Prover.testing(settings).prove()
            #expect(rows.unproven == [])
            let expected: Set = ["companies", young.documents, young.edges]
            #expect(server.collections == expected.union(foreign))
            for names in [old, killed] { #expect(try await store.definitions(ofGraph: names.graph) == nil) }
            #expect(try await store.definitions(ofGraph: young.graph) != nil)
            let cleanup = try #require(rows.last)
            for name in [old.documents, old.edges, killed.documents, young.documents] { #expect(cleanup.answer.contains(name)) }
            await store.close()
        }
    }

    @Test("Its names are told from all others, and tell their process and their age") func names() throws {
        let owner = SandboxOwner(machine: 0xAB, process: 0xFFFF_FFFF)
        let names = SandboxNames(seconds: 1_764_521_826, owner: owner, number: 0)
        #expect(names.documents == "warren_proof_1764521826_000000abffffffff00000000")
        #expect(names.edges == names.documents + "_edges")
        for name in [names.documents, names.edges, names.graph] { #expect(SandboxNames(name) == names) }
        #expect(!names.isLeftBehind(now: names.seconds + 3600) && names.isLeftBehind(now: names.seconds + 3601))
        #expect(!names.isLeftBehind(now: 0))
        #expect(SandboxNames(SandboxNames(seconds: 5).documents) != nil)
    }

    @Test("A process is known to be gone only on its own machine") func owners() {
        for (owner, isGone) in [
            (SandboxOwner.own, false), (.gone, true), (SandboxOwner(machine: SandboxOwner.own.machine, process: 1), false),
            (SandboxOwner(machine: ~SandboxOwner.own.machine, process: 0x7FFF_FFF0), false),
            (SandboxOwner(machine: SandboxOwner.own.machine, process: 0), false),
            (SandboxOwner(machine: SandboxOwner.own.machine, process: .max), false),
        ] {
            let names = SandboxNames(seconds: 1_764_521_826, owner: owner)
            #expect(SandboxNames(names.edges) == names)
            #expect(names.isLeftBehind(now: names.seconds) == isGone, "\(owner)")
        }
    }

    @Test(
        "Names that are nearly like its own are somebody else's",
        arguments: [
            "companies", "", "1764521826", "1764521826_abc", "176452182_000000abffffffff00000000", "1764521826_000000ABffffffff00000000",
            "1764521826_000000abffffffff00000000_", "17645218x6_000000abffffffff00000000", "1764521826_000000abfffffffg00000000",
            "1764521826_+00000abffffffff00000000", "1764521826_000000abffffffff000000é", "1764521826_000000abffffffff00000000_edges_edges",
            "0000000005_000000abffffffff00000000",
        ])
    func foreign(name: String) {
        for name in [name, "warren_proof_\(name)", "xwarren_proof_\(name)"] { #expect(SandboxNames(name) == nil, "\(name)") }
    }
}

extension SandboxOwner {
    /// A process of this machine that is not there: Linux numbers them below 2^22 (proc_sys_kernel(5), pid_max).
    static let gone = SandboxOwner(machine: own.machine, process: 0x7FFF_FFF0)
}
