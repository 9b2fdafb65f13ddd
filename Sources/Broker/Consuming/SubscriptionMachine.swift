internal import Messages
internal import Settings

/// The life of one processor's channel: opening it, consuming, losing it, trying again.
///
/// Events in, actions out. The connection as a whole is decided elsewhere (``ConnectionLife``). Here it only comes and goes.
struct SubscriptionMachine {
    /// How long the broker may take to open a channel and begin to deliver, to stop delivering, or to close a channel.
    static let answerTime: Duration = .seconds(10)
    /// The first wait for a queue that cannot be consumed, before jitter.
    static let firstWait: Duration = .milliseconds(500)
    /// The longest such wait.
    static let longestWait: Duration = .seconds(10)

    /// A subscription that has lasted this long was a good one.
    static let steadyTime: Duration = .seconds(10)

    typealias Instant = ContinuousClock.Instant

    /// What to do, in order.
    enum Action: Equatable {
        /// Send `channel.open` and the `queue.declare` of the inquiry.
        case inquire(QueueInquiry)
        /// Send `channel.open`, `basic.qos` and `basic.consume`.
        case subscribe
        /// Send `basic.consume` on the channel that is open.
        case consume
        /// Send `basic.cancel`.
        case cancel
        /// Send `basic.nack` for all that is unacknowledged: it returns to its queue.
        case giveBack
        /// Send `channel.close`.
        case closeChannel
        /// Send `channel.close-ok`.
        case confirmClose
        /// Report that deliveries begin.
        case subscribed(SessionID)
        /// Report that deliveries continue in a session that was paused.
        case resumed(SessionID)
        /// Report that the session's tags are no longer valid.
        case unsubscribed(SessionID, BrokerError.Reason?)
        /// Report that subscribing failed.
        case failed(BrokerError.Reason, retryIn: Duration)
        /// The broker has not answered for ``answerTime``. Give the connection up, unless other subscriptions consume over it.
        case unanswered(BrokerError.Reason)
    }

    enum State: Equatable {
        case disconnected
        /// Nothing is wanted of the connection.
        case idle
        /// The channel stays closed until then.
        case waiting(until: Instant)
        /// The queue is checked before it is consumed. Each answer closes the channel.
        case inquiring(QueueInquiry, deadline: Instant)
        /// Everything is sent, and `consume-ok` has not come yet.
        case subscribing(deadline: Instant)
        case consuming(SessionID)
        /// `basic.cancel` is sent. Deliveries that come before its confirmation are handed on.
        case cancelling(SessionID, deadline: Instant)
        /// The consumer is gone. The channel is open for acknowledgements.
        case cancelled(SessionID)
        /// Deliveries are no longer handed on, but the consumer stays until those that were handed on are acknowledged: see
        /// ``Subscription/handsOver``.
        case withholding(SessionID)
        /// `basic.consume` is sent on a channel that had a consumer before.
        case resuming(SessionID, deadline: Instant)
        /// `channel.close` is sent. `retryIn` is `nil` if the channel stays closed.
        case closing(deadline: Instant, retryIn: Duration?)
    }

    /// See ``Subscription/handsOver``.
    var handsOver: Bool
    /// See ``Subscription/needsDeadLetterExchange``.
    var inquires: Bool
    /// This session's deliveries have shown that messages returned by `basic.nack` do not count against the queue's delivery limit.
    var returnsFreely = false
    var state = State.disconnected
    var wanted = Consumption.on
    /// Since when the broker delivers.
    private var consumingSince: Instant?
    private var backoff = Backoff(first: firstWait, longest: longestWait)
    private var nextTag: DeliveryTag = 1

    init(handsOver: Bool = false, inquires: Bool = false) {
        self.handsOver = handsOver
        self.inquires = inquires
    }

    /// The session whose deliveries may be handed on.
    var deliveringSession: SessionID? {
        switch state {
        case .consuming(let session), .cancelling(let session, _), .resuming(let session, _): session
        case .disconnected, .idle, .waiting, .inquiring, .subscribing, .cancelled, .withholding, .closing: nil
        }
    }

    /// True if further deliveries may have to be handed on.
    var mayHandOn: Bool { deliveringSession != nil || isSubscribing }

    /// True if the next wish to consume begins a subscription.
    var isAboutToBegin: Bool { state == .disconnected || state == .idle }

    /// True while there is a connection.
    var isConnected: Bool { state != .disconnected }

    /// True until `consume-ok` comes. A delivery that comes before has no session yet, and waits for it.
    var isSubscribing: Bool { if case .subscribing = state { true } else { false } }

    /// True while the queue is checked before it is consumed.
    var isInquiring: Bool { if case .inquiring = state { true } else { false } }

    /// True from `consume-ok` on, until the consumer is cancelled or lost.
    var isConsuming: Bool { if case .consuming = state { true } else { false } }

    /// The session whose tags are valid.
    var session: SessionID? {
        switch state {
        case .cancelled(let session), .withholding(let session): session
        default: deliveringSession
        }
    }

    /// True until the broker has confirmed that it delivers no more.
    var mayStillDeliver: Bool { mayHandOn }

    /// True from `channel.open` until either side sends `channel.close`.
    var isChannelOpen: Bool { session != nil || isSubscribing || isInquiring }

    /// True while our `channel.close` waits for its answer.
    var isChannelClosing: Bool { if case .closing = state { true } else { false } }

    /// When ``tick(now:)`` has something to do.
    var deadline: Instant? {
        switch state {
        case .waiting(let instant), .subscribing(let instant), .closing(let instant, _), .cancelling(_, let instant),
            .resuming(_, let instant), .inquiring(_, let instant):
            instant
        case .disconnected, .idle, .consuming, .cancelled, .withholding: nil
        }
    }

    /// Logged in. Consuming begins after `delay`, if it is wanted.
    mutating func connected(now: Instant, delay: Duration = .zero) -> [Action] {
        guard wanted == .on else {
            state = .idle
            return []
        }
        guard delay > .zero else { return begin(now: now) }
        state = .waiting(until: now + delay)
        return []
    }

    /// The connection is gone, and every channel with it.
    mutating func disconnected(_ reason: BrokerError.Reason?) -> [Action] {
        defer { state = .disconnected }
        return session.map { [.unsubscribed($0, reason)] } ?? []
    }

    /// Time has passed, and everything that has come in was handled.
    mutating func tick(now: Instant) -> [Action] {
        guard let deadline, deadline <= now else { return [] }
        let next = now + Self.answerTime
        switch state {
        case .waiting:
            guard wanted == .on else {
                state = .idle
                return []
            }
            return begin(now: now)
        case .inquiring(let inquiry, _):
            state = .inquiring(inquiry, deadline: next)
            return [.unanswered(.timedOut("queue.declare"))]
        case .subscribing:
            state = .subscribing(deadline: next)
            return [.unanswered(.timedOut("basic.consume"))]
        case .resuming(let session, _):
            state = .resuming(session, deadline: next)
            return [.unanswered(.timedOut("basic.consume"))]
        case .cancelling(let session, _):
            state = .cancelling(session, deadline: next)
            return [.unanswered(.timedOut("basic.cancel"))]
        case .closing(_, let retryIn):
            state = .closing(deadline: next, retryIn: retryIn)
            return [.unanswered(.timedOut("channel.close"))]
        case .disconnected, .idle, .consuming, .cancelled, .withholding: return []
        }
    }

    /// Deliveries are about to be handed on. Their tags count from 1 without a gap (AMQP 0-9-1, 1.1 "delivery-tag"). Acknowledging with `multiple`
    /// depends on that.
    mutating func delivered(_ deliveries: [Delivery]) throws(ProtocolViolation) {
        for delivery in deliveries {
            guard delivery.tag == nextTag else { throw ProtocolViolation("delivery tag \(delivery.tag) where \(nextTag) is due") }
            nextTag = nextTag.next
        }
    }

    /// `basic.consume-ok`. `session` is a new number, for a channel that has no session yet.
    mutating func consumeOk(session: SessionID, now: Instant) throws(ProtocolViolation) -> [Action] {
        switch state {
        case .subscribing:
            state = .consuming(session)
            nextTag = 1
            returnsFreely = false
            consumingSince = now
            return [.subscribed(session)]
        case .resuming(let session, _):
            state = .consuming(session)
            return wanted == .on ? [.resumed(session)] : want(wanted, now: now)
        // Crossed with our channel.close.
        case .closing: return []
        case .disconnected, .idle, .waiting, .inquiring, .consuming, .cancelling, .cancelled, .withholding:
            throw ProtocolViolation("consume-ok without basic.consume")
        }
    }

    /// `queue.declare-ok`, although a complaint was expected.
    mutating func inquiryAccepted(now: Instant, random: Double) throws(ProtocolViolation) -> [Action] {
        // Crossed with our channel.close.
        if isChannelClosing { return [] }
        guard isInquiring else { throw ProtocolViolation("declare-ok without queue.declare") }
        let wait = nextWait(now: now, random: random)
        state = .closing(deadline: now + Self.answerTime, retryIn: wait)
        return [.failed(QueueInquiry.accepted, retryIn: wait), .closeChannel]
    }

    /// `basic.cancel-ok`.
    mutating func cancelOk(now: Instant) -> [Action] {
        guard case .cancelling(let session, _) = state else { return [] }
        state = .cancelled(session)
        return wanted == .on ? want(.on, now: now) : []
    }

    /// `basic.cancel` from the broker: the queue was deleted, or its node failed. Only a fresh channel is sure to work.
    mutating func cancelledByBroker(now: Instant, random: Double) -> [Action] {
        switch state {
        case .consuming(let session), .resuming(let session, _), .withholding(let session):
            state = .closing(deadline: now + Self.answerTime, retryIn: wanted == .on ? nextWait(now: now, random: random) : nil)
            return [.unsubscribed(session, .cancelledByServer), .closeChannel]
        // The broker still answers our own `basic.cancel`.
        case .cancelling, .disconnected, .idle, .waiting, .inquiring, .subscribing, .cancelled, .closing:
            return []
        }
    }

    /// `channel.close` from the broker.
    mutating func channelClosed(code: UInt16, text: String, now: Instant, random: Double) -> [Action] {
        let reason = BrokerError.Reason.channelClosed(code: code, text: text)
        switch state {
        case .inquiring(var inquiry, _):
            let step = inquiry.channelClosed(code: code, text: text)
            if step == .again {
                state = .inquiring(inquiry, deadline: now + Self.answerTime)
                return [.confirmClose, .inquire(inquiry)]
            }
            guard let objection = QueueInquiry.objection(to: step) else { return [.confirmClose] + subscribe(now: now) }
            let wait = nextWait(now: now, random: random)
            state = .waiting(until: now + wait)
            return [.confirmClose, .failed(objection, retryIn: wait)]
        case .subscribing:
            let wait = nextWait(now: now, random: random)
            state = .waiting(until: now + wait)
            return [.confirmClose, .failed(reason, retryIn: wait)]
        case .consuming(let session), .cancelling(let session, _), .cancelled(let session), .resuming(let session, _),
            .withholding(let session):
            state = wanted == .on ? .waiting(until: now + nextWait(now: now, random: random)) : .idle
            return [.confirmClose, .unsubscribed(session, reason)]
        case .closing(_, let retryIn):
            // Both sides have closed at once. The broker's answer to ours may still come, and is ignored.
            state = retryIn.map { .waiting(until: now + $0) } ?? .idle
            return [.confirmClose]
        case .disconnected, .idle, .waiting:
            return [.confirmClose]
        }
    }

    /// `channel.close-ok`.
    mutating func closeOk(now: Instant) {
        guard case .closing(_, let retryIn) = state else { return }
        state = retryIn.map { .waiting(until: now + $0) } ?? .idle
    }

    /// The wait grows until a subscription has lasted: `consume-ok` alone proves nothing.
    private mutating func nextWait(now: Instant, random: Double) -> Duration {
        if let consumingSince, now - consumingSince >= Self.steadyTime { backoff.reset() }
        consumingSince = nil
        return backoff.next(random: random)
    }

    /// Subscribes, or checks the queue first.
    mutating func begin(now: Instant) -> [Action] {
        guard inquires else { return subscribe(now: now) }
        let inquiry = QueueInquiry()
        state = .inquiring(inquiry, deadline: now + Self.answerTime)
        return [.inquire(inquiry)]
    }

    private mutating func subscribe(now: Instant) -> [Action] {
        state = .subscribing(deadline: now + Self.answerTime)
        return [.subscribe]
    }
}
