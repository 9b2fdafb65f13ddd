import Broker
import RawClient
import Settings
import Testing
import Threads
import Waiting

extension WholeService {
    /// Messages that RabbitMQ passes on though no client library can read them, or nobody can publish them again as they are.
    @Suite("Hostile messages") struct HostileMessages {
        private func publish(_ messages: [(body: String, properties: [UInt8])], to queue: String, _ world: World) async throws {
            let port = world.settings.rabbitmq.endpoints[0].port
            try await onBlockingThread(named: "raw-client") { () throws(any Error) in
                let client = try RawClient(port: port)
                for (body, properties) in messages { try client.publish(Array(body.utf8), properties: properties, to: queue) }
            }
        }

        @Test(
            "Property flags that AMQP does not have park their message, a header frame of more than was agreed on is written; nothing else notices"
        )
        func bothMessages() async throws {
            let world = try await World.make()
            let updated = world.settings.processors[0].queue
            let source = "\(updated).source"
            _ = try await Topology.declare(
                [
                    QueueDeclaration(
                        name: source,
                        arguments: [
                            ("x-dead-letter-exchange", .string("")), ("x-dead-letter-routing-key", .string(updated)),
                            ("x-message-ttl", .integer(50)), ("x-expires", .integer(600_000)),
                        ])
                ], settings: world.settings.rabbitmq)
            try await publish([(#"{"id":"flags","version":1}"#, [0, 1]), (#"{"id":"last","version":1}"#, [0, 0])], to: updated, world)
            try await publish([(#"{"id":"grown","version":1}"#, RawClient.properties(bytes: 130_950))], to: source, world)
            try await world.serving {
                try await eventually("the others are written") { Set(world.documents.keys).isSuperset(of: ["grown", "last"]) }
                // RabbitMQ 4 encodes properties again, and then they can be read.
                try await eventually("it is parked or written") {
                    let isParked = try await world.depths()["updated.dead"] == 1
                    return isParked || world.documents["flags"] != nil
                }
                try await world.publish([#"{"id":"innocent","version":1}"#], to: "sync")
                try await eventually("so is another queue's") { world.documents["innocent"] != nil }
            }
            #expect(try await world.depths()["updated"] == 0)
            #expect(!world.log.messages.contains { $0.hasPrefix("Consumer lost") || $0.hasPrefix("RabbitMQ is unreachable") })
            let version = try await Topology.examine(sources: [], others: [], settings: world.settings.rabbitmq).version
            #expect((world.documents["flags"] == nil) == version?.hasPrefix("3."))
            guard world.documents["flags"] == nil else { return }
            let letter = try #require(try await world.deadLetters(of: "updated", count: 1).first)
            #expect(String(decoding: letter.body, as: UTF8.self) == #"{"id":"flags","version":1}"#)
            #expect(letter.headers["warren-reason"] == .string("bad-properties"))
            #expect(letter.headers["warren-properties"] == .string("0001"))
            #expect(letter.headers["warren-queue"] == .string(updated))
        }

        @Test("More messages with full header frames than hold has room for are all parked, with what does not fit left out and told")
        func fullHeaders() async throws {
            let world = try await World.make()
            let count = 520
            let properties = RawClient.properties(bytes: 131_052)
            try await publish((0..<count).map { ("not json \($0)", properties) }, to: world.settings.processors[0].queue, world)
            try await world.publish([#"{"id":"innocent","version":1}"#], to: "sync")
            try await world.serving {
                try await eventually("another queue's message is written") { world.documents["innocent"] != nil }
                try await eventually("all are parked", seconds: 120) { try await world.depths()["updated.dead"] == count }
            }
            #expect(try await world.depths()["updated"] == 0)
            let names = Set(
                try await world.deadLetters(of: "updated", count: count).compactMap { letter -> String? in
                    guard letter.headers["warren-reason"] == .string("not-json"), letter.headers["warren-processor"] == .string("updated"),
                        letter.headers["warren-omitted"] == .string("big (131042 bytes)"),
                        case .string(let name)? = letter.headers["warren-letter"], name.utf8.count == 32
                    else { return nil }
                    return name
                })
            #expect(names.count == count, "each has its reason, its processor, what was left out, and a name of its own")
        }
    }
}
