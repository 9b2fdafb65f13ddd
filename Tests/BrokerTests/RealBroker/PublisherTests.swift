import Broker
import FaultProxy
import Messages
import Settings
import Testing
import Waiting

@testable import Broker

extension RealBroker {
    @Suite("Publishing") struct PublisherTests {
        private func publication(_ text: String, to queue: String) -> Publication {
            Publication(exchange: "", routingKey: queue, body: Array(text.utf8)[...], encodedProperties: [], headers: [])
        }

        @Test("A message that no queue takes fails alone, its neighbours are confirmed")
        func returned() async throws {
            let queue = try await PrivateNode.queue()
            let publisher = Publisher(settings: try PrivateNode.settings())
            let results = await publisher.publish([
                publication("a", to: queue), publication("b", to: "broker-tests.nowhere"), publication("c", to: queue),
            ])
            await publisher.close()
            #expect(results.map(\.failure) == [nil, .returned("312 NO_ROUTE"), nil])
            #expect(try await PrivateNode.depth(of: queue)?.messages == 2)
        }

        @Test("A full queue that refuses is told as such")
        func nacked() async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-max-length", .integer(1)), ("x-overflow", .string("reject-publish"))])
            let publisher = Publisher(settings: try PrivateNode.settings())
            var results: [Result<Void, PublishFailure>] = []
            for text in ["a", "b", "c"] { results += await publisher.publish([publication(text, to: queue)]) }
            await publisher.close()
            #expect(results.first?.failure == nil)
            #expect(results.last?.failure == .nacked)
        }

        // What it is for needs a cluster that has just lost a node: see ClusterTests.
        @Test("A channel that is refused something when it is no longer fresh is replaced by another one, and publishing continues")
        func renewal() async throws {
            let full = try await PrivateNode.queue(arguments: [("x-max-length", .integer(0)), ("x-overflow", .string("reject-publish"))])
            let queue = try await PrivateNode.queue()
            let publisher = Publisher(settings: try PrivateNode.settings())
            #expect(await publisher.publish([publication("a", to: full)]).map(\.failure) == [.nacked])
            let first = try #require(await publisher.renewal.readyAt)
            try await eventually("it has another channel") {
                #expect(await publisher.publish([publication("a", to: full)]).map(\.failure) == [.nacked])
                return await publisher.renewal.readyAt != first
            }
            #expect(ContinuousClock.now - first >= ChannelRenewal.shortest)
            #expect(await publisher.publish([publication("b", to: queue)]).map(\.failure) == [nil])
            await publisher.close()
        }

        @Test("A parked message is the same, each property and header of it, plus the headers that tell why")
        func park() async throws {
            let (queue, dead) = (try await PrivateNode.queue("work"), try await PrivateNode.queue("dead"))
            let properties = Self.allProperties
            let publisher = Publisher(settings: try PrivateNode.settings())
            let body: [UInt8] = Array(0...255)
            let first = await publisher.publish([
                Publication(exchange: "", routingKey: queue, body: body[...], encodedProperties: properties[...], headers: [])
            ])
            #expect(first.map(\.failure) == [nil])
            try await withConsumer(of: [queue, dead]) { consumer, recorder in
                try await recorder.wait("the original") { $0.deliveries(of: 0).count == 1 }
                let original = recorder.deliveries(of: 0)[0]
                #expect(Fields(original.encodedProperties) == Fields(properties[...]))
                #expect(original.contentEncoding == .gzip)
                #expect(original.timestamp == 1_700_000_000)

                let headers: [(name: String, value: HeaderValue)] = [
                    ("warren-reason", .string("bad-key")), ("warren-attempts", .integer(1)),
                ]
                let parked = await publisher.publish([
                    Publication(
                        exchange: "", routingKey: dead, body: original.body, encodedProperties: original.encodedProperties, headers: headers
                    )
                ])
                #expect(parked.map(\.failure) == [nil])
                try await recorder.wait("the copy") { $0.deliveries(of: 1).count == 1 }
                let copy = recorder.deliveries(of: 1)[0]
                #expect(copy.body == body[...])
                let expected = try #require(MessageProperties(properties[...])?.encoded(adding: headers, as: "guest", limit: 10_000))
                #expect(Fields(copy.encodedProperties) == Fields(expected[...]))
            }
            await publisher.close()
        }

        @Test("A message of another user can be parked, and one with a CC header does not reach its other queues again")
        func foreignUserAndCopies() async throws {
            let (queue, other) = (try await PrivateNode.queue("queue"), try await PrivateNode.queue("other"))
            var copies = FieldTable()
            copies.append("CC", .string("ignored, not even an array"))
            let publisher = Publisher(settings: try PrivateNode.settings())
            let userID: [UInt8] = [0x00, 0x10, 5] + "alice".utf8
            let withCopies: [UInt8] = [0x20, 0x00] + copies.encoded
            let results = await publisher.publish([
                Publication(exchange: "", routingKey: queue, body: [1], encodedProperties: userID[...], headers: []),
                Publication(exchange: "", routingKey: queue, body: [2], encodedProperties: withCopies[...], headers: []),
            ])
            await publisher.close()
            #expect(results.map(\.failure) == [nil, nil])
            #expect(try await PrivateNode.depth(of: queue)?.messages == 2)
            #expect(try await PrivateNode.depth(of: other)?.messages == 0)
        }

        @Test("More than the window goes through, in order")
        func window() async throws {
            let queue = try await PrivateNode.queue()
            let texts = (0..<1000).map(String.init)
            try await publish(texts, to: queue)
            try await withConsumer(of: [queue]) { _, recorder in
                try await recorder.wait("all") { $0.deliveries().count == 1000 }
                #expect(recorder.deliveries().map(\.text) == texts)
            }
        }

        @Test("Calls from several tasks at once each get their own results")
        func concurrentCalls() async throws {
            let queue = try await PrivateNode.queue()
            let publisher = Publisher(settings: try PrivateNode.settings())
            await withTaskGroup(of: Bool.self) { group in
                for index in 0..<20 {
                    let target = index.isMultiple(of: 2) ? queue : "broker-tests.nowhere"
                    let list = (0..<10).map { publication("\(index).\($0)", to: target) }
                    group.addTask {
                        await publisher.publish(list).allSatisfy { ($0.failure == nil) == index.isMultiple(of: 2) }
                    }
                }
                for await isRight in group { #expect(isRight) }
            }
            await publisher.close()
            #expect(try await PrivateNode.depth(of: queue)?.messages == 100)
        }

        @Test("A lost connection fails what is outstanding; the next call connects again")
        func lostConnection() async throws {
            let queue = try await PrivateNode.queue()
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            let publisher = Publisher(settings: try PrivateNode.settings(through: proxy))
            #expect(await publisher.publish([publication("a", to: queue)]).map(\.failure) == [nil])
            proxy.apply(.finish)
            var later = await publisher.publish([publication("b", to: queue)])
            // The cut may be noticed before or after the call.
            if case .connection = later[0].failure { later = await publisher.publish([publication("b", to: queue)]) }
            #expect(later.map(\.failure) == [nil])
            await publisher.close()
        }

        @Test("An exchange that does not exist closes the channel; the error says so, and the next call works")
        func missingExchange() async throws {
            let queue = try await PrivateNode.queue()
            let publisher = Publisher(settings: try PrivateNode.settings())
            let results = await publisher.publish([
                Publication(exchange: "broker-tests.none", routingKey: "k", body: [], encodedProperties: [], headers: [])
            ])
            guard case .connection(let error) = results[0].failure, case .channelClosed(404, _) = error.reason else {
                Issue.record("\(results)")
                return
            }
            #expect(await publisher.publish([publication("a", to: queue)]).map(\.failure) == [nil])
            await publisher.close()
        }

        @Test("Without a broker each call fails with the reason, and a closed publisher says it is closed")
        func unreachable() async throws {
            var settings = try PrivateNode.settings()
            settings.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: 1)]
            let publisher = Publisher(settings: settings)
            for _ in 0..<2 {
                guard case .connection(let error) = await publisher.publish([publication("a", to: "q")])[0].failure else {
                    Issue.record("no failure")
                    return
                }
                #expect(error.reason == .unreachable("connection refused, or no way to the host"))
            }
            await publisher.close()
            #expect(
                await publisher.publish([publication("a", to: "q")])[0].failure
                    == .connection(BrokerError(.closed, endpoint: "127.0.0.1:1")))
        }

        @Test("Names longer than the protocol has room for are refused before anything is sent")
        func longName() async throws {
            let queue = try await PrivateNode.queue()
            let publisher = Publisher(settings: try PrivateNode.settings())
            let results = await publisher.publish([publication("a", to: String(repeating: "q", count: 256)), publication("b", to: queue)])
            await publisher.close()
            #expect(results.map(\.failure) == [.unpublishable("exchange and routing key have at most 255 bytes"), nil])
        }

        /// All that a client may set, as another client would have encoded it.
        private static var allProperties: [UInt8] {
            func shortString(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + text.utf8 }
            var (inner, headers) = (FieldTable(), FieldTable())
            inner.append("deep", .string("väl"))
            headers.append("x-number", .integer(-5))
            headers.append("x-table", inner)
            headers.append("x-since", .timestamp(1))
            var bytes: [UInt8] = [0xFF, 0xF8]
            bytes += shortString("application/json") + shortString("gzip") + headers.encoded + [2, 7]
            bytes += ["correlation", "reply", "3600000", "message"].flatMap(shortString)
            bytes += UInt64(1_700_000_000).bigEndianBytes
            return bytes + ["type", "guest", "app"].flatMap(shortString)
        }
    }
}

/// What properties hold. RabbitMQ 4 encodes headers again, in the order of their names; 3 passes them on as they came.
private struct Fields: Equatable {
    let bytes: Int
    let properties: [Delivery.Field]
    let headers: [Delivery.Field]

    init(_ encoded: ArraySlice<UInt8>) {
        let delivery = Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: ContentEncoding(name: ""),
            timestamp: nil,
            bytes: Array(encoded), bodyBytes: 0)
        bytes = encoded.count
        properties = delivery.propertyFields
        headers = delivery.headerFields.sorted { $0.name < $1.name }
    }
}
