import Broker
import ControlMessages
import Settings
import Testing
import Waiting

@testable import Service

extension WholeService {
    @Suite("Parking") struct Parking {
        @Test("A message that was parked, replayed and fails again keeps its body, its history and its place: it never expires there")
        func again() async throws {
            let world = try await World.make()
            let processor = world.settings.processors[0]
            let body = Array("not json".utf8)
            // A time to live of ten minutes, as another client would have encoded it.
            let expiration: [UInt8] = [0x01, 0x00, 6] + "600000".utf8
            let publisher = Publisher(settings: world.settings.rabbitmq)
            let published = await publisher.publish([
                Publication(
                    exchange: "", routingKey: processor.queue, body: body[...], encodedProperties: expiration[...],
                    headers: [
                        ("warren-reason", .string("bad-key")), ("warren-failed-at", .string("2026-11-22T18:00:00Z")),
                        ("warren-replays", .integer(2)), ("mine", .string("kept")),
                    ])
            ])
            await publisher.close()
            for result in published { try result.get() }

            try await world.serving { try await eventually("parked") { try await world.depths()["updated.dead"] == 1 } }
            let letter = try #require(try await world.deadLetters(of: processor.name, count: 1).first)
            #expect(letter.body == body)
            #expect(letter.headers["warren-reason"] == .string("not-json"))
            #expect(letter.headers["warren-history"] == .string("2026-11-22T18:00:00Z bad-key"))
            #expect(letter.headers["warren-replays"] == .integer(2))
            #expect(letter.headers["warren-expiration"] == .string("600000"))
            #expect(letter.headers["mine"] == .string("kept"))
        }

        @Test("A transient message is a persistent letter that never expires, and goes home as it was sent")
        func durable() async throws {
            let world = try await World.make()
            let processor = world.settings.processors[0]
            // Transient, and without a delivery mode; both expire.
            let sent: [[UInt8]] = [[0x11, 0x00, 1, 6] + "600000".utf8, [0x01, 0x00, 6] + "600000".utf8]
            let publisher = Publisher(settings: world.settings.rabbitmq)
            let published = await publisher.publish(
                sent.map {
                    Publication(
                        exchange: "", routingKey: processor.queue, body: Array("not json".utf8)[...], encodedProperties: $0[...],
                        headers: [])
                })
            for result in published { try result.get() }
            await publisher.close()
            try await world.serving { try await eventually("parked") { try await world.depths()["updated.dead"] == 2 } }

            let letters = try await properties(of: processor.queue + ".dead", world)
            #expect(letters.map { $0["delivery-mode"] } == ["2", "2"])
            #expect(letters.map { $0["expiration"] } == [nil, nil])
            let office = DeadLetterService { world.settings }
            #expect(try await office.replay("updated", DeadLetterOrder(all: true)).done == 2)
            let home = try await properties(of: processor.queue, world)
            #expect(home.map { $0["expiration"] } == ["600000", "600000"])
            #expect(home[0]["delivery-mode"] == "1")
            #expect(home[1]["delivery-mode"] != "2")
            for message in home { #expect(message["warren-delivery-mode"] == nil && message["warren-expiration"] == nil) }
        }

        /// Of each message in the queue, which stays as it is: properties and headers by their names.
        private func properties(of queue: String, _ world: World) async throws -> [[String: String]] {
            let browser = try await QueueBrowser.open(queue, settings: world.settings.rabbitmq)
            let list = try await browser.take(atMost: 100, bytes: 1 << 20)
            try await browser.close()
            return list.map { delivery in
                (delivery.propertyFields + delivery.headerFields).reduce(into: [:]) { $0[$1.name] = $1.text }
            }
        }
    }
}
