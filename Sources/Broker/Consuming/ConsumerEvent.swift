public import Messages

/// One queue to consume, for one processor.
public struct Subscription: Sendable, Equatable {
    /// Whose deliveries these are. Each processor has one subscription.
    public let processor: SubscriptionID
    /// The queue, 1…255 bytes.
    public let queue: String
    /// Unacknowledged deliveries the broker may have outstanding with us. 1…65535.
    public let prefetch: UInt16
    /// The queue is a classic one with a single active consumer, and another one takes over as soon as we leave. We do so in one step, by closing the
    /// channel when all that was handed on is acknowledged: the rest returns to its place in the queue before the next consumer gets anything. A
    /// cancelled consumer would let that one begin while our deliveries are still being written.
    ///
    /// Not for quorum queues: they put what returns behind what they give to the next consumer at once (seen with RabbitMQ 3.10).
    public let handsOver: Bool
    /// The queue has a single active consumer, and other instances that start at the same time should come to have as many of such queues as this one:
    /// it is subscribed within a second of the connection, in an order of the instance's own.
    public let isShared: Bool
    /// Deliveries may be rejected: the queue is consumed only if it is known to have a dead-letter exchange, because RabbitMQ discards them otherwise.
    public let needsDeadLetterExchange: Bool

    /// Few deliveries at a time are asked for by one consumer, and more by the next on the same channel. Not where leaving the queue for that moment
    /// hands it to another instance.
    var mayBeTried: Bool { !handsOver && !isShared }

    /// A subscription by its parts.
    public init(
        processor: SubscriptionID, queue: String, prefetch: UInt16, handsOver: Bool = false, isShared: Bool = false,
        needsDeadLetterExchange: Bool = false
    ) {
        self.processor = processor
        self.queue = queue
        self.prefetch = prefetch
        self.handsOver = handsOver
        self.isShared = isShared
        self.needsDeadLetterExchange = needsDeadLetterExchange
    }
}

/// What a ``Consumer`` tells, in the order in which it happened.
public enum ConsumerEvent: Sendable {
    /// Logged in at `host:port`. The broker's version as it tells it, such as `3.10.8`; nil if it does not.
    /// `isNamedBySubject`: its certificate matches by its CN only, see ``BrokerExamination/isNamedBySubject``.
    case connected(endpoint: String, version: String?, isNamedBySubject: Bool = false)
    /// The broker has begun to deliver to this processor. Delivery tags start from 1 again.
    case subscribed(SubscriptionID, SessionID)
    /// Deliveries in the broker's order. Never empty, and only between `subscribed` and `unsubscribed` of the same session.
    case deliveries(SubscriptionID, SessionID, [Delivery])
    /// The broker delivers again in a session that was paused; its delivery tags go on.
    case resumed(SubscriptionID, SessionID)
    /// The session is over and its tags are dead: RabbitMQ delivers again whatever was not acknowledged. nil: on our own request.
    case unsubscribed(SubscriptionID, SessionID, BrokerError?)
    /// Connecting failed or the connection was lost; the next endpoint is tried after `retryIn` (zero: at once).
    case waiting(BrokerError, retryIn: Duration)
    /// Messages are ready in the queue, but none has been delivered to this session: another consumer may have the queue to itself (a single active
    /// consumer), or something is wrong. Told once in a session.
    case unproven(SubscriptionID, ready: Int)
    /// What is in the queue, looked at now and then once there was a subscription.
    case depth(SubscriptionID, QueueDepth)
    /// This processor could not subscribe, or has no answer yet; the others go on. Tried, or looked at, again after `retryIn`.
    case subscribeFailed(SubscriptionID, BrokerError, retryIn: Duration)
}
