import Messages
import Settings
import Testing

@testable import Broker

extension RealBroker {
    @Suite("Consuming") struct ConsumerTests {
        @Test("Deliveries come complete, in order and with their route, from several queues at once, and are gone once acknowledged")
        func completeAndInOrder() async throws {
            let queues = [try await PrivateNode.queue("one"), try await PrivateNode.queue("two"), try await PrivateNode.queue("three")]
            let messages = (0..<3000).map { "message \($0)" }
            for queue in queues { try await publish(messages, to: queue) }

            try await withConsumer(of: queues) { consumer, recorder in
                try await recorder.wait("all deliveries") { $0.deliveries().count == 9000 }
                for (index, queue) in queues.enumerated() {
                    let own = recorder.deliveries(of: SubscriptionID(rawValue: index))
                    #expect(own.map(\.text) == messages)
                    #expect(own.map(\.tag.rawValue) == Array(1...3000))
                    #expect(own.allSatisfy { $0.route == Route(exchange: "", routingKey: queue) && !$0.redelivered })
                    consumer.acknowledge([try recorder.acknowledgement(.through(3000), of: SubscriptionID(rawValue: index))])
                }
            }
            for queue in queues { #expect(try await PrivateNode.depth(of: queue) == QueueDepth(messages: 0, consumers: 0)) }
        }

        @Test("No more than the prefetch is outstanding")
        func prefetch() async throws {
            let queue = try await PrivateNode.queue()
            try await publish((0..<30).map(String.init), to: queue)
            try await withConsumer(of: [queue], prefetch: 10) { consumer, recorder in
                try await recorder.wait("the first ten") { $0.deliveries().count == 10 }
                consumer.acknowledge([try recorder.acknowledgement(.through(4))])
                try await recorder.wait("four more") { $0.deliveries().count == 14 }
                #expect(try await PrivateNode.depth(of: queue)?.messages == 16)
            }
        }

        @Test("What is not acknowledged returns to the queue at the close, what is acknowledged alone does not")
        func unacknowledgedReturns() async throws {
            let queue = try await PrivateNode.queue()
            try await publish(["a", "b", "c", "d", "e"], to: queue)
            try await withConsumer(of: [queue]) { consumer, recorder in
                try await recorder.wait("five") { $0.deliveries().count == 5 }
                consumer.acknowledge([try recorder.acknowledgement(.through(2)), try recorder.acknowledgement(.each([4]))])
            }
            try await withConsumer(of: [queue]) { _, recorder in
                try await recorder.wait("the other two") { $0.deliveries().count == 2 }
                #expect(recorder.deliveries().map(\.text) == ["c", "e"])
                #expect(recorder.deliveries().map(\.redelivered) == [true, true])
            }
        }

        @Test("What is rejected goes to the queue's own dead-letter exchange")
        func reject() async throws {
            let dead = try await PrivateNode.queue("dead")
            let queue = try await PrivateNode.queue(
                arguments: [("x-dead-letter-exchange", .string("")), ("x-dead-letter-routing-key", .string(dead))])
            try await publish(["bad", "good"], to: queue)
            try await withConsumer(of: [queue, dead]) { consumer, recorder in
                try await recorder.wait("both") { $0.deliveries(of: 0).count == 2 }
                consumer.acknowledge([try recorder.acknowledgement(.reject([1])), try recorder.acknowledgement(.through(2))])
                try await recorder.wait("the dead letter") { $0.deliveries(of: 1).count == 1 }
                #expect(recorder.deliveries(of: 1).map(\.text) == ["bad"])
            }
        }

        // RabbitMQ 4 takes 16 MiB if nothing is said.
        @Test("A message of 15 MiB comes whole")
        func largeMessage() async throws {
            let queue = try await PrivateNode.queue()
            let part = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            var body: [UInt8] = []
            while body.count < 15 << 20 { body += part }
            let publisher = Publisher(settings: try PrivateNode.settings())
            let results = await publisher.publish([
                Publication(exchange: "", routingKey: queue, body: body[...], encodedProperties: [], headers: [])
            ])
            await publisher.close()
            #expect(results.map(\.failure) == [nil])
            try await publish(["behind"], to: queue)
            try await withConsumer(of: [queue]) { _, recorder in
                try await recorder.wait("both") { $0.deliveries().count == 2 }
                #expect(recorder.deliveries()[0].body == body[...])
                #expect(recorder.deliveries()[1].text == "behind")
            }
        }

        @Test("Large messages of several queues come whole, though their frames mix on the way")
        func mixedFrames() async throws {
            let queues = [try await PrivateNode.queue("one"), try await PrivateNode.queue("two"), try await PrivateNode.queue("three")]
            func message(_ queue: Int, _ number: Int) -> String { String(repeating: "\(queue)\(number)", count: 400_000) }
            for (index, queue) in queues.enumerated() { try await publish((0..<8).map { message(index, $0) }, to: queue) }
            try await withConsumer(of: queues) { _, recorder in
                try await recorder.wait("all") { $0.deliveries().count == 24 }
                for index in queues.indices {
                    #expect(recorder.deliveries(of: SubscriptionID(rawValue: index)).map(\.text) == (0..<8).map { message(index, $0) })
                }
            }
        }

        @Test("After cancel no delivery is handed on, and those before can still be acknowledged")
        func cancel() async throws {
            let queue = try await PrivateNode.queue()
            try await publish((0..<100).map(String.init), to: queue)
            try await withConsumer(of: [queue], prefetch: 10) { consumer, recorder in
                try await recorder.wait("the first ten") { $0.deliveries().count == 10 }
                await consumer.cancel()
                #expect(try await PrivateNode.depth(of: queue)?.consumers == 0)
                consumer.acknowledge([try recorder.acknowledgement(.through(10))])
            }
            #expect(try await PrivateNode.depth(of: queue) == QueueDepth(messages: 90, consumers: 0))
        }

        @Test("While reading is held, deliveries stop, the connection lives on, and acknowledgements are sent")
        func hold() async throws {
            let queue = try await PrivateNode.queue()
            try await withConsumer(of: [queue], settings: PrivateNode.settings(heartbeat: .seconds(4)), prefetch: 50) {
                consumer, recorder in
                try await recorder.wait("the subscription") { $0.session() != nil }
                try await publish(["1", "2", "3"], to: queue)
                try await recorder.wait("three") { $0.deliveries().count == 3 }
                consumer.setReading(false)
                consumer.acknowledge([try recorder.acknowledgement(.through(3))])
                // More than the socket holds, so that the broker's heartbeats do not get through.
                try await publish((4...20).map { String(repeating: "\($0 % 10)", count: 1 << 20) }, to: queue)
                // Longer than both sides wait for a sign of life.
                try await Task.sleep(for: .seconds(14))
                #expect(recorder.deliveries().count == 3)
                consumer.setReading(true)
                try await recorder.wait("the held ones") { $0.deliveries().count == 20 }
                #expect(recorder.sessions().count == 1)
            }
        }

        @Test("Consuming that is given up returns what is unacknowledged, and can be taken up again, even while reading is held")
        func setConsuming() async throws {
            let queue = try await PrivateNode.queue()
            try await publish(["a", "b", "c"], to: queue)
            try await withConsumer(of: [queue]) { consumer, recorder in
                try await recorder.wait("three") { $0.deliveries().count == 3 }
                consumer.setReading(false)
                consumer.acknowledge([try recorder.acknowledgement(.through(1))])
                consumer.setConsuming(.off, processors: 0...9)
                try await recorder.wait("the end of the session") {
                    if case .unsubscribed(0, _, nil) = $0.events.last { true } else { false }
                }
                var depth = try await PrivateNode.depth(of: queue)
                let deadline = ContinuousClock.now + .seconds(60)
                while depth != QueueDepth(messages: 2, consumers: 0), .now < deadline { depth = try await PrivateNode.depth(of: queue) }
                #expect(depth == QueueDepth(messages: 2, consumers: 0))
                consumer.setReading(true)
                consumer.setConsuming(.on, processors: 0...9)
                try await recorder.wait("two again") { $0.deliveries().count == 5 }
                #expect(recorder.deliveries().map(\.text) == ["a", "b", "c", "b", "c"])
                #expect(recorder.sessions().count == 2)
            }
        }
    }
}
