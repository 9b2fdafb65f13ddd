import ArangoEmulator
import FoundationEssentials
import Glibc
import Nodes
import Service
import Settings
import TestDatabase
import Testing
import Waiting

extension WholeService {
    @Suite("`warren check --live --prove`") struct Proving {
        /// What the command prints, on both streams, and how it ends.
        private func check(_ world: World, _ arguments: String...) async throws -> (text: String, end: ChildProcess.Ending) {
            let daemon = try DaemonProcess(in: world)
            defer { daemon.removeFiles() }
            let output = "\(daemon.directory)/check"
            let process = try ChildProcess(
                DaemonProcess.binary, ["check", "--live"] + arguments + ["--config", daemon.file], environment: [:], output: output)
            let end = try await process.end(within: 120)
            return (try String(contentsOfFile: output, encoding: .utf8), end)
        }

        @Test("The table says that everything is proven, and nothing is left") func table() async throws {
            let world = try await World.make(database: .make(expiryInterval: .milliseconds(100)))
            let text = try await check(world, "--prove").text
            #expect(text.contains("VERDICT") && text.contains("CAME BACK"))
            #expect(text.contains(#/\n\d+ assumptions: \d+ proven, 0 failed, 0 not proven\n/#), "\(text)")
            #expect(!world.database.perform("GET", "/_api/collection").body.contains("warren_proof_"))
        }

        @Test("What a proof leaves that was killed the next one removes") func killed() async throws {
            let world = try await World.make(database: .make(expiryInterval: .milliseconds(100)))
            let daemon = try DaemonProcess(in: world)
            defer { daemon.removeFiles() }
            world.database.inject(InjectedFault(.stall, path: "/_api/document/warren_proof_", skip: 10))
            let collections = { world.database.perform("GET", "/_api/collection").body }
            let process = try ChildProcess(
                DaemonProcess.binary, ["check", "--live", "--prove", "--config", daemon.file], environment: [:], output: "/dev/null")
            try await eventually("it has begun") { collections().contains("warren_proof_") }
            process.send(SIGKILL)
            #expect(try await process.end(within: 60) == .signalled(SIGKILL))
            #expect(collections().contains("warren_proof_"))
            world.database.removeFaults()
            _ = try await check(world, "--prove")
            #expect(!collections().contains("warren_proof_"))
        }

        @Test("Without --prove nothing is written, and its JSON is as it was") func without() async throws {
            let world = try await World.make()
            let text = try await check(world, "--json").text
            #expect(!text.contains("\"proof\""))
            #expect(!world.database.recentRequests.contains { $0.target.contains("warren_proof_") })
        }

        @Test("As JSON each assumption is a finding with its line of the table; one that fails ends the command with 78")
        func json() async throws {
            let world = try await World.make(database: .make(expiryInterval: .milliseconds(100)))
            world.database.inject(InjectedFault(.answer(status: 404, errorNum: 404, message: "unknown path"), path: "/_api/edges"))
            let (text, end) = try await check(world, "--prove", "--json")
            // Warnings go to the other stream.
            let start = try #require(text.firstRange(of: "[{")?.lowerBound)
            let findings = try JSONDecoder().decode([Found].self, from: Data(text[start...].utf8))
            let proofs = findings.filter { $0.proof != nil }
            #expect(proofs.count > 40)
            #expect(proofs.filter { $0.proof?.verdict == "failed" }.map(\.subject) == ["proof edges-out", "proof edges-in"])
            #expect(proofs.allSatisfy { ($0.severity == "error") == ($0.proof?.verdict == "failed") })
            #expect(end == .exited(78))
        }

        @Test("It needs --live") func usage() async throws {
            let process = try ChildProcess(DaemonProcess.binary, ["check", "--prove"], environment: [:], output: "/dev/null")
            #expect(try await process.end(within: 60) == .exited(64))
        }
    }
}

/// A finding as scripts read it.
private struct Found: Decodable {
    struct Proof: Decodable {
        let name: String
        let assumption: String
        let done: String
        let answer: String
        let verdict: String
        let grant: String?
    }
    let severity: String
    let subject: String
    let text: String
    let proof: Proof?
}
