import Broker
import FaultProxy
import Messages
import Settings
import Testing
import Waiting

extension RealBroker {
    @Suite("Subscriptions that are paused, added and removed") struct PauseTests {
        @Test("Paused, nothing more comes and what came can be acknowledged; resumed, the session continues; another queue is not affected")
        func pauseAndGoOn() async throws {
            let queues = [try await PrivateNode.queue("paused"), try await PrivateNode.queue("neighbour")]
            try await publish(["a", "b"], to: queues[0])
            try await withConsumer(of: queues) { consumer, recorder in
                try await recorder.wait("both sessions") { $0.deliveries(of: 0).count == 2 && $0.session(of: 1) != nil }
                consumer.setPaused(true, processors: [0])
                await consumer.deliveriesEnded(of: 0)
                for queue in queues { try await publish(["c"], to: queue) }
                try await recorder.wait("the neighbour's") { $0.deliveries(of: 1).count == 1 }
                consumer.acknowledge([try recorder.acknowledgement(.through(2), of: 0)])
                try await eventually("the acknowledgement") {
                    try await PrivateNode.depth(of: queues[0]) == QueueDepth(messages: 1, consumers: 0)
                }
                #expect(recorder.deliveries(of: 0).count == 2)

                consumer.setPaused(false, processors: [0])
                try await recorder.wait("the third") { $0.deliveries(of: 0).count == 3 }
                #expect(recorder.deliveries(of: 0).map(\.tag) == [1, 2, 3] && !recorder.deliveries(of: 0).contains(where: \.redelivered))
                #expect(recorder.sessions(of: 0).count == 1 && recorder.sessions(of: 1).count == 1 && recorder.endedSessions() == [])
            }
        }

        @Test("What the broker sends until it has confirmed a pause is handed on, so that none of it stays behind unacknowledged")
        func underLoad() async throws {
            let queue = try await PrivateNode.queue()
            try await publish((0..<5_000).map(String.init), to: queue)
            try await withConsumer(of: [queue], prefetch: 200) { consumer, recorder in
                try await recorder.wait("a session") { $0.session() != nil }
                var seen = 0
                for step in 1...40 {
                    let tags = recorder.deliveries().count
                    if tags > seen { consumer.acknowledge([try recorder.acknowledgement(.through(DeliveryTag(rawValue: UInt64(tags))))]) }
                    seen = tags
                    consumer.setPaused(!step.isMultiple(of: 2), processors: [0])
                    if step.isMultiple(of: 3) { await consumer.deliveriesEnded(of: 0) }
                    try await Task.sleep(for: .milliseconds(2))
                }
                consumer.setPaused(true, processors: [0])
                await consumer.deliveriesEnded(of: 0)
                let came = recorder.deliveries()
                if came.count > seen {
                    consumer.acknowledge([try recorder.acknowledgement(.through(DeliveryTag(rawValue: UInt64(came.count))))])
                }
                try await eventually("all the others are ready") {
                    try await PrivateNode.depth(of: queue) == QueueDepth(messages: 5_000 - came.count, consumers: 0)
                }
                #expect(came.map(\.text) == (0..<came.count).map(String.init))
                #expect(recorder.sessions().count == 1 && recorder.endedSessions() == [])
            }
        }

        @Test("A pause outlives the connection, and an outage of the database; the outage outlives a pause")
        func twoReasons() async throws {
            let queue = try await PrivateNode.queue()
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            let settings = try PrivateNode.settings(through: proxy)
            try await publish(["m"], to: queue)
            try await withConsumer(of: [queue], settings: settings) { consumer, recorder in
                try await recorder.wait("the delivery") { $0.deliveries().count == 1 }
                consumer.setPaused(true, processors: [0])
                await consumer.deliveriesEnded(of: 0)
                proxy.apply(.reset)
                try await recorder.wait("a new connection") { $0.connections() == 2 }
                consumer.setConsuming(.off, processors: 0...9)
                consumer.setConsuming(.on, processors: 0...9)
                try await eventually("it is back") { try await PrivateNode.depth(of: queue) == QueueDepth(messages: 1, consumers: 0) }
                consumer.setConsuming(.off, processors: 0...9)
                consumer.setPaused(false, processors: [0])
                await consumer.deliveriesEnded(of: 0)
                #expect(try await PrivateNode.depth(of: queue) == QueueDepth(messages: 1, consumers: 0))
                #expect(recorder.sessions().count == 1)
                consumer.setConsuming(.on, processors: 0...9)
                try await recorder.wait("it comes again") { $0.deliveries().count == 2 }
            }
        }

        @Test("Given up while paused, what is held goes back to its queue")
        func heldWhilePaused() async throws {
            let queue = try await PrivateNode.queue()
            try await publish(["m"], to: queue)
            try await withConsumer(of: [queue]) { consumer, recorder in
                try await recorder.wait("the delivery") { $0.deliveries().count == 1 }
                consumer.setPaused(true, processors: [0])
                await consumer.deliveriesEnded(of: 0)
                #expect(try await PrivateNode.depth(of: queue) == QueueDepth(messages: 0, consumers: 0))
                consumer.setConsuming(.off, processors: 0...9)
                try await recorder.wait("the end") { $0.endedSessions().count == 1 }
                try await eventually("it is back") { try await PrivateNode.depth(of: queue) == QueueDepth(messages: 1, consumers: 0) }
            }
        }

        @Test("A queue can be added and removed while another is consumed, which notices nothing; a place is used again")
        func addAndRemove() async throws {
            let neighbour = try await PrivateNode.queue("neighbour")
            let first = try await PrivateNode.queue("first")
            let second = try await PrivateNode.queue("second")
            for queue in [neighbour, first, second] { try await publish(["a", "b"], to: queue) }
            try await withConsumer(of: [neighbour]) { consumer, recorder in
                await consumer.add(Subscription(processor: 7, queue: first, prefetch: 10))
                try await recorder.wait("its deliveries") { $0.deliveries(of: 7).map(\.text) == ["a", "b"] }
                consumer.acknowledge([try recorder.acknowledgement(.through(1), of: 7)])
                consumer.setPaused(true, processors: [7])
                await consumer.remove(7)
                try await eventually("the other is back") {
                    try await PrivateNode.depth(of: first) == QueueDepth(messages: 1, consumers: 0)
                }
                #expect(recorder.endedSessions().count == 1 && recorder.lostSessions() == [])

                for _ in 1...3 {
                    let before = recorder.deliveries(of: 7).count
                    await consumer.add(Subscription(processor: 7, queue: second, prefetch: 10))
                    try await recorder.wait("deliveries of the second") { $0.deliveries(of: 7).count == before + 2 }
                    await consumer.remove(7)
                }
                #expect(recorder.sessions(of: 0).count == 1 && recorder.deliveries(of: 0).count == 2)
                #expect(recorder.connections() == 1)
                #expect(try await PrivateNode.depth(of: neighbour) == QueueDepth(messages: 0, consumers: 1))
            }
        }

        @Test("What was added and removed without a connection is there, and not, when it comes back")
        func withoutConnection() async throws {
            let old = try await PrivateNode.queue("old")
            let new = try await PrivateNode.queue("new")
            for queue in [old, new] { try await publish(["m"], to: queue) }
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            let settings = try PrivateNode.settings(through: proxy)
            try await withConsumer(of: [old], settings: settings) { consumer, recorder in
                try await recorder.wait("the delivery") { $0.deliveries().count == 1 }
                try proxy.welcome(.refuse)
                proxy.apply(.reset)
                try await recorder.wait("the loss") { $0.endedSessions().count == 1 }
                await consumer.remove(0)
                await consumer.add(Subscription(processor: 1, queue: new, prefetch: 10))
                try proxy.heal()
                try await recorder.wait("the delivery") { $0.deliveries(of: 1).count == 1 }
                #expect(recorder.sessions(of: 0).count == 1)
            }
        }
    }
}
