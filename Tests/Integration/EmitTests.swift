import ArangoEmulator
import Broker
import ControlMessages
import Logging
import Messages
import Settings
import TestDatabase
import Testing
import Waiting

@testable import Service

extension WholeService {
    @Suite("Onward messages") struct Emitting {
        @Test("What was written is told, with the correlation id, the trace and the id of the message, before it is acknowledged")
        func told() async throws {
            let (world, queue) = try await World.telling(body: .event)
            try await world.publish(
                [Array(#"{"id":"a","version":3}"#.utf8)], to: "updated", properties: Self.properties,
                headers: [("traceparent", .string("00-1-2-01")), ("private", .string("x"))])
            try await world.serving {
                let message = try #require(try await world.messages(in: queue, count: 1).first)
                let body = String(decoding: message.body, as: UTF8.self)
                let start = #"{"operation":"update","processor":"updated","collection":"companies","key":"a","version":3,"#
                #expect(body.hasPrefix(start + #""outcome":"written","revision":""#), "\(body)")
                let revision = try #require(
                    world.database.perform("GET", "/_api/document/companies/a").body.firstMatch(of: /"_rev":"([^"]*)"/)?.1)
                #expect(body.hasSuffix("\"\(revision)\"}"))
                let properties = Dictionary(uniqueKeysWithValues: message.propertyFields.map { ($0.name, $0.text) })
                #expect(properties["correlation-id"] == "c1")
                #expect(properties["message-id"] == "m1/updated")
                #expect(properties["content-type"] == "application/json")
                #expect(properties["delivery-mode"] == "2")
                #expect(properties["app-id"] == "warren")
                #expect(message.headers["traceparent"] == .string("00-1-2-01"))
                #expect(message.headers["private"] == nil)
                #expect(message.headers["warren-key"] == .string("a"))
                #expect(message.headers["warren-version"] == .integer(3))
                #expect(message.headers["warren-message-id"] == .string("m1"))
                try await eventually("settled") { try await world.depths()["updated"] == 0 }
            }
        }

        @Test("While no queue takes it the delivery stays, the service is degraded, and it is told when a queue is there")
        func unroutable() async throws {
            let (world, queue) = try await World.telling(isThere: false)
            try await world.publish([#"{"id":"a","version":1}"#, #"{"id":"b","version":1}"#], to: "updated")
            try await world.serving(reading: nil) { daemon in
                try await eventually("it is told in the log") {
                    world.log.lines.contains { $0.message.hasPrefix("Cannot publish onward messages") }
                }
                #expect(world.documentCount == 2)
                #expect(daemon.status.health.reasons.contains { $0.contains("cannot publish onward messages") && $0.contains("NO_ROUTE") })
                try await world.declare(queue)
                let messages = try await world.messages(in: queue, count: 2)
                #expect(Set(messages.map { String(decoding: $0.body, as: UTF8.self) }).count == 2)
                try await eventually("it is told that it works again") {
                    world.log.lines.contains { $0.message == "Onward messages are published again" }
                }
                #expect(daemon.status.health.reasons.isEmpty)
            }
            #expect(try await world.depths().values.allSatisfy { $0 == 0 }, "nothing came back, nothing was parked")
            #expect(
                world.log.lines.count { $0.message.hasPrefix("Cannot publish onward messages") && $0.level == .error } == 1, "told once")
        }

        @Test("Stopped before it could tell, the message comes again, is stale, and is told")
        func afterwards() async throws {
            let (world, queue) = try await World.telling(isThere: false)
            try await world.publish([#"{"id":"a","version":1}"#], to: "updated")
            try await world.serving {
                try await eventually("written, not told") {
                    world.log.lines.contains { $0.message.hasPrefix("Cannot publish onward messages") }
                }
            }
            try await eventually("it went back") { try await world.depths()["updated"] == 1 }
            try await world.declare(queue)
            try await world.serving { _ = try await world.messages(in: queue, count: 1) }
            #expect(try await world.depths()["updated"] == 0)
            #expect(world.database.counters.documentsWritten == 1)
        }

        @Test("A message overtaken by a newer one is not told")
        func stale() async throws {
            let (world, queue) = try await World.telling()
            try await world.publish([#"{"id":"a","version":2}"#], to: "updated")
            try await world.serving {
                _ = try await world.messages(in: queue, count: 1)
                try await world.publish([#"{"id":"a","version":1}"#, #"{"id":"z","version":1}"#], to: "updated")
                let next = try #require(try await world.messages(in: queue, count: 1).first)
                #expect(next.headers["warren-key"] == .string("z"))
                try await eventually("settled") { try await world.depths()["updated"] == 0 }
            }
        }

        @Test("An exchange that is missing keeps its messages, and neither parking nor another exchange suffers from it")
        func missingExchange() async throws {
            let world = try await World.make(
                more: World.shortDrain,
                extra: [
                    "updated": "[processor.emit]\nexchange = \"warren.no.such.exchange\"\nrouting_key = \"k\"",
                    "sync": "[processor.emit]\nexchange = \"amq.fanout\"\nrouting_key = \"k\"",
                ])
            #expect(
                await Doctor(settings: world.settings).examine().contains {
                    $0.subject == "exchange warren.no.such.exchange" && $0.kind == .unavailable
                })
            #expect(await Doctor(settings: world.settings).examine().contains { $0.subject == "exchange amq.fanout" && $0.severity == .ok })
            try await world.publish(["no json", #"{"id":"a","version":1}"#], to: "updated")
            try await world.serving {
                try await eventually("it is told") {
                    world.log.lines.contains {
                        $0.message.hasPrefix("Cannot publish onward messages")
                            && $0.facts["error"]?.description.contains("no exchange") == true
                    }
                }
                try await eventually("parked") { try await world.depths()["updated.dead"] == 1 }
            }
            try await eventually("it went back") { try await world.depths()["updated"] == 1 }
        }

        /// correlation-id and message-id, as another client would have encoded them.
        private static let properties: [UInt8] = [0x04, 0x80, 2] + "c1".utf8 + [2] + "m1".utf8
    }
}

extension World {
    /// Onward messages that cannot be published would otherwise delay the stop for long.
    fileprivate static let shortDrain = "[service]\ndrain = \"1s\""

    /// A world whose processor `updated` publishes onward messages to a queue of its own, through the default exchange, which is bound to every
    /// queue.
    fileprivate static func telling(
        _ test: String = #function, isThere: Bool = true, body: EmitSettings.Body = .document
    ) async throws -> (World, queue: String) {
        let world = try await make(test, more: shortDrain)
        let queue = "warren.told.\(UInt32.random(in: .min ... .max))"
        var settings = world.settings
        var emit = EmitSettings(exchange: "", routingKey: try RoutingKeyTemplate(queue))
        emit.body = body
        settings.processors[0].emit = emit
        let told = World(database: world.database, settings: settings, log: world.log)
        if isThere { try await told.declare(queue) }
        return (told, queue)
    }

    fileprivate func declare(_ queue: String) async throws {
        _ = try await Topology.declare(
            [QueueDeclaration(name: queue, arguments: [("x-expires", .integer(600_000))])], settings: settings.rabbitmq)
    }

    /// Publishes one message with properties to the queue of a processor.
    fileprivate func publish(
        _ bodies: [[UInt8]], to processor: String, properties: [UInt8], headers: [(name: String, value: HeaderValue)]
    ) async throws {
        let queue = try #require(settings.processors.first { $0.name == processor }).queue
        let publisher = Publisher(settings: settings.rabbitmq)
        let results = await publisher.publish(
            bodies.map { Publication(exchange: "", routingKey: queue, body: $0[...], encodedProperties: properties[...], headers: headers) }
        )
        await publisher.close()
        for result in results { try result.get() }
    }

    /// Takes so many messages out of a queue.
    fileprivate func messages(in queue: String, count: Int) async throws -> [Delivery] {
        let box = Box<(session: SessionID, list: [Delivery])>((1, []))
        let consumer = Consumer(settings: settings.rabbitmq, subscriptions: [Subscription(processor: 0, queue: queue, prefetch: 1000)]) {
            event in
            if case .deliveries(_, let session, let deliveries) = event { box.update { $0 = (session, $0.list + deliveries) } }
        }
        async let running: Void = consumer.run()
        try await eventually("\(count) messages in \(queue)") { box.value.list.count >= count }
        let (session, list) = box.value
        consumer.acknowledge([Acknowledgement(processor: 0, session: session, kind: .each(list.map(\.tag)))])
        await consumer.close()
        await running
        return list
    }
}
