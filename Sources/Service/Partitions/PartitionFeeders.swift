internal import Broker
internal import Logging
internal import Settings
internal import Synchronization

/// The ``PartitionFeeder`` of each partitioned processor, while an engine consumes.
final class PartitionFeeders: Sendable {
    private struct Post {
        let names: PartitionNames
        let key: PartitionKey
        let task: Task<Void, Never>
    }

    private let logger: Logger
    private let ports: PartitionPorts
    private let posts = Mutex<[Post]>([])

    init(logger: Logger, ports: PartitionPorts) {
        self.logger = logger
        self.ports = ports
    }

    /// Forwards what these settings call for from now on, and nothing else.
    func adopt(_ settings: Settings) {
        let wanted = settings.processors.filter { $0.partitions != nil }
        posts.withLock { posts in
            let isWanted = { (post: Post) in wanted.contains { $0.partitionNames == post.names && $0.partitionBy == post.key } }
            for post in posts where !isWanted(post) { post.task.cancel() }
            posts.removeAll { !isWanted($0) }
            for processor in wanted {
                guard let partitioning = Partitioning(processor, settings: settings.rabbitmq),
                    !posts.contains(where: { $0.names == partitioning.names })
                else { continue }
                let feeder = PartitionFeeder(partitioning: partitioning, settings: settings.rabbitmq, logger: logger, ports: ports)
                posts.append(Post(names: partitioning.names, key: processor.partitionBy, task: Task { await feeder.run() }))
            }
        }
    }

    /// Ends all. Returns when their connections are closed; what was not moved is in its queue.
    func end() async {
        let ended = posts.withLock { posts in
            defer { posts = [] }
            return posts
        }
        for post in ended { post.task.cancel() }
        for post in ended { await post.task.value }
    }
}
