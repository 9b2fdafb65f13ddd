import Settings
import TestDatabase
import Testing

@testable import Service

extension WholeService {
    @Suite("The doctor") struct Doctors {
        @Test("Of a provisioned world nothing is wrong, and looking takes no message") func healthy() async throws {
            let world = try await World.make()
            try await world.publish([#"{"id":"1","version":1}"#], to: "updated")
            let findings = await Doctor(settings: world.settings).examine()
            // The queues of tests go by themselves, which is worth a warning; of letters it is an error.
            #expect(findings.filter { $0.severity == .error }.allSatisfy { $0.text.contains("x-expires") && $0.subject.hasPrefix("dead") })
            #expect(findings.filter { $0.severity == .warning }.allSatisfy { $0.text.contains("x-expires") })
            #expect(findings.contains { $0.subject == "collection companies" && $0.severity == .ok })
            #expect(try await world.depths()["updated"] == 1)
        }

        @Test("To a user who may only read it says once what is lacking, and the request that grants it") func mayOnlyRead() async throws {
            let world = try await World.make()
            var settings = world.settings
            let reader = world.database.makeUser(password: "r")
            (settings.arangodb.username, settings.arangodb.password) = (reader, Secret("r"))
            // Without it nobody may enter the database.
            #expect(world.database.grant("ro", to: reader))
            func findings(after level: String) async -> [Finding] {
                #expect(world.database.grant(level, to: reader, collection: "companies"))
                return await Doctor(settings: settings).examine().filter { $0.subject == "collection companies" }
            }
            for level in ["ro", "none"] {
                let findings = await findings(after: level)
                #expect(findings.map(\.kind) == [.notPermitted])
                #expect(findings.first?.text == "user \(reader) has access \(level), and needs rw")
                #expect(
                    findings.first?.advice?.contains(
                        #"/_api/user/\#(reader)/database/\#(world.database.name)/companies with {"grant":"rw"}"#) == true)
            }
            #expect(await findings(after: "rw").map(\.severity) == [.ok])
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
