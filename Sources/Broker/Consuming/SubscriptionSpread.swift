/// When the partitions of a new connection are subscribed: in an order of the instance's own, over a short time.
///
/// RabbitMQ gives a queue with a single active consumer to whoever subscribes first. Of instances that start together one is always a moment ahead; if
/// all subscribed everything at once it would have everything, and of quorum queues the others could not even see that they wait (RabbitMQ 3.10).
/// In random orders that take longer than the moment, each is ahead in about as many.
enum SubscriptionSpread {
    /// An instance that is alone has all partitions after this time; one that starts so much later than another gets none.
    static let time: Duration = .milliseconds(800)

    /// For each of `count` subscriptions how long it waits, in any order: each in a slice of ``time`` of its own, somewhere in it, so that not even those
    /// that have the same slice in two instances all go to the one that is ahead.
    static func delays(count: Int, using generator: inout some RandomNumberGenerator) -> [Duration] {
        guard count > 1 else { return Array(repeating: .zero, count: count) }
        let slice = time / count
        return (0..<count).shuffled(using: &generator).map { slice * $0 + slice * Double.random(in: 0..<1, using: &generator) }
    }
}
