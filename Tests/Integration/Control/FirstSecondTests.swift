import ArangoEmulator
import ControlClients
import ControlMessages
import FoundationEssentials
import Nodes
import Settings
import TestDatabase
import Testing
import Waiting

extension WholeService {
    /// What keeps the service from consuming is told as soon as it is known, with what to do, and the metrics say the same.
    @Suite("Status at the first second") struct FirstSecond {
        /// The status of a service that has just started, once it names a reason.
        private func reasons(
            _ daemon: DaemonProcess, _ variables: [String: String] = [:], _ body: (StatusReport, _ metrics: String) async throws -> Void
        ) async throws {
            let process = try daemon.start(variables: variables)
            try await eventually("a reason") {
                let report: StatusReport? = try? await daemon.client.send(.get, "/v1/status")
                return report?.service.health.reasons.isEmpty == false
            }
            let report: StatusReport = try await daemon.client.send(.get, "/v1/status")
            try await body(report, String(decoding: try await daemon.client.text(.get, "/metrics"), as: UTF8.self))
            try await daemon.stop(process)
        }

        @Test("A wrong password of ArangoDB: an outage with the remedy, RabbitMQ waits, and the database counts as not available")
        func password() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            try await reasons(daemon, ["WARREN_ARANGODB_PASSWORD": "wrong"]) { report, metrics in
                #expect(report.processors.map(\.state) == [.outage, .outage, .outage])
                let remedy =
                    "Check [arangodb] username, and its password or token; if they are right, the user may not use the database, or there is none: "
                    + "`warren check --live` tells which"
                #expect(report.service.health.reasons.count == 1)
                #expect(report.service.health.reasons.first?.hasSuffix(remedy) == true)
                #expect(report.processors.allSatisfy { $0.reason?.hasSuffix(remedy) == true })
                #expect(report.servers.map(\.state) == [.unknown, .away])
                #expect(report.servers.first?.reason == "not connected before ArangoDB has answered")
                #expect(metrics.contains("\nwarren_arangodb_available 0\n"))
                #expect(metrics.contains("\nwarren_healthy 0\n"))
                try await eventually("the log says it, too") { daemon.log.contains(remedy) }
            }
        }

        @Test("A database that is away: the same") func away() async throws {
            let world = try await World.make()
            let daemon = try DaemonProcess(in: world)
            defer { daemon.removeFiles() }
            await world.database.goAway()
            try await reasons(daemon) { report, metrics in
                #expect(report.processors.map(\.state) == [.outage, .outage, .outage])
                #expect(report.service.health.reasons.first?.contains("Check [arangodb] endpoints") == true)
                #expect(metrics.contains("\nwarren_arangodb_available 0\n"))
            }
        }

        @Test("A queue that is missing: a failure of that processor, with what to do") func queue() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let text = try String(contentsOfFile: daemon.file, encoding: .utf8)
            let queue = daemon.world.settings.processors[2].queue
            try text.replacing(queue, with: "\(queue).gone").write(toFile: daemon.file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: daemon.file)
            try await reasons(daemon) { report, metrics in
                #expect(report.processors.last?.state == .failed)
                #expect(report.service.health.reasons.contains { $0.contains("\(queue).gone") && $0.contains("warren provision") })
                #expect(metrics.contains("warren_processor_state{processor=\"sync\",state=\"failed\"} 1"))
            }
        }
    }
}
