/// A point in a conversation at which the broker has something to say.
public enum Moment: String, Sendable, CaseIterable {
    /// To the protocol header, `start-ok`, `tune-ok` with `open`.
    case start, tune, openOk
    /// To what a client asks for on a channel.
    case channelOpenOk, qosOk, consumeOk, cancelOk, declareOk, getOk, getEmpty, confirmSelectOk
    /// The three parts of the first message; the body's first half is the part after which there is a moment.
    case contentMethod, contentHeader, contentBody
    /// The first confirm of a publication.
    case confirm
    case channelCloseOk, connectionCloseOk
}

/// What the broker does wrong on a connection, once.
public struct Mischief: Sendable {
    /// Where its bytes go.
    public enum Placement: String, Sendable {
        /// Instead of what is due.
        case instead
        /// Behind it, in the same segment.
        case after
    }

    /// What comes of the connection then.
    public enum Ending: String, Sendable {
        /// The conversation continues as if nothing had happened.
        case carryOn
        /// Nothing is sent any more, not even heartbeats; the socket stays open.
        case silence
        /// FIN.
        case close
    }

    package let moment: Moment
    package let placement: Placement
    /// For the channel on which the moment came.
    package let bytes: @Sendable (UInt16) -> [UInt8]
    package let ending: Ending

    /// Mischief by its parts.
    public init(_ placement: Placement, _ moment: Moment, ending: Ending = .carryOn, _ bytes: @escaping @Sendable (UInt16) -> [UInt8]) {
        self.moment = moment
        self.placement = placement
        self.ending = ending
        self.bytes = bytes
    }
}

/// A message that lies in the broker's one queue.
public struct StoredMessage: Sendable {
    /// Flags included.
    public let properties: [UInt8]
    /// The message.
    public let body: [UInt8]

    /// A message by its parts.
    public init(_ body: String, properties: [UInt8] = [0, 0]) {
        self.body = Array(body.utf8)
        self.properties = properties
    }
}
