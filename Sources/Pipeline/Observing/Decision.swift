public import Messages

/// What was decided about one delivery, without the delivery: small enough to be kept.
public struct Decision: Sendable, Equatable {
    /// What was decided; raw values go into events, history and filters.
    public enum Verdict: String, Sendable, CaseIterable {
        /// A confirmed write settled it.
        case written
        /// The stored version is the same or newer; settled.
        case stale
        /// The write failed for a reason of its own and is tried again.
        case retried
        /// It cannot be written and goes to the dead-letter queue; not settled yet.
        case refused
        /// Its dead letter is confirmed, or where parking is off it was rejected; settled.
        case parked
    }

    /// Whose delivery.
    public let processor: SubscriptionID
    /// Which document; `nil` if the message was refused before that was known.
    public let key: DocumentKey?
    /// The message's version, if it has one.
    public let version: UInt64?
    /// What.
    public let verdict: Verdict
    /// Why, where there is something to say: a refusal or a fault.
    public let detail: String?
    /// The exchange and routing key of the message.
    public let route: Route
    /// The id of its CloudEvent, or its `message-id` property, cut to ``idBytes``.
    public let messageID: String?
    /// When, in nanoseconds on the machine's own clock (``PipelineMachine/nanoseconds``).
    let nanoseconds: Int
    /// From its receipt to the decision.
    public let latencyNanoseconds: Int

    /// Bytes kept of a message id: enough for every form of UUID.
    public static let idBytes = 64
    /// Bytes kept of a detail.
    public static let detailBytes = 240
}

/// What is remembered of one document.
public struct DocumentHistory: Sendable {
    /// The newest first, with the time of each in milliseconds since 1970.
    public let decisions: [(decision: Decision, milliseconds: UInt64)]
    /// Decisions remembered of all documents.
    public let remembered: Int
}

/// Which document a delivery is about, as far as that is known, and when it came.
struct Subject: Sendable {
    var key: DocumentKey?
    var version: UInt64?
    /// Of the CloudEvent that it came in.
    var eventID: String?
    /// On the machine's own clock.
    var receivedNanoseconds: Int
}
