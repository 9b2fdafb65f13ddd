import Broker
import Settings
import Testing

@testable import Broker

extension RealBroker {
    @Suite("Queues") struct TopologyTests {
        private let name = "broker-tests.topology.\(UInt32.random(in: .min ... .max))"

        @Test("A missing queue is told, created once, and then there")
        func declare() async throws {
            let settings = try PrivateNode.settings()
            guard case .missing(let error) = try await Topology.check([name], settings: settings)[0] else {
                Issue.record("not missing")
                return
            }
            #expect(error.queue == name)
            #expect(try await Topology.declare([PrivateNode.declaration(name)], settings: settings) == [.created])
            #expect(
                try await Topology.declare([PrivateNode.declaration(name)], settings: settings) == [
                    .present(QueueDepth(messages: 0, consumers: 0))
                ])
            try await publish(["a", "b"], to: name)
            #expect(try await Topology.check([name], settings: settings) == [.present(QueueDepth(messages: 2, consumers: 0))])
        }

        @Test("A queue with other arguments is left alone and reported, and the others are declared all the same")
        func otherArguments() async throws {
            let settings = try PrivateNode.settings()
            let other = name + ".other"
            _ = try await Topology.declare([PrivateNode.declaration(name)], settings: settings)
            try await publish(["kept"], to: name)
            let declarations = try await Topology.declare(
                [PrivateNode.declaration(name, [("x-max-length", .integer(5))]), PrivateNode.declaration(other)], settings: settings)
            #expect(
                declarations[0]
                    == .differs(
                        QueueDepth(messages: 1, consumers: 0), [QueueDifference(name: "x-max-length", found: nil, wanted: "5")]))
            #expect(declarations[1] == .created)
            #expect(try await PrivateNode.depth(of: name)?.messages == 1)
        }

        @Test("A broker that cannot be reached is an error of the whole call")
        func unreachable() async throws {
            var settings = try PrivateNode.settings()
            settings.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: 1)]
            await #expect(throws: BrokerError(.unreachable("connection refused, or no way to the host"), endpoint: "127.0.0.1:1")) {
                try await Topology.check(["q"], settings: settings)
            }
        }
    }
}
