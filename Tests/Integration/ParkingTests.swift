import Broker
import Settings
import Testing

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
    }
}
