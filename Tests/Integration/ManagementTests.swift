import Broker
import FoundationEssentials
import Settings
import Testing
import Waiting

@testable import Service

extension WholeService {
    /// A node of the test's own: the management plugin makes a node slower, and the others do without.
    @Suite("The management API") struct ManagementTests {
        private let directory = "/tmp/warren-management.\(UInt32.random(in: .min ... .max))"

        private func settings(_ options: String...) async throws -> RabbitMQSettings {
            let ending = try await BrokerNode.run(["start", directory, "--management"] + options, log: "\(directory).log", within: 120)
            try #require(ending == .exited(0), "packaging/rabbitmq start; see \(directory).log")
            let identity = FileManager.default.contents(atPath: "\(directory)/node").map { String(decoding: $0, as: UTF8.self) } ?? ""
            let line = try #require(identity.split(separator: "\n").first { $0.hasPrefix("management_port=") })
            var settings = RabbitMQSettings()
            settings.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: try BrokerNode.port(of: directory))]
            settings.management = "\(options.isEmpty ? "http" : "https")://127.0.0.1:\(line.dropFirst("management_port=".count))"
            return settings
        }

        private func end() async throws {
            _ = try await BrokerNode.run(["kill", directory], log: "\(directory).log")
            try? FileManager.default.removeItem(atPath: directory)
            try? FileManager.default.removeItem(atPath: "\(directory).log")
        }

        @Test("What AMQP hides is told: policies, the limit that holds, and arguments to a user without the right to configure")
        func policies() async throws {
            var settings = try await settings()
            do {
                let source = QueueDeclaration(name: "a/b é", arguments: [("x-queue-type", .string("quorum"))])
                let letters = QueueDeclaration(name: "a/b é.dead")
                #expect(try await Topology.declare([source, letters], settings: settings) == [.created, .created])
                let policy = ["set_policy", "sweep", "dead$", #"{"message-ttl":60000}"#, "--apply-to", "queues"]
                #expect(try await BrokerNode.run(["ctl", directory] + policy, log: "\(directory).log") == .exited(0))
                let limit = ["set_policy", "few", "é$", #"{"delivery-limit":3}"#, "--apply-to", "queues"]
                #expect(try await BrokerNode.run(["ctl", directory] + limit, log: "\(directory).log") == .exited(0))
                let broker = "127.0.0.1:\(settings.endpoints[0].port)"
                let names = [source.name, letters.name]
                // The API may answer from what it has asked seconds ago.
                var management = try #require(await Management.ask(about: names, settings, at: broker))
                try await eventually("the API tells both policies") {
                    management = try #require(await Management.ask(about: names, settings, at: broker))
                    return management.queues[Exact(letters.name)]?.settings?["message-ttl"] != nil
                        && management.queues[Exact(source.name)]?.settings?["delivery-limit"] != nil
                }
                #expect(management.fault == nil)
                let examination = try await Topology.examine(sources: [source.name], others: [letters.name], settings: settings)
                let first = QueueFacts(examination.queues[0], management.queues[Exact(source.name)])
                guard case .limited(let held) = first.returns(version: examination.version) else {
                    Issue.record("no limit: \(management)")
                    return try await end()
                }
                #expect(held.number == 3 && held.origin.contains("policy few"))
                let second = QueueFacts(examination.queues[1], management.queues[Exact(letters.name)])
                #expect(second.setting("message-ttl")?.origin.contains("policy sweep") == true)
                #expect(management.queues[Exact(source.name)]?.type == "quorum")

                // A user whom it does not let in.
                (settings.username, settings.password) = ("stranger", Secret("wrong"))
                let refused = try #require(await Management.ask(about: names, settings, at: broker))
                #expect(refused.queues.isEmpty && refused.fault?.contains("rabbitmqctl set_user_tags stranger management") == true)
            } catch {
                try await end()
                throw error
            }
            try await end()
        }

        @Test("With TLS it is asked with the certificates of [rabbitmq.tls]; a stranger learns nothing and is told why") func tls()
            async throws
        {
            var settings = try await settings("--tls")
            do {
                #expect(try await Topology.declare([QueueDeclaration(name: "q")], settings: settings) == [.created])
                let unknown = try #require(await Management.ask(about: ["q"], settings, at: ""))
                #expect(unknown.queues.isEmpty && unknown.fault != nil)
                let tls = "\(directory)/tls"
                (settings.tls.ca, settings.tls.certificate, settings.tls.key) = ("\(tls)/ca.pem", "\(tls)/client.pem", "\(tls)/client.key")
                let management = try #require(await Management.ask(about: ["q"], settings, at: ""))
                #expect(management.fault == nil && management.queues[Exact("q")]?.type == "classic")
            } catch {
                try await end()
                throw error
            }
            try await end()
        }

        @Test("Nobody waits for one that is not there") func away() async throws {
            var settings = RabbitMQSettings()
            #expect(await Management.ask(about: ["q"], settings, at: "") == nil, "it is not asked without being configured")
            settings.management = "http://127.0.0.1:1"
            let management = try #require(await Management.ask(about: ["q"], settings, at: ""))
            #expect(management.queues.isEmpty && management.fault?.contains("no connection") == true)
        }
    }
}
