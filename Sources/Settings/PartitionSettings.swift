/// What decides in which partition a message goes: messages that agree in it keep their order.
public enum PartitionKey: Sendable, Equatable {
    /// The routing key it was published with.
    case routingKey
    /// Its `message-id` property.
    case messageID
    /// The header of this name. Messages without it all go to one partition.
    case header(Exact<String>)
}

/// How a queue keeps its messages.
public enum QueueType: String, Sendable, CaseIterable {
    /// On one node of a cluster.
    case classic
    /// Replicated on several nodes.
    case quorum
}

/// The queues and exchanges of a partitioned queue, by their names.
///
///     publishers ─▶ <queue>.partitions ─▶ <queue>.hash ─▶ <queue>.0 … <queue>.N-1
///                           └─ while the number of partitions changes ─▶ <queue>.waiting ─▶ <queue>
///
/// What lies in `<queue>`, from before or by an old binding, is moved to `<queue>.hash`.
public struct PartitionNames: Sendable, Hashable {
    /// The queue that is partitioned.
    @Exact public private(set) var queue: String
    /// How many partitions there are.
    public let count: Int

    /// The names for `count` partitions of `queue`.
    public init(queue: String, count: Int) {
        self.queue = queue
        self.count = count
    }

    /// The queue of a partition, counted from 0.
    public func partition(_ number: Int) -> String { "\(queue).\(number)" }
    /// The queues of all partitions, in their order.
    public var partitions: [String] { (0..<count).map { partition($0) } }
    /// The exchange that publishers' exchanges are bound to.
    public var entry: String { "\(queue).partitions" }
    /// The exchange that deals messages out by what their order depends on.
    public var hash: String { "\(queue).hash" }
    /// The exchange that catches what the others cannot route, and leads to ``queue``.
    public var waiting: String { "\(queue).waiting" }
    /// A queue that an instance holds exclusively while it moves messages: two at once would mix their order up.
    public var lock: String { "\(queue).mover" }
    /// A queue in which nothing ever lies. Each instance that consumes partitions has a consumer on it, so that all can count how many they are.
    public var instances: String { "\(queue).instances" }
}

extension ProcessorSettings {
    /// The names of its partitions; `nil` if it has none.
    public var partitionNames: PartitionNames? { partitions.map { PartitionNames(queue: queue, count: $0) } }

    /// The queues it consumes.
    public var consumedQueues: [String] { partitionNames?.partitions ?? [queue] }

    /// How many unacknowledged deliveries each of its queues may have: an equal share, so that the bound holds for the processor as a whole even if
    /// one instance has all partitions. At least 1.
    public func prefetchPerQueue(of settings: Settings) -> UInt16 {
        max(1, wholePrefetch(of: settings) / UInt16(clamping: max(1, partitions ?? 1)))
    }
}
