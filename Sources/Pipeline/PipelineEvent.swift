public import Messages

/// An event that people should know of: Service turns it into log lines, counters and events. The pipeline itself knows no logger.
public enum PipelineEvent: Sendable {
    /// A write failed for a reason of its own and is tried again after `delay`.
    case retrying(PlannedWrite, attempt: Int, of: Int, delay: Duration, Fault)
    /// A message goes to the dead-letter queue (or is rejected, where parking is off); nothing is settled yet. `key` is its document's, if it has one.
    case refused(SubscriptionID, Delivery, key: DocumentKey?, Refusal, attempts: Int)
    /// Publishing dead letters failed and is tried again; the originals stay unacknowledged.
    case parkingFailed(SubscriptionID, String, retryIn: Duration)
    /// A message that can neither be written nor published to its dead-letter queue. RabbitMQ keeps it, unacknowledged, until the channel is closed.
    case setAside(SubscriptionID, Delivery, String)
    /// A message comes back each time it is rejected: the dead-letter exchange of its queue leads to the queue again. It is rejected again after `nextIn`.
    /// `isNew`: it begins with this.
    case rejectedInCircle(SubscriptionID, Delivery, Refusal, turns: Int, nextIn: Duration, isNew: Bool)
    /// Publishing onward messages failed and is tried again; the originals stay unacknowledged. `isNew`: it begins with this.
    case emitFailing(SubscriptionID, String, retryIn: Duration, isNew: Bool)
    /// All onward messages of this processor are published again.
    case emitBack(SubscriptionID, after: Duration)
    /// Nothing is written from now on: the database is away.
    case databaseLost(Fault)
    /// Nothing is written to this target until an administrator acts; other targets are not affected.
    case targetLost(WriteTarget, Fault)
    /// The target is written to again.
    case targetBack(WriteTarget, after: Duration)
    /// The database could not accept this document and may accept it later. Sent once for each message.
    case turnedAway(PlannedWrite, Fault)
    /// A processor's deliveries are returned to RabbitMQ because they could not be settled for so long, with the reason; it is subscribed again when
    /// everything that it needs is there.
    case returning(SubscriptionID, held: Int, after: Duration, String)
    /// The same, but they stay, unacknowledged: RabbitMQ may drop some of them when they come back.
    case keeping(SubscriptionID, held: Int, String)
    /// A processor is not subscribed, because something is missing that it needs. `isNew`: it begins with this.
    case notReady(SubscriptionID, String, retryIn: Duration, isNew: Bool)
    /// Messages have come back to their queue almost as often as it allows. Sent when the count rises.
    case nearLimit(SubscriptionID, returns: Int, limit: Int)
    /// The database answers again; one request goes first, then more.
    case databaseBack(after: Duration)
    /// A request's outcome is unknown; its documents are read back or written again.
    case outcomeUnknown(documents: Int, Fault)
    /// A request was rejected as a whole and is split to find the message to blame.
    case requestRejected(documents: Int, Fault)
    /// One write for several messages failed or was refused; each is written by itself now.
    case fellApart(PlannedWrite, messages: Int, Fault)
    /// More body bytes are held than `[rabbitmq] hold` allows; reading pauses, or resumes.
    case holding(Bool, bytes: Int)
}

/// What became of the deliveries of one processor, counted since start.
public struct Counters: Sendable, Equatable {
    /// Deliveries received, repeated ones included.
    public var received = 0
    /// Settled by a confirmed write: their own, or one that left what they and those after them would have left one by one.
    public var written = 0
    /// Settled because the stored version is the same or newer.
    public var stale = 0
    /// Of those written or stale: settled together with another one, by one write for several messages.
    public var conflated = 0
    /// Settled by a confirmed dead letter, or by a rejection where parking is off.
    public var parked = 0
    /// Failed writes that were tried again.
    public var retried = 0
    /// Onward messages that RabbitMQ confirmed, repeated ones included.
    public var emitted = 0
    /// Onward messages that it did not confirm, each try counted.
    public var emitFailed = 0
    /// Deliveries of messages that had come back to their queue almost as often as it allows.
    public var nearLimit = 0
    /// Dropped unsettled because their channel closed; RabbitMQ delivers them again.
    public var returned = 0

    /// Nothing yet.
    public init() {}

    /// A write was answered, and settles its delivery.
    mutating func count(_ verdict: Decision.Verdict) {
        switch verdict {
        case .written: written += 1
        case .stale: stale += 1
        case .parked: parked += 1
        case .retried: retried += 1
        case .refused: break
        }
    }
}
