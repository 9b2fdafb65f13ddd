internal import Broker
internal import Logging
internal import Settings
internal import Synchronization

/// The ``Forwarder`` of each partitioned processor, while an engine consumes.
final class Forwarding: Sendable {
    private struct Post {
        let names: PartitionNames
        let task: Task<Void, Never>
    }

    private let logger: Logger
    private let posts = Mutex<[Post]>([])

    init(logger: Logger) { self.logger = logger }

    /// Forwards what these settings call for from now on, and nothing else.
    func adopt(_ settings: Settings) {
        let wanted = settings.processors.compactMap(\.partitionNames)
        posts.withLock { posts in
            let stay = Set(wanted)
            for post in posts where !stay.contains(post.names) { post.task.cancel() }
            posts.removeAll { !stay.contains($0.names) }
            let there = Set(posts.map(\.names))
            for names in wanted where !there.contains(names) {
                let forwarder = Forwarder(names: names, settings: settings.rabbitmq, logger: logger)
                posts.append(Post(names: names, task: Task { await forwarder.run() }))
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
