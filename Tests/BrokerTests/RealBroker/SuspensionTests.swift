import FaultProxy
import Messages
import Settings
import Testing
import Waiting

@testable import Broker

extension RealBroker {
    @Suite("Consuming that is switched off") struct SuspensionTests {
        @Test("What is unacknowledged returns to its queue, what was acknowledged does not, and nothing more comes until it is switched on")
        func offAndOn() async throws {
            let queues = [try await PrivateNode.queue("one"), try await PrivateNode.queue("two")]
            for queue in queues { try await publish(["a", "b", "c"], to: queue) }
            try await withConsumer(of: queues) { consumer, recorder in
                try await recorder.wait("six deliveries") { $0.deliveries().count == 6 }
                consumer.acknowledge([try recorder.acknowledgement(.through(1), of: 0)])
                consumer.setConsuming(.off, processors: 0...9)
                try await recorder.wait("the end of both sessions") { $0.endedSessions().count == 2 }
                #expect(recorder.lostSessions() == [], "it was our own request")
                try await eventually("the rest is back") {
                    var depths: [QueueDepth?] = []
                    for queue in queues { depths.append(try await PrivateNode.depth(of: queue)) }
                    return depths == [QueueDepth(messages: 2, consumers: 0), QueueDepth(messages: 3, consumers: 0)]
                }
                #expect(recorder.deliveries().count == 6)

                consumer.setConsuming(.on, processors: 0...9)
                try await recorder.wait("five deliveries again") { $0.deliveries().count == 11 }
                #expect(recorder.sessions(of: 0).count == 2 && recorder.sessions(of: 1).count == 2)
                #expect(recorder.deliveries(of: 0).suffix(2).map(\.tag) == [1, 2], "tags start from 1 again")
                #expect(recorder.connections() == 1, "the connection stayed")
            }
        }

        @Test("On trial few deliveries come at a time; then all the prefetch allows, on the same channel, with nothing returned")
        func trial() async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string("quorum"))])
            try await publish((1...30).map(String.init), to: queue)
            try await withConsumer(of: [queue], consuming: .trial) { consumer, recorder in
                try await recorder.wait("a few") { $0.deliveries().count == Int(Consuming.trialPrefetch) }
                consumer.acknowledge([try recorder.acknowledgement(.through(1))])
                try await recorder.wait("one more") { $0.deliveries().count == Int(Consuming.trialPrefetch) + 1 }
                consumer.setConsuming(.on, processors: [0])
                try await recorder.wait("all") { $0.deliveries().count == 30 }
                #expect(recorder.sessions().count == 1)
                #expect(recorder.deliveries().map(\.tag.rawValue) == Array(1...30))
                #expect(recorder.deliveries().allSatisfy { !$0.redelivered })
                consumer.acknowledge([try recorder.acknowledgement(.through(30))])
            }
            #expect(try await PrivateNode.depth(of: queue)?.messages == 0)
        }

        @Test("Where the queue tells free returns, giving up again and again counts once; elsewhere each counts. The order is kept")
        func freeReturns() async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string("quorum"))])
            let texts = (1...9).map(String.init)
            try await publish(texts, to: queue)
            try await withConsumer(of: [queue]) { consumer, recorder in
                for turn in 1...6 {
                    try await recorder.wait("turn \(turn)") { $0.deliveries().count == 9 * turn }
                    let seen = Array(recorder.deliveries().suffix(9))
                    #expect(seen.map(\.text) == texts)
                    let isFree = seen.allSatisfy(\.tellsFreeReturns)
                    #expect(seen.map(\.countedReturns) == texts.map { _ in isFree ? min(turn - 1, 1) : turn - 1 })
                    consumer.setConsuming(.off, processors: [0])
                    try await recorder.wait("the end") { $0.endedSessions().count == turn }
                    try await eventually("all are back") { try await PrivateNode.depth(of: queue) == QueueDepth(messages: 9, consumers: 0) }
                    consumer.setConsuming(.on, processors: [0])
                }
            }
        }

        @Test("Switched off, a new connection subscribes nothing; switched on, it consumes")
        func reconnect() async throws {
            let queue = try await PrivateNode.queue()
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            let settings = try PrivateNode.settings(through: proxy)
            try await withConsumer(of: [queue], settings: settings) { consumer, recorder in
                try await recorder.wait("the subscription") { $0.session() != nil }
                consumer.setConsuming(.off, processors: 0...9)
                try await recorder.wait("its end") { $0.endedSessions().count == 1 }
                proxy.apply(.reset)
                try await recorder.wait("a new connection") { $0.connections() == 2 }
                try await publish(["m"], to: queue)
                #expect(try await PrivateNode.depth(of: queue) == QueueDepth(messages: 1, consumers: 0))
                #expect(recorder.sessions().count == 1)
                consumer.setConsuming(.on, processors: 0...9)
                try await recorder.wait("the delivery") { $0.deliveries().count == 1 }
            }
        }

        @Test("Switched off and on many times in a row, each message comes in the last session, and the broker has one consumer")
        func manyTimes() async throws {
            let queue = try await PrivateNode.queue()
            try await publish((0..<20).map(String.init), to: queue)
            try await withConsumer(of: [queue]) { consumer, recorder in
                for step in 1...100 {
                    consumer.setConsuming(step.isMultiple(of: 2) ? .on : .off, processors: 0...9)
                    try await Task.sleep(for: .microseconds(step * 50))
                }
                try await recorder.wait("twenty in the last session") { recorder in
                    recorder.endedSessions().count + 1 == recorder.sessions().count && recorder.deliveriesOfLastSession().count == 20
                }
                #expect(recorder.deliveriesOfLastSession().map(\.text) == (0..<20).map(String.init))
                #expect(recorder.lostSessions() == [] && recorder.connections() == 1)
                #expect(try await PrivateNode.depth(of: queue) == QueueDepth(messages: 0, consumers: 1))
            }
        }
    }
}

extension EventRecorder {
    /// Sessions that are over, for whatever reason.
    func endedSessions() -> [SessionID] {
        events.compactMap { if case .unsubscribed(_, let session, _) = $0 { session } else { nil } }
    }

    /// How often a connection was opened.
    func connections() -> Int { events.count { if case .connected = $0 { true } else { false } } }

    /// Deliveries of the newest session of a processor.
    func deliveriesOfLastSession(of processor: SubscriptionID = 0) -> [Delivery] {
        let last = session(of: processor)
        return events.flatMap { event -> [Delivery] in
            if case .deliveries(processor, let session, let list) = event, session == last { list } else { [] }
        }
    }
}
