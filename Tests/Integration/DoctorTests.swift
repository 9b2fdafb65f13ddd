import Settings
import Testing

@testable import Service

extension WholeService {
    @Suite("The doctor") struct Doctors {
        @Test("Of a provisioned world nothing is wrong, and looking takes no message") func healthy() async throws {
            let world = try await World.make()
            try await world.publish([#"{"id":"1","version":1}"#], to: "updated")
            let findings = await Doctor(settings: world.settings).examine()
            #expect(!findings.contains { $0.severity == .error }, "\(findings)")
            // The queues of tests go by themselves, which is worth a warning.
            #expect(findings.filter { $0.severity == .warning }.allSatisfy { $0.text.contains("x-expires") })
            #expect(findings.contains { $0.subject == "collection companies" && $0.severity == .ok })
            #expect(try await world.depths()["updated"] == 1)
        }

        @Test("Servers that do not answer are told both, in one run") func unreachable() async throws {
            var settings = try await World.make().settings
            settings.rabbitmq.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: 1)]
            settings.arangodb.endpoints = ["http://127.0.0.1:1"]
            let findings = await Doctor(settings: settings).examine()
            #expect(findings.filter { $0.severity == .error }.map(\.kind) == [.unavailable, .unavailable])
        }
    }
}
