import Broker
import FaultProxy
import Messages
import Settings
import Testing

extension RealBroker {
    @Suite("Connecting") struct ConnectingTests {
        /// The first failure that a consumer with these settings reports.
        private func failure(_ settings: RabbitMQSettings) async throws -> BrokerError {
            var failure: BrokerError?
            try await withConsumer(of: ["unused"], settings: settings) { _, recorder in
                try await recorder.wait("the failure") { !$0.failures().isEmpty }
                failure = recorder.failures().first
            }
            return try #require(failure)
        }

        @Test("A wrong password is told as such, without the password")
        func wrongPassword() async throws {
            var settings = try PrivateNode.settings()
            settings.password = Secret("open sesame")
            let error = try await failure(settings)
            guard case .accessRefused(let text) = error.reason else {
                Issue.record("\(error)")
                return
            }
            #expect(text.contains("ACCESS_REFUSED"))
            #expect(error.advice == .intervene)
            #expect(!"\(error)".contains("sesame"))
        }

        @Test("A virtual host that does not exist is told by its name")
        func wrongVirtualHost() async throws {
            var settings = try PrivateNode.settings()
            settings.vhost = "nowhere"
            let error = try await failure(settings)
            guard case .vhostNotFound(let text) = error.reason else {
                Issue.record("\(error)")
                return
            }
            #expect(text.contains("nowhere"))
        }

        @Test("Where nothing listens, the error names the place")
        func nothingListens() async throws {
            var settings = try PrivateNode.settings()
            settings.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: 1)]
            let error = try await failure(settings)
            #expect(error.reason == .unreachable("connection refused, or no way to the host"))
            #expect("\(error)".contains("127.0.0.1:1"))
        }

        @Test("A host name nobody knows is told as such")
        func unknownHost() async throws {
            var settings = try PrivateNode.settings()
            settings.endpoints = [BrokerEndpoint(host: "no-such-host.invalid")]
            #expect(try await failure(settings).reason == .unreachable("the host name is unknown"))
        }

        @Test("Of several endpoints the next is tried at once")
        func nextEndpoint() async throws {
            let queue = try await PrivateNode.queue()
            var settings = try PrivateNode.settings()
            settings.endpoints.insert(BrokerEndpoint(host: "127.0.0.1", port: 1), at: 0)
            settings.endpointOrder = .listed
            try await withConsumer(of: [queue], settings: settings) { _, recorder in
                try await recorder.wait("the subscription") { $0.session() != nil }
                guard case .waiting(_, .zero) = recorder.events.first else {
                    Issue.record("\(recorder.events)")
                    return
                }
            }
        }

        @Test("Closing does not wait for a broker that does not answer the login")
        func closeWhileConnecting() async throws {
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            try proxy.welcome(.fault(.blackHole()))
            let recorder = EventRecorder()
            let consumer = Consumer(
                settings: try PrivateNode.settings(through: proxy),
                subscriptions: [Subscription(processor: 0, queue: "unused", prefetch: 1)],
                onEvent: recorder.onEvent)
            async let running: Void = consumer.run()
            try await Task.sleep(for: .milliseconds(200))
            let start = ContinuousClock.now
            await consumer.close()
            await running
            #expect(ContinuousClock.now - start < .seconds(8), "the login itself may take ten")
            #expect(recorder.events.isEmpty)
        }

        @Test("A consumer that never ran, or is closed twice, closes at once")
        func closeWithoutRun() async throws {
            let consumer = Consumer(settings: try PrivateNode.settings(), subscriptions: [], onEvent: { _ in })
            await consumer.close()
            await consumer.run()
            await consumer.close()
        }
    }
}
