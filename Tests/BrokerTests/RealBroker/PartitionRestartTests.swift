import Broker
import Messages
import Nodes
import Settings
import Testing

@testable import Broker

extension RealBroker.OnOwnNode {
    @Suite("Partitions") struct PartitionRestartTests {
        /// Which partition each key is in, by messages published to the way in. They are taken out.
        private func partitions(of keys: Int, _ names: PartitionNames, on node: RabbitMQNode) async throws -> [String: Int] {
            let publisher = Publisher(settings: node.settings)
            let results = await publisher.publish(
                (0..<keys).map {
                    Publication(
                        exchange: names.entry, routingKey: "k\($0)", body: [UInt8]("k\($0)".utf8)[...], encodedProperties: [], headers: [])
                })
            await publisher.close()
            for result in results { try result.get() }
            var found: [String: Int] = [:]
            try await withConsumer(of: names.partitions, settings: node.settings) { consumer, recorder in
                try await recorder.wait("all keys") { Set($0.deliveries().map(\.text)).count == keys }
                for index in 0..<names.count {
                    let list = recorder.deliveries(of: SubscriptionID(rawValue: index))
                    for delivery in list { found[delivery.text] = index }
                    guard let last = list.last else { continue }
                    consumer.acknowledge([try recorder.acknowledgement(.through(last.tag), of: SubscriptionID(rawValue: index))])
                }
            }
            return found
        }

        @Test("Each key keeps its partition over restarts of the broker: it is dealt out as before, or waits until it can be")
        func kept() async throws {
            let node = try OwnNode.current
            var processor = ProcessorSettings(name: "p", queue: "kept", operation: .update, collection: "c", key: JSONPointer())
            processor.partitions = 12
            let partitioning = try #require(Partitioning(processor, settings: node.settings))
            let names = partitioning.names
            try await partitioning.provide { _ in }
            let before = try await partitions(of: 600, names, on: node)
            #expect(Set(before.values).count == 12)
            for ending in ["stop", "kill"] {
                if ending == "stop" { try await node.stop() } else { try await node.kill() }
                try await node.start()
                let mover = try await QueueMover.open(names, settings: node.settings)
                if try await !mover.hasHash() {
                    #expect(try await partitioning.examine() == .missing)
                    // Nothing gets past while the exchange is not there.
                    let publisher = Publisher(settings: node.settings)
                    for result in await publisher.publish([
                        Publication(
                            exchange: names.entry, routingKey: "k1", body: [UInt8]("k1".utf8)[...], encodedProperties: [], headers: [])
                    ]) { try result.get() }
                    await publisher.close()
                    #expect(try await mover.ready() == 1)
                    let steps = Steps()
                    try await partitioning.restore { step in steps.append(step) }
                    #expect(steps.all == [.moved(1)])
                }
                #expect(try await mover.ready() == 0)
                await mover.close()
                #expect(try await partitioning.examine() == .kept)
                let after = try await partitions(of: 600, names, on: node)
                #expect(after == before, "\(after.count { before[$0.key] != $0.value }) of 600 keys moved")
            }
        }

        @Test("Without an earlier provision nothing is created again")
        func notProvided() async throws {
            let node = try OwnNode.current
            let queue = try await node.queue()
            var processor = ProcessorSettings(name: "p", queue: queue, operation: .update, collection: "c", key: JSONPointer())
            processor.partitions = 2
            let partitioning = try #require(Partitioning(processor, settings: node.settings))
            await #expect(throws: Partitioning.Failure.self) { try await partitioning.restore { _ in } }
            #expect(try await partitioning.isMissing)
        }
    }
}
