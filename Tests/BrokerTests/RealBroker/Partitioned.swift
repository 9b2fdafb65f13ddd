import Broker
import Messages
import Settings
import Synchronization
import Testing

@testable import Broker

/// The steps that a partitioning reports.
final class Steps: Sendable {
    private let told = Mutex<[Partitioning.Step]>([])
    var all: [Partitioning.Step] { told.withLock { $0 } }
    func append(_ step: Partitioning.Step) { told.withLock { $0.append(step) } }
}

/// A suite of partitioned queues of its own on the private node.
protocol Partitioned {}

extension Partitioned {
    func processor(_ test: String = #function, partitions: Int, type: QueueType? = nil) -> ProcessorSettings {
        let queue = "broker-tests.\(test.prefix { $0 != "(" }).\(UInt32.random(in: .min ... .max))"
        var processor = ProcessorSettings(name: "p", queue: queue, operation: .update, collection: "c", key: JSONPointer())
        (processor.partitions, processor.queueType) = (partitions, type)
        return processor
    }

    func partitioning(_ processor: ProcessorSettings) throws -> Partitioning {
        var partitioning = try #require(Partitioning(processor, settings: PrivateNode.settings()))
        partitioning.settleTime = .milliseconds(500)
        return partitioning
    }

    /// `key:number`, published with the key as routing key.
    func deal(_ numbers: Range<Int>, keys: Int, to exchange: String) async throws {
        let publisher = Publisher(settings: try PrivateNode.settings())
        let results = await publisher.publish(
            numbers.map { number in
                Publication(
                    exchange: exchange, routingKey: "k\(number % keys)", body: [UInt8]("k\(number % keys):\(number)".utf8)[...],
                    encodedProperties: [], headers: [])
            })
        await publisher.close()
        for result in results { #expect(throws: Never.self) { try result.get() } }
    }

    func delete(_ names: PartitionNames) throws {
        for queue in names.partitions + [names.queue, names.instances] { try PrivateNode.delete(queue) }
    }

    /// The numbers of each key, in the order of their delivery, if each key came from one queue only.
    func numbers(_ deliveries: [[Delivery]]) -> [String: [Int]] {
        var numbers: [String: [Int]] = [:]
        var queues: [String: Set<Int>] = [:]
        for (queue, list) in deliveries.enumerated() {
            for delivery in list {
                let parts = delivery.text.split(separator: ":")
                numbers[String(parts[0]), default: []].append(Int(parts[1]) ?? -1)
                queues[String(parts[0]), default: []].insert(queue)
            }
        }
        for (key, queues) in queues { #expect(queues.count == 1, "\(key) is in partitions \(queues)") }
        return numbers
    }
}
