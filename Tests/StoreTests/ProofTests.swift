import ArangoEmulator
import Messages
import Settings
import TestDatabase
import Testing

@testable import Store

/// A store and a server that have the collections `companies` and `relations`.
private func withCollections(_ body: (TestDatabase, DocumentStore) async throws -> Void) async throws {
    let server = try await TestDatabase.make()
    let store = try DocumentStore(settings: .testing(server) { $0.timeout = .seconds(5) })
    let plan = ProvisionPlan(
        collections: [.init(name: "companies", .documents), .init(name: "relations", .edges)], needsVersions: true)
    _ = try await store.provision(plan).get()
    try await body(server, store)
    await store.close()
}

private let relations = WriteTarget(collection: "relations", mode: .replace, versionAttribute: "version")
private let kinds: [WriteProof.Kind] = [.write, .read, .sweep(verticesIn: "companies", .out)]

@Suite("Proofs that a collection takes writes")
struct ProofTests {
    @Test("A proof of each kind passes where writes pass, and leaves nothing")
    func pass() async throws {
        try await withCollections { server, store in
            for mode in [WriteTarget.Mode.update, .replace, .create, .remove] {
                for kind in kinds.prefix(2) { #expect(await store.prove(WriteProof(target: .companies(mode), kind: kind)) == nil) }
            }
            for kind in kinds { #expect(await store.prove(WriteProof(target: relations, kind: kind)) == nil) }
            #expect(server.count(of: "companies") == 0 && server.count(of: "relations") == 0)
        }
    }

    @Test(
        "It fails as the writes do",
        arguments: [
            (InjectedFault.Effect.drop, FailureKind.unknown), (.answer(status: 500, errorNum: 4, message: "m"), .unknown),
            (.answer(status: 500, errorNum: 9999, message: "m"), .failing),
            (.answer(status: 403, errorNum: nil, message: "<html>"), .failing),
            (.answer(status: 403, errorNum: 1004, message: "read only: companies [write]"), .collection),
            (.answer(status: 503, errorNum: 503, message: "m"), .outage),
            (.failElements(keys: nil, errorNum: 1457, message: nil), .collection),
            (.failElements(keys: nil, errorNum: 18, message: "m"), .collection),
            (.failElements(keys: nil, errorNum: 9999, message: "m"), .failing),
        ])
    func fail(effect: InjectedFault.Effect, expected: FailureKind) async throws {
        try await withCollections { server, store in
            for method in ["POST", "DELETE"] {
                server.inject(InjectedFault(effect, method: method, path: "/_api/document/companies"))
                #expect(await store.prove(WriteProof(target: .companies(), kind: .write))?.kind == expected, "\(method)")
                #expect(await store.prove(WriteProof(target: relations, kind: .write)) == nil, "others' collections are not concerned")
                server.removeFaults()
            }
        }
    }

    @Test("A read proves nothing about writes: a proof of reading fails where writes do, and one of writing passes where reads do not")
    func reads() async throws {
        try await withCollections { server, store in
            server.inject(
                InjectedFault(.answer(status: 500, errorNum: 9999, message: "m"), method: "PUT", path: "/_api/document/companies"))
            #expect(await store.prove(WriteProof(target: .companies(), kind: .read))?.kind == .failing)
            #expect(await store.prove(WriteProof(target: .companies(), kind: .write)) == nil)
            server.removeFaults()
            server.inject(InjectedFault(.answer(status: 500, errorNum: 9999, message: "m"), collection: "companies", writesOnly: true))
            #expect(await store.prove(WriteProof(target: .companies(), kind: .read))?.kind == .failing)
        }
    }

    @Test("A collection that is missing is the configuration's fault")
    func missing() async throws {
        try await withCollections { _, store in
            let target = WriteTarget(collection: "nowhere", mode: .update, versionAttribute: nil)
            for kind in kinds { #expect(await store.prove(WriteProof(target: target, kind: kind))?.kind == .configuration) }
        }
    }
}
