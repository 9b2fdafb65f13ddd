import ArangoEmulator
import ControlMessages
import Messages
import Pipeline
import Settings
import TestDatabase
import Testing
import Waiting

@testable import Broker
@testable import Service

extension WholeService {
    @Suite("Partitions", .serialized, .timeLimit(.minutes(3))) struct PartitionTests {
        /// A world in which *sync* has partitions.
        private func partitioned(_ keys: String = "partitions = 4", _ test: String = #function) async throws -> World {
            let world = try await World.make(test, extra: ["sync": keys])
            for partitioning in QueueDeclarations(settings: world.settings).partitionings { try await partitioning.provide { _ in } }
            return world
        }

        private func deal(_ numbers: Range<Int>, documents: Int, in world: World) async throws {
            let names = try #require(world.settings.processors.first { $0.name == "sync" }?.partitionNames)
            let publisher = Publisher(settings: world.settings.rabbitmq)
            let results = await publisher.publish(
                numbers.map { number in
                    let key = number % documents
                    return Publication(
                        exchange: names.entry, routingKey: "\(key)", body: [UInt8](#"{"id":"\#(key)","version":\#(number)}"#.utf8)[...],
                        encodedProperties: [], headers: [])
                })
            await publisher.close()
            for result in results { try result.get() }
        }

        private func partitions(of daemon: Daemon) -> (held: [Int], consumers: Int?) {
            let state = daemon.status.partitions(of: daemon.engine.registry.table.ids(of: "sync"))
            return (state?.held ?? [], state?.consumers)
        }

        /// The partitions that have delivered messages to this instance.
        private func supplied(_ daemon: Daemon) async -> Set<Int> {
            let (table, counters) = (daemon.engine.registry.table, await daemon.engine.pipeline.snapshot().counters)
            return Set(table.ids(of: "sync").filter { counters[$0].received > 0 }.compactMap { table.queues[$0].partition })
        }

        @Test("A second instance stands by, healthy; when the first stops, it has everything at once and nothing is lost")
        func handedOver() async throws {
            let world = try await partitioned()
            let other = World(database: world.database, settings: world.settings)
            try await other.serving(reading: nil) { second in
                try await eventually("all are consumed") { partitions(of: second).held == [0, 1, 2, 3] }
                try await world.serving(reading: nil) { first in
                    try await deal(0..<1000, documents: 50, in: world)
                    try await eventually("the first ones") { world.documentCount == 50 }
                    #expect(partitions(of: first).held == [])
                    #expect(first.status.health.status == .healthy)
                    // It is left for good, so that the other one gets what it had.
                    _ = try await second.supervisor.pause("sync")
                    try await deal(1000..<2000, documents: 50, in: world)
                    try await eventually("the latest ones") { world.documents.values.count { $0.contains("\"version\":19") } == 50 }
                    try await eventually("all are the first one's") { partitions(of: first).held == [0, 1, 2, 3] }
                    #expect(second.status.health.status == .healthy, "a paused processor is as it should be")
                    _ = try await second.supervisor.resume("sync")
                    try await eventually("it waits again") { partitions(of: first).consumers == 2 }
                }
                try await deal(2000..<3000, documents: 50, in: world)
                try await eventually("it takes over again") { world.documents.values.count { $0.contains("\"version\":29") } == 50 }
            }
        }

        @Test("Two instances that start together share quorum partitions at once, though RabbitMQ does not tell who waits for them")
        func sharedFromTheStart() async throws {
            let world = try await partitioned("partitions = 12\nqueue_type = \"quorum\"")
            let other = World(database: world.database, settings: world.settings)
            var shares: [[Int]] = []
            // A machine that holds one of them up for most of a second may give all to the other; not again and again.
            while shares.count < 5, shares.last?.contains(0) ?? true {
                // Both are made before one of them starts: making one takes a second where all processors are busy.
                let (first, second) = (try other.daemon(), try world.daemon())
                try await other.serving(first) {
                    try await world.serving(second) {
                        var number = 0
                        var suppliers: [Set<Int>] = []
                        // What was delivered tells: in their status, an instance that does not see the other yet claims all that it is subscribed to.
                        try await eventually("each partition delivers to one of them") {
                            try await deal(number..<number + 200, documents: 200, in: world)
                            number += 200
                            suppliers = [await supplied(first), await supplied(second)]
                            return suppliers[0].union(suppliers[1]).count == 12
                        }
                        shares.append(suppliers.map(\.count))
                    }
                }
            }
            #expect(shares.last?.contains(0) == false, "\(shares)")
        }

        @Test("When a restart of RabbitMQ has removed the hash exchange, messages wait until an instance has created it again")
        func dealtOutAnew() async throws {
            let world = try await partitioned()
            let partitioning = try #require(QueueDeclarations(settings: world.settings).partitionings.first)
            let names = partitioning.names
            try await world.serving(reading: nil) { daemon in
                try await eventually("all are consumed") { partitions(of: daemon).held == [0, 1, 2, 3] }
                try await partitioning.change { connection, channel throws(BrokerError.Reason) in
                    try connection.delete(exchange: names.hash, channel: channel)
                }
                try await deal(0..<200, documents: 50, in: world)
                try await eventually("all are stored") { world.documentCount == 50 }
                #expect(try await partitioning.examine() == .kept)
                try await eventually("its health") { daemon.status.health.status == .healthy }
            }
        }

        @Test(
            "Two instances come to have two partitions each, and messages in the queue itself are moved on",
            arguments: [nil, "quorum"] as [String?])
        func balanced(brokerDefault: String?) async throws {
            let world = try await World.make(extra: ["sync": "partitions = 4"])
            let partitioning = try #require(QueueDeclarations(settings: world.settings).partitionings.first)
            if let brokerDefault {
                // As a virtual host with that default type makes them.
                let queues = partitioning.names.partitions.map {
                    QueueDeclaration(
                        name: $0, arguments: [("x-queue-type", .string(brokerDefault)), ("x-single-active-consumer", .boolean(true))])
                }
                #expect(try await Topology.declare(queues, settings: world.settings.rabbitmq) == queues.map { _ in .created })
            }
            try await partitioning.provide { _ in }
            let other = World(database: world.database, settings: world.settings)
            try await other.serving(reading: nil) { first in
                // Nothing comes: it knows that it is alone.
                try await eventually("all are consumed") { partitions(of: first).held == [0, 1, 2, 3] }
                #expect(first.status.health.status == .healthy)
                try await world.serving(reading: nil) { second in
                    let numbers = Box(0)
                    try await eventually("a share for each", seconds: 90) {
                        // Something must come for a partition to be known to be ours.
                        try await deal(numbers.value..<numbers.value + 100, documents: 50, in: world)
                        numbers.update { $0 += 100 }
                        try await Task.sleep(for: .milliseconds(200))
                        return partitions(of: first).held.count == 2 && partitions(of: second).held.count == 2
                    }
                    #expect(Set(partitions(of: first).held + partitions(of: second).held) == [0, 1, 2, 3])
                    try await world.publish([#"{"id":"late","version":1}"#], to: "sync")
                    try await eventually("the moved one") { world.document("late") != nil }
                    try await eventually("all are stored") { world.documentCount == 51 }
                }
            }
        }
    }
}
