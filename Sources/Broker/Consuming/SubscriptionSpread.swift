/// When partitions are subscribed, with a new connection or once the database is there: in a random order, over a short time.
///
/// RabbitMQ gives a queue with single active consumer to the first subscriber. Of instances that start together, one is always a moment ahead. If
/// each subscribed everything at once, that one would have all queues, and of quorum queues the others would not even be counted (RabbitMQ 3.10). In
/// random orders that take longer than the moment, each is ahead for about as many queues.
enum SubscriptionSpread {
    /// After this time a single instance has all partitions. An instance that starts this much later than another gets none.
    static let time: Duration = .milliseconds(800)

    /// The waits of `count` subscriptions, in random order. Each is a random moment in its own slice of ``time``: even partitions that have the same
    /// slice in two instances do not all go to the instance that is ahead.
    static func delays(count: Int, using generator: inout some RandomNumberGenerator) -> [Duration] {
        guard count > 1 else { return Array(repeating: .zero, count: count) }
        let slice = time / count
        return (0..<count).shuffled(using: &generator).map { slice * $0 + slice * Double.random(in: 0..<1, using: &generator) }
    }
}
