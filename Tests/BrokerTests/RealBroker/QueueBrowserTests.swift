import Mapping
import Settings
import Testing

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
                #expect(seen.map(\.deliveryCount) == Array(repeating: nil, count: 10))
            }
            try await withConsumer(of: [queue]) { _, recorder in
                try await recorder.wait("all") { $0.deliveries().count == 20 }
                #expect(recorder.deliveries().map(\.text) == texts)
            }
        }

        @Test("A quorum queue keeps all its messages, and counts each look as a delivery")
        func quorum() async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string("quorum"))])
            let texts = (0..<20).map(String.init)
            try await publish(texts, to: queue)
            for round in 0..<3 {
                let seen = try await look(at: queue, ready: 20)
                // In front still, but in an order of its own.
                #expect(Set(seen.map(\.text)) == Set(texts.prefix(10)))
                #expect(seen.map(\.deliveryCount) == Array(repeating: round, count: 10))
            }
            #expect(try await PrivateNode.depth(of: queue)?.messages == 20)
        }

        private func look(at queue: String, ready: Int) async throws -> [Delivery] {
            // A quorum queue takes a moment to count what came back.
            let deadline = ContinuousClock.now + .seconds(60)
            while try await PrivateNode.depth(of: queue)?.messages != ready, deadline > .now {
                try await Task.sleep(for: .milliseconds(20))
            }
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
            #expect(browser.ready == ready)
            let seen = try await browser.take(atMost: 10, bytes: 1 << 20)
            try await browser.close()
            return seen
        }

        @Test("What is acknowledged is gone, the rest is back in its place")
        func acknowledge() async throws {
            let queue = try await PrivateNode.queue()
            try await publish(["a", "b", "c", "d"], to: queue)
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
            let seen = try await browser.take(atMost: 100, bytes: 1 << 20)
            #expect(seen.map(\.text) == ["a", "b", "c", "d"])
            #expect(try await browser.next() == nil)
            try await browser.acknowledge([seen[1].tag, seen[3].tag])
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
            let relay = try Relay(to: PrivateNode.settings().endpoints[0].port)
            defer { relay.end() }
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings(through: relay))
            let first = try #require(try await browser.next())
            relay.cut()
            await #expect(throws: BrokerError.self) {
                try await browser.acknowledge([first.tag])
                try await browser.close()
            }
            let deadline = ContinuousClock.now + .seconds(60)
            while try await PrivateNode.depth(of: queue)?.messages != 2, deadline > .now { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await PrivateNode.depth(of: queue)?.messages == 2)
        }
    }
}
