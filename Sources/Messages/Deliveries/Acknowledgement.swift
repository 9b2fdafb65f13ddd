/// Which life of a channel a tag belongs to: rises with every (re)subscription, so that a tag of a dead channel is never acknowledged on a new one.
public struct SessionID: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// The number, from 1.
    public let rawValue: UInt64

    /// Wraps a number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// Wraps a literal, for tests.
    public init(integerLiteral value: UInt64) { rawValue = value }

    /// The number.
    public var description: String { "\(rawValue)" }
    /// By number: later sessions are greater.
    public static func < (left: SessionID, right: SessionID) -> Bool { left.rawValue < right.rawValue }
}

/// What to tell RabbitMQ about settled deliveries of one channel.
public struct Acknowledgement: Sendable, Equatable {
    /// How many a frame covers.
    public enum Kind: Sendable, Equatable {
        /// `basic.ack multiple`: this tag, itself unacknowledged, and all before it.
        case through(DeliveryTag)
        /// `basic.ack` one by one: settled deliveries behind one that is not.
        case each([DeliveryTag])
        /// `basic.reject` without requeue: the queue's own dead-letter exchange takes them.
        case reject([DeliveryTag])

        /// How many frames that takes.
        public var frames: Int {
            switch self {
            case .through: 1
            case .each(let tags), .reject(let tags): tags.count
            }
        }
    }

    /// Whose channel.
    public let processor: SubscriptionID
    /// Which life of it. An acknowledgement for a life that is over is dropped: RabbitMQ delivers those messages again.
    public let session: SessionID
    /// What.
    public let kind: Kind

    /// An acknowledgement by its parts.
    public init(processor: SubscriptionID, session: SessionID, kind: Kind) {
        self.processor = processor
        self.session = session
        self.kind = kind
    }
}
