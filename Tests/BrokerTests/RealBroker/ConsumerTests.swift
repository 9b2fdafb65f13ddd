import Broker
import Mapping
import Settings
import Testing

extension RealBroker {
    @Suite struct ConsumerTests {
        @Test("Deliveries come complete, in order and with their route, from several queues at once, and are gone once acknowledged")
        func completeAndInOrder() async throws {
            let queues = [try await PrivateNode.queue("one"), try await PrivateNode.queue("two"), try await PrivateNode.queue("three")]
            let messages = (0..<3000).map { "message \($0)" }
            for queue in queues { try await publish(messages, to: queue) }

            try await withConsumer(of: queues) { consumer, recorder in
                try await recorder.wait("all deliveries") { $0.deliveries().count == 9000 }
                for (index, queue) in queues.enumerated() {
                    let own = recorder.deliveries(of: index)
                    #expect(own.map { String(decoding: $0.body, as: UTF8.self) } == messages)
                    #expect(own.map(\.tag.rawValue) == Array(1...3000))
                    #expect(own.allSatisfy { $0.route == Route(exchange: "", routingKey: queue) && !$0.redelivered })
                    let session = try #require(recorder.session(of: index))
                    consumer.acknowledge([Acknowledgement(processor: index, session: session, kind: .through(3000))])
                }
            }
            for queue in queues { #expect(try await PrivateNode.depth(of: queue) == QueueDepth(messages: 0, consumers: 0)) }
        }
    }
}
