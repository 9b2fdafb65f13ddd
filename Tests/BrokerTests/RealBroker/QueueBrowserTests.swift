import FaultProxy
import Messages
import Settings
import Testing
import Waiting

@testable import Broker

extension RealBroker {
    @Suite("Looking into queues") struct QueueBrowserTests {
        @Test("Looking leaves a classic queue as it was: the same messages in the same order, marked as redelivered")
        func leavesAsItWas() async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string("classic"))])
            let texts = (0..<20).map(String.init)
            try await publish(texts, to: queue)
            for round in 0..<3 {
                let seen = try await look(at: queue, ready: 20)
                #expect(seen.map(\.text) == Array(texts.prefix(10)))
                #expect(seen.map(\.redelivered) == Array(repeating: round > 0, count: 10))
                #expect(seen.map(\.countedReturns) == Array(repeating: 0, count: 10))
            }
            try await withConsumer(of: [queue]) { _, recorder in
                try await recorder.wait("all") { $0.deliveries().count == 20 }
                #expect(recorder.deliveries().map(\.text) == texts)
            }
        }

        @Test(
            "What a look costs is true: a quorum queue keeps messages and order, and counts each look if it was said to",
            arguments: [nil, 3, 1_000_000])
        func quorum(limit: Int?) async throws {
            let arguments = limit.map { [("x-delivery-limit", HeaderValue.integer(Int64($0)))] } ?? []
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string("quorum"))] + arguments)
            let texts = (0..<80).map(String.init)
            try await publish(texts, to: queue)
            for round in 0..<3 {
                let (seen, terms) = try await looking(at: queue, ready: 80, take: 50)
                // RabbitMQ 3 has them in front still, but in an order of its own.
                let isInOrder = terms.cost != .delivery(.channelClose)
                #expect(isInOrder ? seen.map(\.text) == Array(texts.prefix(50)) : Set(seen.map(\.text)) == Set(texts.prefix(50)))
                #expect(terms.limit == limit.map { min($0, 20) } ?? 20)
                #expect([.delivery(.channelClose), .delivery(.nack), .nothing(.nack)].contains(terms.cost))
                #expect(seen.allSatisfy { $0.countedReturns == (terms.cost == .nothing(.nack) ? 0 : round) })
            }
            try await eventually("all are back") { try await PrivateNode.depth(of: queue)?.messages == 80 }
        }

        @Test("A hundred looks that are said to cost nothing end no message, whatever the limit", arguments: ["classic", "quorum"])
        func often(type: String) async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string(type))])
            try await publish(["a", "b", "c"], to: queue)
            let trials = ReturnTrials()
            for _ in 0..<100 {
                let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings(), trials: trials)
                // A quorum queue of RabbitMQ before 4.3: this is what nobody does without having been asked.
                guard case .nothing = browser.terms.cost else {
                    #expect(type == "quorum")
                    return try await browser.close()
                }
                #expect(browser.ready == 3)
                #expect(try await browser.take(atMost: 10, bytes: 1 << 20).map(\.text) == ["a", "b", "c"])
                try await browser.close()
            }
            try await eventually("all are back") { try await PrivateNode.depth(of: queue)?.messages == 3 }
        }

        @Test("The queue of a trial is gone afterwards, and a type or a limit that nobody declared is not believed") func trial()
            async throws
        {
            for (arguments, cost) in [
                ([], BrowseCost.nothing(.channelClose)), ([("x-message-ttl", HeaderValue.integer(600_000))], .nothing(.channelClose)),
            ] {
                let queue = try await PrivateNode.queue(arguments: arguments)
                let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
                #expect(browser.terms == BrowseTerms(cost: cost))
                try await browser.close()
            }
        }

        @Test("Acknowledged is gone: several hundred at once, with the rest back in its order", arguments: ["classic", "quorum"])
        func many(type: String) async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string(type))])
            let texts = (0..<400).map(String.init)
            try await publish(texts, to: queue)
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
            let seen = try await browser.take(atMost: 390, bytes: 1 << 20)
            let meant = seen.filter { !$0.text.hasSuffix("7") }
            #expect(await browser.acknowledge(meant.map(\.tag)) == .init(confirmed: meant.count, failure: nil))
            try await browser.close()
            let left = texts.filter { $0.hasSuffix("7") || Int($0) ?? 0 >= 390 }
            let (again, terms) = try await looking(at: queue, ready: left.count, take: 400)
            #expect(terms.cost != .delivery(.channelClose) ? again.map(\.text) == left : Set(again.map(\.text)) == Set(left))
        }

        @Test("A digest is the same at each look", arguments: ["classic", "quorum"])
        func digest(type: String) async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string(type))])
            let publisher = Publisher(settings: try PrivateNode.settings())
            // Everything that a publisher may say of a message, and nothing.
            let all = MessageProperties([])?.encoded(
                adding: [("a", .string("b")), ("n", .integer(-3)), ("t", .timestamp(1_700_000_000)), ("f", .boolean(true))], as: "guest",
                limit: 4096)
            let results = await publisher.publish(
                [all ?? [], [0, 0], [0x18, 0, 1, 5]].enumerated().map {
                    Publication(exchange: "", routingKey: queue, body: [UInt8($0)], encodedProperties: $1[...], headers: [])
                })
            await publisher.close()
            #expect(results.allSatisfy { $0.failure == nil })
            var digests: [[String]] = []
            for _ in 0..<3 { digests.append(try await looking(at: queue, ready: 3, take: 3).seen.map(\.digest)) }
            #expect(Set(digests).count == 1)
            #expect(Set(digests[0]).count == 3)
        }

        private func look(at queue: String, ready: Int) async throws -> [Delivery] {
            try await looking(at: queue, ready: ready, take: 10).seen
        }

        private func looking(at queue: String, ready: Int, take count: Int) async throws -> (seen: [Delivery], terms: BrowseTerms) {
            // A quorum queue takes a moment to count what came back.
            try await eventually("\(ready) are ready") { try await PrivateNode.depth(of: queue)?.messages == ready }
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
            #expect(browser.ready == ready)
            let seen = try await browser.take(atMost: count, bytes: 1 << 20)
            try await browser.close()
            return (seen, browser.terms)
        }

        @Test("What is acknowledged is gone, the rest is back in its place")
        func acknowledge() async throws {
            let queue = try await PrivateNode.queue()
            try await publish(["a", "b", "c", "d"], to: queue)
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
            let seen = try await browser.take(atMost: 100, bytes: 1 << 20)
            #expect(seen.map(\.text) == ["a", "b", "c", "d"])
            #expect(try await browser.next() == nil)
            #expect(await browser.acknowledge([seen[1].tag, seen[3].tag]) == .init(confirmed: 2, failure: nil))
            try await browser.close()
            let again = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
            #expect(try await again.take(atMost: 100, bytes: 1 << 20).map(\.text) == ["a", "c"])
            try await again.close()
        }

        @Test("The bound in bytes ends a bulk after the message that reaches it")
        func bytes() async throws {
            let queue = try await PrivateNode.queue()
            try await publish(Array(repeating: String(repeating: "x", count: 300_000), count: 4), to: queue)
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
            #expect(try await browser.take(atMost: 100, bytes: 500_000).count == 2)
            #expect(try await browser.take(atMost: 1, bytes: 500_000).count == 1)
            try await browser.close()
        }

        @Test("A queue that is not there is an error that names it")
        func missing() async throws {
            let error = await #expect(throws: BrokerError.self) {
                _ = try await QueueBrowser.open("broker-tests.nowhere", settings: PrivateNode.settings())
            }
            #expect(error?.queue == "broker-tests.nowhere")
            #expect(error?.description.contains("warren provision") == true)
        }

        @Test("A lost connection is an error, and the messages are back")
        func lost() async throws {
            let queue = try await PrivateNode.queue()
            try await publish(["a", "b"], to: queue)
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings(through: proxy))
            let first = try #require(try await browser.next())
            proxy.apply(.finish)
            let acknowledged = await browser.acknowledge([first.tag])
            #expect(acknowledged.confirmed == 0 && acknowledged.failure != nil)
            await #expect(throws: BrokerError.self) { try await browser.close() }
            try await eventually("both are back") { try await PrivateNode.depth(of: queue)?.messages == 2 }
        }
    }
}
