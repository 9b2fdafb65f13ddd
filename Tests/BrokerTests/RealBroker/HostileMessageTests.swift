import Messages
import RawClient
import Settings
import Testing
import Threads
import Waiting

@testable import Broker

extension RealBroker {
    /// What a publisher can do to a consumer with a message that RabbitMQ passes on.
    @Suite("Messages that librabbitmq cannot read")
    struct HostileMessageTests {
        /// The ways to the broker: plain, and over TLS if the node has it.
        static let ways = [false] + (PrivateNode.hasTLS ? [true] : [])

        private func settings(overTLS: Bool) throws -> RabbitMQSettings {
            var settings = try PrivateNode.settings()
            guard overTLS else { return settings }
            let directory = try #require(PrivateNode.variable("WARREN_TEST_TLS_DIR"))
            settings.endpoints = [try PrivateNode.endpoint(of: #require(PrivateNode.variable("AMQPS_URL")))]
            settings.tls.ca = "\(directory)/ca.pem"
            settings.tls.certificate = "\(directory)/client.pem"
            settings.tls.key = "\(directory)/client.key"
            return settings
        }

        private func publish(_ messages: [(body: String, properties: [UInt8])], to queue: String) async throws {
            let port = try PrivateNode.settings().endpoints[0].port
            try await onBlockingThread(named: "raw-client") { () throws(any Error) in
                let client = try RawClient(port: port)
                for (body, properties) in messages { try client.publish(Array(body.utf8), properties: properties, to: queue) }
            }
        }

        /// Consumes both queues, and expects all of both without the connection being lost.
        private func consume(_ queue: String, _ innocent: String, count: Int, _ settings: RabbitMQSettings) async throws -> [Delivery] {
            var seen: [Delivery] = []
            try await withConsumer(of: [queue, innocent], settings: settings) { consumer, recorder in
                try await recorder.wait("all of both") { $0.deliveries(of: 0).count >= count && $0.deliveries(of: 1).count >= 20 }
                seen = recorder.deliveries(of: 0)
                for processor: SubscriptionID in 0...1 {
                    guard let last = recorder.deliveries(of: processor).last else { continue }
                    consumer.acknowledge([try recorder.acknowledgement(.through(last.tag), of: processor)])
                }
                #expect(recorder.lostSessions().isEmpty)
                #expect(recorder.sessions(of: 1).count == 1)
            }
            return seen
        }

        @Test("A header frame that the broker has made larger than was agreed on is read", arguments: ways, ["classic", "quorum"])
        func grownHeader(overTLS: Bool, type: String) async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string(type))])
            let innocent = try await PrivateNode.queue("innocent")
            let source = try await PrivateNode.queue(
                "source",
                arguments: [
                    ("x-dead-letter-exchange", .string("")), ("x-dead-letter-routing-key", .string(queue)), ("x-message-ttl", .integer(50)),
                ])
            try await publish([(#"{"id":"a"}"#, RawClient.properties(bytes: 130_950))], to: source)
            try await publish([("after", [0, 0])], to: queue)
            try await publish((0..<20).map { ("\($0)", [0, 0]) }, to: innocent)
            let seen = try await consume(queue, innocent, count: 2, settings(overTLS: overTLS))
            let grown = try #require(seen.first { $0.text == #"{"id":"a"}"# })
            #expect(grown.unreadable == nil)
            #expect(grown.encodedProperties.count > 131_072)
            #expect(grown.headerFields.map(\.name).contains("x-death"))
            #expect(seen.contains { $0.text == "after" })
        }

        @Test("Property flags that AMQP does not have are handed on as unreadable, and what comes behind is read", arguments: ways)
        func unknownFlags(overTLS: Bool) async throws {
            let queue = try await PrivateNode.queue()
            let innocent = try await PrivateNode.queue("innocent")
            try await publish([("first", [0, 0]), ("flags", [0, 1]), ("last", [0x10, 0, 2])], to: queue)
            try await publish((0..<20).map { ("\($0)", [0, 0]) }, to: innocent)
            let seen = try await consume(queue, innocent, count: 3, settings(overTLS: overTLS))
            #expect(seen.map(\.text) == ["first", "flags", "last"])
            // RabbitMQ 3 passes properties on as they came, RabbitMQ 4 encodes them again.
            let arePassedOn = seen[1].encodedProperties == [0, 1]
            #expect(seen.map(\.unreadable) == [nil, arePassedOn ? .unknownFlags(1) : nil, nil])
            #expect(try await arePassedOn == PrivateNode.version().hasPrefix("3."))
        }

        @Test("Headers nested as deeply as a frame has room for are read, and left out of what is published again", arguments: ["A", "F"])
        func deepHeaders(kind: String) async throws {
            let queue = try await PrivateNode.queue()
            try await publish([("deep", Self.nestedHeaders(kind))], to: queue)
            let target = try await PrivateNode.queue("target")
            try await withConsumer(of: [queue, target]) { consumer, recorder in
                try await recorder.wait("the delivery") { $0.deliveries(of: 0).count == 1 }
                let delivery = recorder.deliveries(of: 0)[0]
                let isUnchanged = delivery.encodedProperties.elementsEqual(Self.nestedHeaders(kind))
                #expect(isUnchanged)
                let publisher = Publisher(settings: try PrivateNode.settings())
                let results = await publisher.publish([
                    Publication(exchange: "", routingKey: target, body: [1], encodedProperties: delivery.encodedProperties, headers: [])
                ])
                await publisher.close()
                #expect(results.map(\.failure) == [nil])
                try await recorder.wait("the copy") { $0.deliveries(of: 1).count == 1 }
                #expect(Array(recorder.deliveries(of: 1)[0].headers.keys) == ["warren-omitted"])
            }
        }

        /// An array in an array, or a table in a table with empty names, 130,000 bytes in all.
        private static func nestedHeaders(_ kind: String) -> [UInt8] {
            let levelBytes = kind == "A" ? 5 : 6
            let depth = 130_000 / levelBytes
            var value: [UInt8] = []
            for level in 0..<depth {
                if kind == "F" { value.append(0) }
                value.append(kind.utf8.first!)
                value += UInt32((depth - level - 1) * levelBytes).bigEndianBytes
            }
            let entry: [UInt8] = kind == "A" ? [1, 0x61] + value : value
            return [0x20, 0x00] + UInt32(entry.count).bigEndianBytes + entry
        }

        @Test("A quorum queue that has counted a delivery of a full header frame delivers it again")
        func redelivered() async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string("quorum"))])
            try await publish([("full", RawClient.properties(bytes: 131_052))], to: queue)
            for round in 0..<2 {
                try await withConsumer(of: [queue]) { _, recorder in
                    try await recorder.wait("the message") { $0.deliveries().count == 1 }
                    let delivery = recorder.deliveries()[0]
                    #expect(delivery.unreadable == nil)
                    #expect(delivery.countedReturns == round)
                    #expect(recorder.lostSessions().isEmpty)
                }
            }
        }

        @Test("Dead letters with such headers are looked at, fetched and acknowledged like others")
        func browsed() async throws {
            let queue = try await PrivateNode.queue()
            let source = try await PrivateNode.queue(
                "source",
                arguments: [
                    ("x-dead-letter-exchange", .string("")), ("x-dead-letter-routing-key", .string(queue)), ("x-message-ttl", .integer(50)),
                ])
            try await publish([("grown", RawClient.properties(bytes: 130_950)), ("flags", [0, 1])], to: source)
            try await eventually("both have expired") { try await PrivateNode.depth(of: queue)?.messages == 2 }
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
            let seen = try await browser.take(atMost: 10, bytes: 1 << 22)
            #expect(Set(seen.map(\.text)) == ["grown", "flags"])
            #expect(await browser.acknowledge(seen.map(\.tag)) == .init(confirmed: 2, failure: nil))
            try await browser.close()
            #expect(try await PrivateNode.depth(of: queue)?.messages == 0)
        }

        @Test("Both are published again, what does not fit left out and told")
        func publishedAgain() async throws {
            let queue = try await PrivateNode.queue()
            let source = try await PrivateNode.queue(
                "source",
                arguments: [
                    ("x-dead-letter-exchange", .string("")), ("x-dead-letter-routing-key", .string(queue)), ("x-message-ttl", .integer(50)),
                ])
            try await publish([("grown", RawClient.properties(bytes: 130_950))], to: source)
            try await publish([("flags", [0, 1])], to: queue)
            let target = try await PrivateNode.queue("target")
            try await withConsumer(of: [queue, target]) { consumer, recorder in
                try await recorder.wait("both") { $0.deliveries(of: 0).count == 2 }
                let publisher = Publisher(settings: try PrivateNode.settings())
                let results = await publisher.publish(
                    recorder.deliveries(of: 0).map {
                        Publication(
                            exchange: "", routingKey: target, body: $0.body, encodedProperties: $0.encodedProperties,
                            unreadable: $0.unreadable,
                            headers: [("warren-reason", .string("test"))])
                    })
                await publisher.close()
                #expect(results.map(\.failure) == [nil, nil])
                try await recorder.wait("the copies") { $0.deliveries(of: 1).count == 2 }
                let isUnreadable = recorder.deliveries(of: 0).contains { $0.unreadable != nil }
                for copy in recorder.deliveries(of: 1) {
                    #expect(copy.headers["warren-reason"] == .string("test"))
                    guard copy.text == "grown" || isUnreadable else { continue }
                    guard case .string(let omitted)? = copy.headers["warren-omitted"] else { throw Late() }
                    #expect(copy.text == "grown" ? omitted.hasPrefix("big (130") : omitted.hasPrefix("all properties"))
                }
            }
        }
    }
}
