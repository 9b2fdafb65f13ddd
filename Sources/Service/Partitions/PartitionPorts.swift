internal import Broker
internal import Settings

/// What is found out about a processor's partitions while it runs.
enum PartitionNews: Sendable, Equatable {
    /// The type of each of these queues; queues whose type the broker does not report are left out.
    case types([String: QueueType])
    /// How many instances consume partitions of this queue; `nil` if they cannot be counted.
    case instances(of: String, Int?)
    /// Why messages wait in this queue instead of going to its partitions; `nil` if they do not.
    case fault(of: String, String?)
}

/// What a ``PartitionFeeder`` needs of the service.
struct PartitionPorts: Sendable {
    /// This instance has a consumer on a partition of the queue.
    var consumes: @Sendable (_ queue: String) -> Bool
    var tell: @Sendable (PartitionNews) -> Void
    /// This queue can be handed over in one step, or not.
    var setHandsOver: @Sendable (Bool, _ queue: String) async -> Void
}
