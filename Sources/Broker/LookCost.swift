/// What it costs to look at the messages of a queue and to give them back.
public enum LookCost: Sendable, Equatable {
    /// How messages are given back.
    public enum Return: Sendable, Equatable {
        /// With the end of the channel: a classic queue has them in their places then, a quorum queue at its front, in an order of its own.
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
public struct LookTerms: Sendable, Equatable {
    /// What a look costs.
    public let cost: LookCost
    /// Returns that a message survives: the smaller one of ``LookCost/assumedLimit`` and what the queue was declared with. Negative numbers count as
    /// none, which is what RabbitMQ 3 makes of them.
    public let limit: Int

    /// Terms by their parts.
    public init(cost: LookCost, limit: Int = LookCost.assumedLimit) {
        self.cost = cost
        self.limit = limit
    }
}

/// Finds out of which type a queue is, and what delivery limit it was declared with, by declaring it differently: the complaint names what differs.
/// Each complaint is believed and the declaration made again, until there is none. The queue is there, so nothing is created.
struct QueueKindInquiry {
    /// Each try tells one argument; a queue has a handful.
    static let mostTries = 24
    private static let type = "x-queue-type", limit = "x-delivery-limit"

    /// What was found out.
    enum Answer: Equatable {
        case classic
        case quorum(limit: Int?)
        case unknown(String)
    }

    private(set) var isDurable = true
    private(set) var isAutoDelete = false
    private(set) var arguments: [String: HeaderValue] = [type: .string("classic")]
    private var tries = 0

    /// The broker took the declaration: that is what the queue is.
    var accepted: Answer {
        switch arguments[Self.type] {
        case .string("classic"): .classic
        case .string("quorum"):
            if case .integer(let limit)? = arguments[Self.limit] { .quorum(limit: Int(limit)) } else { .quorum(limit: nil) }
        default: .unknown("the queue is neither classic nor quorum")
        }
    }

    /// The broker closed the channel over it. nil: ask again.
    mutating func refused(code: UInt16, text: String) -> Answer? {
        tries += 1
        guard ReplyCode(code) == .preconditionFailed, tries < Self.mostTries, let difference = InequivalentArgument(text) else {
            return .unknown("\(code) \(text)")
        }
        switch (difference.name, difference.current) {
        case ("durable", "false") where isDurable: isDurable = false
        case ("auto_delete", "true") where !isAutoDelete: isAutoDelete = true
        case (Self.type, "quorum"?) where arguments[Self.type] == .string("classic"): arguments[Self.type] = .string("quorum")
        case (let name, _?) where arguments[name] == nil: arguments[name] = difference.value
        default: return .unknown("\(code) \(text)")
        }
        return nil
    }
}
