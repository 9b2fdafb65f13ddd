/// What it costs to look at the messages of a queue and to give them back.
public enum BrowseCost: Sendable, Equatable {
    /// How messages are given back.
    public enum Return: Sendable, Equatable {
        /// With the end of the channel: a classic queue has them in their places then. A quorum queue has them
        /// at its front, in an order of its own; or, if something was acknowledged, at its end, given back by `basic.nack` (RabbitMQ 3).
        case channelClose
        /// With `basic.nack`: where a quorum queue puts them back into their places by it, and not at its end (RabbitMQ 4). Some versions do not count
        /// it as a delivery that failed (4.3).
        case nack
    }

    /// Nothing but the mark that they were delivered.
    case nothing(Return)
    /// Each message that is given back has one delivery more on its account, and is dropped or dead-lettered beyond the queue's limit.
    case delivery(Return)
    /// It cannot be told; why.
    case unknown(String)

    /// RabbitMQ tells nothing of a policy's limit: 20 is what RabbitMQ 4 sets itself.
    public static let assumedLimit = 20
}

/// What was found out about a queue before it is looked at.
public struct BrowseTerms: Sendable, Equatable {
    /// What a look costs.
    public let cost: BrowseCost
    /// Returns that a message survives: the smaller one of ``BrowseCost/assumedLimit`` and what the queue was declared with. Negative numbers count as
    /// none, which is what RabbitMQ 3 makes of them.
    public let limit: Int

    /// Terms by their parts.
    public init(cost: BrowseCost, limit: Int = BrowseCost.assumedLimit) {
        self.cost = cost
        self.limit = limit
    }
}
