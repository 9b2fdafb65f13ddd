import Broker
import Nodes
import Settings
import Testing
import Waiting

@testable import Service

extension WholeService {
    /// A node of the test's own: the management plugin makes a node slower, and the others do without.
    @Suite("The management API") struct ManagementTests {
        private func settings(_ node: RabbitMQNode, scheme: String = "http") throws -> RabbitMQSettings {
            var settings = node.settings
            settings.management = "\(scheme)://127.0.0.1:\(try RabbitMQNode.port("management", of: node.directory))"
            return settings
        }

        @Test("What AMQP hides is told: policies, the limit that holds, and arguments to a user without the right to configure")
        func policies() async throws {
            try await RabbitMQNode.withNode(["--management"]) { node in
                var settings = try settings(node)
                let source = QueueDeclaration(name: "a/b é", arguments: [("x-queue-type", .string("quorum"))])
                let letters = QueueDeclaration(name: "a/b é.dead")
                #expect(try await Topology.declare([source, letters], settings: settings) == [.created, .created])
                let policy = ["set_policy", "sweep", "dead$", #"{"message-ttl":60000}"#, "--apply-to", "queues"]
                #expect(try await node.control(policy))
                let limit = ["set_policy", "few", "é$", #"{"delivery-limit":3}"#, "--apply-to", "queues"]
                #expect(try await node.control(limit))
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
                    return
                }
                #expect(held.number == 3 && held.origin.contains("policy few"))
                let second = QueueFacts(examination.queues[1], management.queues[Exact(letters.name)])
                #expect(second.setting("message-ttl")?.origin.contains("policy sweep") == true)
                #expect(management.queues[Exact(source.name)]?.type == "quorum")

                // A user whom it does not let in.
                (settings.username, settings.password) = ("stranger", Secret("wrong"))
                let refused = try #require(await Management.ask(about: names, settings, at: broker))
                #expect(refused.queues.isEmpty && refused.fault?.contains("rabbitmqctl set_user_tags stranger management") == true)
            }
        }

        @Test("With TLS it is asked with the certificates of [rabbitmq.tls]; a stranger learns nothing and is told why") func tls()
            async throws
        {
            try await RabbitMQNode.withNode(["--management", "--tls"]) { node in
                var settings = try settings(node, scheme: "https")
                #expect(try await Topology.declare([QueueDeclaration(name: "q")], settings: settings) == [.created])
                let unknown = try #require(await Management.ask(about: ["q"], settings, at: ""))
                #expect(unknown.queues.isEmpty && unknown.fault != nil)
                let tls = "\(node.directory)/tls"
                (settings.tls.ca, settings.tls.certificate, settings.tls.key) = ("\(tls)/ca.pem", "\(tls)/client.pem", "\(tls)/client.key")
                let management = try #require(await Management.ask(about: ["q"], settings, at: ""))
                #expect(management.fault == nil && management.queues[Exact("q")]?.type == "classic")
            }
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
