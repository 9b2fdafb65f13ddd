import Messages
import Nodes
import Settings
import Testing

@testable import Broker

extension RealBroker.OnOwnNode {
    /// Limits of a user and of the node: only where nobody else is.
    @Suite("Limits and rights") struct LimitTests {
        private let node: RabbitMQNode
        /// The node for a user of its own.
        private let settings: RabbitMQSettings
        private let user = "limited-\(UInt32.random(in: .min ... .max))"

        init() async throws {
            node = try OwnNode.current
            var settings = node.settings
            (settings.username, settings.password) = (user, Secret(user))
            self.settings = settings
            try await node.ctl("add_user", user, user)
            try await node.ctl("set_permissions", user, ".*", ".*", ".*")
        }

        private func failure() async -> BrokerError? {
            do throws(BrokerError) {
                _ = try await Topology.check(["unused"], settings: settings)
                return nil
            } catch {
                return error
            }
        }

        @Test("A user's limit of connections is told as one, with the command that raises it") func connections() async throws {
            try await node.ctl("set_user_limits", user, #"{"max-connections": 0}"#)
            let error = try #require(await failure())
            #expect(error.isLimit && error.advice == .intervene && error.explanation.contains("set_user_limits"))
        }

        @Test("A virtual host without rights, and one that is missing, are told apart from limits") func virtualHost() async throws {
            try await node.ctl("clear_permissions", user)
            #expect(await failure()?.explanation.contains("set_permissions -p") == true)
            var missing = settings
            missing.vhost = "nowhere"
            await #expect { try await Topology.check(["unused"], settings: missing) } throws: { "\($0)".contains("add_vhost") }
        }

        @Test("A virtual host's limit of connections is no matter of creating it") func virtualHostLimit() async throws {
            try await node.ctl("set_vhost_limits", #"{"max-connections": 0}"#)
            let error = await failure()
            try await node.ctl("clear_vhost_limits")
            #expect(error?.isLimit == true && error?.explanation.contains("set_vhost_limits") == true)
        }

        @Test("Fewer channels than queues: as many are consumed, the others told with the numbers, and the connection stays")
        func channels() async throws {
            var queues: [String] = []
            for number in 0..<4 { queues.append(try await node.queue("channels\(number)")) }
            try await node.ctl("eval", "application:set_env(rabbit,channel_max,2).")
            let recorder = EventRecorder()
            let consumer = node.consumer(of: queues, recorder)
            async let running: Void = consumer.run()
            try await recorder.wait("both refusals") { !$0.failures(of: 2).isEmpty && !$0.failures(of: 3).isEmpty }
            try await recorder.wait("both sessions") { $0.session(of: 0) != nil && $0.session(of: 1) != nil }
            try await node.ctl("eval", "application:set_env(rabbit,channel_max,2047).")
            await consumer.close()
            await running
            let error = try #require(recorder.failures(of: 2).first)
            #expect(error.advice == .intervene && error.fault.contains("allows 2 channels") && error.fault.contains("4 queues"))
            #expect(error.fault.contains("channel_max"))
            #expect(recorder.connections() == 1 && recorder.failures() == [])
        }

        @Test("A user's limit of channels is tried more and more rarely, and says how to raise it") func channelsOfUser() async throws {
            var queues: [String] = []
            for number in 0..<4 { queues.append(try await node.queue("limited\(number)")) }
            try await node.ctl("set_user_limits", user, #"{"max-channels": 2}"#)
            let recorder = EventRecorder()
            let consumer = Consumer(
                settings: settings,
                subscriptions: queues.enumerated().map { Subscription(processor: SubscriptionID(rawValue: $0), queue: $1, prefetch: 10) },
                onEvent: recorder.onEvent)
            async let running: Void = consumer.run()
            try await recorder.wait("four tries") { $0.waits().count >= 4 }
            #expect(recorder.failures().allSatisfy { $0.isLimit && $0.explanation.contains("max-channels") })
            #expect(try #require(recorder.waits().last) >= .seconds(2), "half of the fourth step")
            try await node.ctl("clear_user_limits", user, "max-channels")
            try await recorder.wait("all sessions") { recorder in (0..<4).allSatisfy { recorder.session(of: $0) != nil } }
            await consumer.close()
            await running
        }

        @Test(
            "Without the right to configure nothing can be known: not consumed where a dead-letter exchange is needed; a quorum queue stays all the same"
        )
        func rights() async throws {
            let classic = try await node.queue("rights-classic", arguments: [("x-dead-letter-exchange", .string("amq.fanout"))])
            let quorum = try await node.queue("rights-quorum", arguments: [("x-queue-type", .string("quorum"))])
            try await node.ctl("set_permissions", user, "^$", "^$", ".*")
            let recorder = EventRecorder()
            let consumer = Consumer(
                settings: settings,
                subscriptions: [Subscription(processor: 0, queue: classic, prefetch: 10, needsDeadLetterExchange: true)],
                onEvent: recorder.onEvent)
            async let running: Void = consumer.run()
            try await recorder.wait("the refusal") { !$0.failures(of: 0).isEmpty }
            await consumer.close()
            await running
            #expect(recorder.failures(of: 0).first?.fault.contains("right to configure") == true && recorder.session() == nil)
            let leaving = try await Topology.leaving([classic, quorum], settings: settings)
            guard case .unknown = leaving[0] else {
                Issue.record("\(leaving)")
                return
            }
            #expect(leaving[1] == .stays)
        }

        @Test("A dead-letter exchange that comes by a policy cannot be seen, and the queue is not consumed") func policy() async throws {
            let queue = try await node.queue("policy")
            try await node.ctl("set_policy", "states", "^policy", #"{"dead-letter-exchange": "amq.fanout"}"#)
            let recorder = EventRecorder()
            let consumer = Consumer(
                settings: settings, subscriptions: [Subscription(processor: 0, queue: queue, prefetch: 10, needsDeadLetterExchange: true)],
                onEvent: recorder.onEvent)
            async let running: Void = consumer.run()
            try await recorder.wait("the refusal") { !$0.failures(of: 0).isEmpty }
            await consumer.close()
            await running
            #expect(recorder.failures(of: 0).first?.fault.contains("a policy's cannot be seen") == true)
        }
    }
}

extension EventRecorder {
    /// The waits between two connections.
    fileprivate func waits() -> [Duration] {
        events.compactMap { if case .waiting(_, let wait) = $0 { wait } else { nil } }
    }
}
