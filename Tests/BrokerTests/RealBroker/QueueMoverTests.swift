import Broker
import FaultProxy
import Messages
import Settings
import Testing
import Waiting

@testable import Broker

extension RealBroker {
    @Suite("Movers of a partitioned queue") struct QueueMoverTests: Partitioned {
        @Test("A message that no partition takes stays where it is, and so do those behind it")
        func unroutable() async throws {
            let partitioning = try partitioning(processor(partitions: 1))
            let names = partitioning.names
            try await partitioning.provide { _ in }
            try await partitioning.change { connection, channel throws(BrokerError.Reason) in
                try connection.unbind(partitioning.hashBindings[0], channel: channel)
                // Without that the messages would come back to the queue.
                try connection.unbind(partitioning.fallback, channel: channel)
            }
            try await publish(["a", "b"], to: names.queue)
            let mover = try await QueueMover.open(names, settings: PrivateNode.settings())
            #expect(try await mover.acquire())
            await #expect(throws: MoveFailure.self) { try await mover.moveNext() }
            #expect(try await mover.ready() == 2)
            await mover.close()
            try delete(names)
        }

        @Test("One mover at a time: the next one gets its turn when the first has released it, or is gone")
        func locked() async throws {
            let partitioning = try partitioning(processor(partitions: 1))
            try await partitioning.provide { _ in }
            let (first, second) = (
                try await QueueMover.open(partitioning.names, settings: PrivateNode.settings()),
                try await QueueMover.open(partitioning.names, settings: PrivateNode.settings())
            )
            #expect(try await first.acquire())
            #expect(try await !second.acquire())
            try await first.release()
            #expect(try await second.acquire())
            await second.close()
            #expect(try await first.acquire())
            await first.close()
            try delete(partitioning.names)
        }

        @Test(
            "A mover that stalled until it had lost the lock changes nothing afterwards: no old message comes behind newer ones",
            arguments: [[.toServer], [.toServer, .toClient]] as [[Direction]])
        func frozen(directions: [Direction]) async throws {
            let partitioning = try partitioning(processor(partitions: 1))
            let names = partitioning.names
            try await partitioning.provide { _ in }
            try await partitioning.change { connection, channel throws(BrokerError.Reason) in
                try connection.unbind(partitioning.way, channel: channel)
            }
            try await deal(0..<20, keys: 1, to: names.entry)
            let settings = try PrivateNode.settings()
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            let frozen = try await QueueMover.open(names, settings: PrivateNode.settings(through: proxy), heartbeat: .seconds(1))
            #expect(try await frozen.acquire())
            let bulk = try await frozen.fetchNext()
            #expect(bulk.count == 20)
            proxy.apply(.stall(directions))
            // What it publishes now waits on the way.
            let publishing = Task { try await frozen.publish(bulk) }
            let successor = try await QueueMover.open(names, settings: settings)
            try await eventually("the successor has the lock") { try await successor.acquire() }
            try await eventually("the old ones") {
                _ = try await successor.moveNext()
                return try await PrivateNode.depth(of: names.partition(0))?.messages == 20
            }
            try await deal(20..<40, keys: 1, to: names.entry)
            try await eventually("the new ones") {
                _ = try await successor.moveNext()
                return try await PrivateNode.depth(of: names.partition(0))?.messages == 40
            }
            try proxy.heal()
            await #expect(throws: MoveFailure.self) { try await publishing.value }
            try await eventually("its connection has ended") { proxy.openCount == 0 }
            await successor.close()
            // Over a connection of its own, as it once did, it would have done harm.
            let publisher = Publisher(settings: settings)
            for result in await publisher.publish([
                Publication(exchange: names.hash, routingKey: "k0", body: bulk[0].body, encodedProperties: [], headers: [])
            ]) { try result.get() }
            await publisher.close()
            try await withConsumer(of: names.partitions) { _, recorder in
                try await recorder.wait("all") { $0.deliveries().count >= 41 }
                let numbers = recorder.deliveries().compactMap { $0.text.split(separator: ":").last.flatMap { Int($0) } }
                #expect(numbers == Array(0..<40) + [0])
            }
            try delete(names)
        }

        @Test("Instances are counted by their consumers on a queue in which nothing stays, whatever type the partitions have")
        func instances() async throws {
            let partitioning = try partitioning(processor(partitions: 1, type: .quorum))
            let names = partitioning.names
            try await partitioning.provide { _ in }
            let settings = try PrivateNode.settings()
            let (first, second) = (
                try await QueueMover.open(names, settings: settings), try await QueueMover.open(names, settings: settings)
            )
            #expect(try await first.instances(countingUs: false) == 0)
            #expect(try await first.instances(countingUs: true) == 1)
            // A stray message neither stays there nor does harm.
            try await publish(["stray", "stray"], to: names.instances)
            #expect(try await second.instances(countingUs: true) == 2)
            try await publish(["stray"], to: names.instances)
            #expect(try await second.ready() == 0)
            #expect(try await first.instances(countingUs: true) == 2)
            try await eventually("nothing stays") { try await PrivateNode.depth(of: names.instances)?.messages == 0 }
            #expect(try await second.instances(countingUs: false) == 1)
            await second.close()
            await first.close()
            try await eventually("both are gone") { try await PrivateNode.depth(of: names.instances)?.consumers == 0 }
            try PrivateNode.delete(names.instances)
            let third = try await QueueMover.open(names, settings: settings)
            #expect(try await third.instances(countingUs: true) == nil)
            #expect(try await third.ready() == 0)
            await third.close()
            for queue in names.partitions + [names.queue] { try PrivateNode.delete(queue) }
        }
    }
}
