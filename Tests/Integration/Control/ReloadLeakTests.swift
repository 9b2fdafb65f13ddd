import ArangoEmulator
import Commands
import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Nodes
import TestDatabase
import Testing
import Waiting

extension WholeService {
    @Suite("Reloads of a process") struct ReloadsOfAProcess {
        @Test("However often it reloads, it has as many threads and descriptors as before") func leak() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let process = try daemon.start()
            try await daemon.consuming()

            // One processor restarted, then everything over new connections, then a file that is refused, then everything as it was.
            func round() async throws {
                for step in 0..<4 {
                    try daemon.configure(rabbitmq: ["", "heartbeat = \"20s\"", "nonsense = 1", ""][step], prefetch: step == 3 ? 100 : 7)
                    if step == 2 {
                        await #expect(throws: ClientError.self) { let _: ReloadReport = try await daemon.client.send(.post, "/v1/reload") }
                    } else {
                        let report: ReloadReport = try await daemon.client.send(.post, "/v1/reload")
                        #expect(step == 0 ? report.changed == ["updated"] : report.notes.contains("all connections were opened again"))
                    }
                    try await daemon.consuming()
                }
            }
            // What Swift's runtime and the servers' clients keep for good is there after the first rounds.
            for _ in 0..<2 { try await round() }
            let before = try await settled(process)
            for _ in 0..<8 { try await round() }
            try await eventually("as many as before: \(before)") {
                let now = try #require(ResourceUsage(of: process.pid))
                return now.threads <= before.threads && now.descriptors <= before.descriptors
            }
            try await daemon.stop(process)
        }

        @Test("A reload that cannot wait for what is held leaves nothing of the connections before")
        func takenOverWhileHeld() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            func reload(_ round: Int) async throws {
                try daemon.configure(rabbitmq: "heartbeat = \"\(20 + round)s\"", more: "[service]\ndrain = \"1s\"")
                let report: ReloadReport = try await daemon.client.send(.post, "/v1/reload")
                #expect(report.notes.contains("all connections were opened again"))
            }
            try daemon.configure(more: "[service]\ndrain = \"1s\"")
            let process = try daemon.start()
            try await daemon.consuming()
            for round in 1...3 {
                try await reload(round)
                try await daemon.consuming()
            }
            let before = try await settled(process)
            daemon.world.database.inject(
                InjectedFault(.answer(status: 503, errorNum: 503, message: "away"), method: "POST", path: "/_api/document"))
            try await daemon.world.publish([#"{"id":"a","version":1}"#], to: "updated")
            for round in 4...7 {
                try await eventually("it is held") {
                    let report: StatusReport = try await daemon.client.send(.get, "/v1/status")
                    return report.service.held == 1
                }
                try await reload(round)
            }
            daemon.world.database.replaceFaults(with: [])
            try await eventually("written") { daemon.world.documents["a"] != nil }
            try await eventually("as many as before: \(before)") {
                let now = try #require(ResourceUsage(of: process.pid))
                return now.threads <= before.threads && now.descriptors <= before.descriptors
            }
            #expect(daemon.log.contains("Not all messages were finished in time"))
            try await daemon.stop(process)
        }

        /// Once what was closed is gone: three looks in a row show the same.
        private func settled(_ process: ChildProcess) async throws -> ResourceUsage {
            var looks: [ResourceUsage] = []
            try await eventually("threads and descriptors stay as they are") {
                looks = looks.suffix(2) + [try #require(ResourceUsage(of: process.pid))]
                try await Task.sleep(for: .milliseconds(300))
                return looks.count == 3 && looks.allSatisfy { ($0.threads, $0.descriptors) == (looks[0].threads, looks[0].descriptors) }
            }
            return looks[2]
        }
    }
}
