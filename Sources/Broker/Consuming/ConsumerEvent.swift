public import Messages

/// One queue to consume, for one processor.
public struct Subscription: Sendable, Equatable {
    /// The processor that gets the deliveries. Each processor has one subscription.
    public let processor: SubscriptionID
    /// The queue, 1…255 bytes.
    public let queue: String
    /// How many unacknowledged deliveries the broker may have outstanding with Warren. 1…65535.
    public let prefetch: UInt16
    /// The queue is a classic queue with single active consumer, and another consumer takes over as soon as Warren leaves. Warren leaves in one step:
    /// it closes the channel when everything that was handed on is acknowledged. The rest then returns to its position in the queue before the next
    /// consumer gets anything. If Warren cancelled its consumer, the next one would begin while Warren is still writing deliveries.
    ///
    /// Not for quorum queues: they deliver messages to the next consumer at once, and put returned messages behind them (seen with RabbitMQ 3.10).
    public let handsOver: Bool
    /// The queue has a single active consumer, and instances that start at the same time should share such queues evenly. So Warren subscribes to it
    /// within a second after connecting, in a random order of queues.
    public let isShared: Bool
    /// Warren may reject deliveries of this queue. It consumes the queue only if it is known to have a dead-letter exchange, because RabbitMQ
    /// otherwise discards rejected messages.
    public let needsDeadLetterExchange: Bool
    /// Where Warren parks what it cannot write, so that its depth is checked; `nil` if that is nobody's business here.
    public let deadLetterQueue: String?

    /// A trial may use a consumer with a small prefetch, replaced by another one on the same channel. Not if the moment between the two hands the
    /// queue to another instance.
    var mayBeTried: Bool { !handsOver && !isShared }

    /// A subscription by its parts.
    package init(
        processor: SubscriptionID, queue: String, prefetch: UInt16, handsOver: Bool = false, isShared: Bool = false,
        needsDeadLetterExchange: Bool = false, deadLetterQueue: String? = nil
    ) {
        self.processor = processor
        self.queue = queue
        self.prefetch = prefetch
        self.handsOver = handsOver
        self.isShared = isShared
        self.needsDeadLetterExchange = needsDeadLetterExchange
        self.deadLetterQueue = deadLetterQueue
    }
}

/// The events of a ``Consumer``, in the order in which they happened.
public enum ConsumerEvent: Sendable {
    /// Logged in at `host:port`. `version` is the broker's version, such as `3.10.8`, or `nil` if the broker sends none. `isNamedBySubject`: its
    /// certificate matches only by its CN, see ``BrokerExamination/isNamedBySubject``.
    case connected(endpoint: String, version: String?, isNamedBySubject: Bool = false)
    /// The broker has begun to deliver to this processor. Delivery tags start from 1 again.
    case subscribed(SubscriptionID, SessionID)
    /// Deliveries in the broker's order. The list is never empty. They come only between `subscribed` and `unsubscribed` of the same session.
    case deliveries(SubscriptionID, SessionID, [Delivery])
    /// The broker delivers again in a session that was paused. Its delivery tags continue.
    case resumed(SubscriptionID, SessionID)
    /// The session is over, and its tags are no longer valid: RabbitMQ delivers every unacknowledged message again. The error is `nil` if Warren has
    /// ended the session.
    case unsubscribed(SubscriptionID, SessionID, BrokerError?)
    /// Connecting has failed, or the connection was lost. The next endpoint is tried after `retryIn`, which may be zero.
    case waiting(BrokerError, retryIn: Duration)
    /// Messages are ready in the queue, but none was delivered to this session: another consumer may have the queue to itself (single active
    /// consumer), or something is wrong. Comes once in a session.
    case unproven(SubscriptionID, ready: Int)
    /// The depth of the queue, which is checked now and then after the first subscription.
    case depth(SubscriptionID, QueueDepth)
    /// How many dead letters are ready in the processor's queue of them, which is checked now and then. 0 also if there is no such queue.
    case letters(SubscriptionID, ready: Int)
    /// This processor could not subscribe, or has no answer yet. The others are not affected. Warren retries, or checks again, after `retryIn`.
    case subscribeFailed(SubscriptionID, BrokerError, retryIn: Duration)
}
