/// What it costs a queue's messages to be fetched and given back.
public enum BrowseCost: Sendable, Equatable {
    /// How messages are given back.
    public enum Return: Sendable, Equatable {
        /// By closing the channel. A classic queue puts them back where they were. A quorum queue puts them at its front, in its own order; or at its
        /// end, by `basic.nack`, if something was acknowledged (RabbitMQ 3).
        case channelClose
        /// By `basic.nack`, if a quorum queue then puts them back where they were and not at its end (RabbitMQ 4). Some versions do not count this as
        /// a failed delivery (4.3).
        case nack
    }

    /// Nothing, except that they are marked as redelivered.
    case nothing(Return)
    /// Each message that is given back counts one more delivery. Beyond the queue's limit it is dropped or dead-lettered.
    case delivery(Return)
    /// Unknown, for this reason.
    case unknown(String)

    /// AMQP does not show a policy's limit. 20 is the default of RabbitMQ 4.
    public static let assumedLimit = 20
}

/// What is known of a queue before anything is fetched from it.
public struct BrowseTerms: Sendable, Equatable {
    /// What fetching and giving back costs.
    public let cost: BrowseCost
    /// How many returns a message survives: the smaller one of ``BrowseCost/assumedLimit`` and the limit in the queue's declaration. A negative limit
    /// counts as 0, as in RabbitMQ 3.
    public let limit: Int

    /// Terms by their parts.
    package init(cost: BrowseCost, limit: Int = BrowseCost.assumedLimit) {
        self.cost = cost
        self.limit = limit
    }
}
