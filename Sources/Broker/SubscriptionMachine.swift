internal import Mapping

/// The life of one processor's channel: opening it, consuming, losing it, trying again.
///
/// Events in, actions out. What concerns the connection as a whole is decided elsewhere; here it only comes and goes.
struct SubscriptionMachine {
    /// How long the broker may take to open a channel and begin to deliver, or to close one.
    static let answerTime: Duration = .seconds(15)
    /// No wait for a queue that cannot be consumed is longer.
    static let longestWait: Duration = .seconds(10)

    typealias Instant = ContinuousClock.Instant

    /// What to do, in order.
    enum Action: Equatable {
        /// Send `channel.open`, `basic.qos` and `basic.consume`.
        case subscribe
        /// Send `basic.cancel`.
        case cancel
        /// Send `channel.close`.
        case closeChannel
        /// Send `channel.close-ok`.
        case confirmClose
        /// Tell that deliveries begin.
        case subscribed(SessionID)
        /// Tell that the session's tags are dead.
        case unsubscribed(SessionID, BrokerError.Reason?)
        /// Tell that subscribing failed.
        case failed(BrokerError.Reason, retryIn: Duration)
        /// Give the connection up: the broker does not answer.
        case abandon(BrokerError.Reason)
    }

    private enum State: Equatable {
        case disconnected
        /// Nothing is wanted of the connection.
        case idle
        /// The channel is closed until then.
        case waiting(until: Instant)
        /// Everything is sent, `consume-ok` not yet come.
        case subscribing(deadline: Instant)
        case consuming(SessionID)
        /// `basic.cancel` is sent.
        case cancelling(SessionID)
        /// No consumer any more; the channel is open for acknowledgements.
        case cancelled(SessionID)
        /// `channel.close` is sent. nil: the channel stays closed.
        case closing(deadline: Instant, retryIn: Duration?)
    }

    private var state = State.disconnected
    private var isSuspended = false
    private var backoff = Backoff(longest: longestWait)
    private var nextTag: DeliveryTag = 1

    /// The session whose deliveries may be handed on.
    var deliveringSession: SessionID? {
        if case .consuming(let session) = state { session } else { nil }
    }

    /// True if deliveries may come that have to be handed on.
    var mayHandOn: Bool { deliveringSession != nil || isSubscribing }

    /// True while `consume-ok` has not come: a delivery that comes before has no session yet and has to wait for it.
    var isSubscribing: Bool { if case .subscribing = state { true } else { false } }

    /// The session whose tags are alive.
    var session: SessionID? {
        switch state {
        case .consuming(let session), .cancelling(let session), .cancelled(let session): session
        case .disconnected, .idle, .waiting, .subscribing, .closing: nil
        }
    }

    /// True until the broker has confirmed that it delivers no more.
    var mayStillDeliver: Bool {
        switch state {
        case .subscribing, .consuming, .cancelling: true
        case .disconnected, .idle, .waiting, .cancelled, .closing: false
        }
    }

    /// True from `channel.open` until either side sends `channel.close`.
    var isChannelOpen: Bool {
        switch state {
        case .subscribing, .consuming, .cancelling, .cancelled: true
        case .disconnected, .idle, .waiting, .closing: false
        }
    }

    /// True while our `channel.close` waits for its answer.
    var isChannelClosing: Bool { if case .closing = state { true } else { false } }

    /// When ``tick(now:)`` has something to do.
    var deadline: Instant? {
        switch state {
        case .waiting(let instant), .subscribing(let instant), .closing(let instant, _): instant
        case .disconnected, .idle, .consuming, .cancelling, .cancelled: nil
        }
    }

    /// Logged in.
    mutating func connected(now: Instant) -> [Action] {
        guard isSuspended else { return subscribe(now: now) }
        state = .idle
        return []
    }

    /// The connection is gone, and every channel with it.
    mutating func disconnected(_ reason: BrokerError.Reason?) -> [Action] {
        defer { state = .disconnected }
        return session.map { [.unsubscribed($0, reason)] } ?? []
    }

    /// Time has passed, and everything that had come in by then was looked at.
    mutating func tick(now: Instant) -> [Action] {
        guard let deadline, deadline <= now else { return [] }
        switch state {
        case .waiting: return subscribe(now: now)
        case .subscribing: return [.abandon(.timedOut("basic.consume"))]
        case .closing: return [.abandon(.timedOut("channel.close"))]
        case .disconnected, .idle, .consuming, .cancelling, .cancelled: return []
        }
    }

    /// Deliveries are about to be handed on. Their tags count from 1 without a gap (AMQP 0-9-1, 1.1 "delivery-tag"): acknowledging `multiple` and
    /// everything behind it counts on that.
    mutating func delivered(_ deliveries: [Delivery]) throws(ProtocolViolation) {
        for delivery in deliveries {
            guard delivery.tag == nextTag else { throw ProtocolViolation("delivery tag \(delivery.tag) where \(nextTag) is due") }
            nextTag = nextTag.next
        }
    }

    /// `basic.consume-ok`; `session` is a number not used before.
    mutating func consumeOk(session: SessionID) throws(ProtocolViolation) -> [Action] {
        // Crossed with our channel.close.
        if case .closing = state { return [] }
        guard case .subscribing = state else { throw ProtocolViolation("consume-ok without basic.consume") }
        state = .consuming(session)
        nextTag = 1
        backoff.reset()
        return [.subscribed(session)]
    }

    /// `basic.cancel` from the broker: the queue was deleted, or its node failed. A fresh channel is the one sure way on.
    mutating func cancelledByBroker(now: Instant, random: Double) -> [Action] {
        switch state {
        case .consuming(let session):
            state = .closing(deadline: now + Self.answerTime, retryIn: backoff.next(random: random))
            return [.unsubscribed(session, .cancelledByServer), .closeChannel]
        case .cancelling(let session):
            state = .cancelled(session)
            return []
        case .disconnected, .idle, .waiting, .subscribing, .cancelled, .closing:
            return []
        }
    }

    /// `channel.close` from the broker.
    mutating func channelClosed(code: UInt16, text: String, now: Instant, random: Double) -> [Action] {
        let reason = BrokerError.Reason.channelClosed(code: code, text: text)
        switch state {
        case .subscribing:
            let wait = backoff.next(random: random)
            state = .waiting(until: now + wait)
            return [.confirmClose, .failed(reason, retryIn: wait)]
        case .consuming(let session):
            state = .waiting(until: now + backoff.next(random: random))
            return [.confirmClose, .unsubscribed(session, reason)]
        case .cancelling(let session), .cancelled(let session):
            state = .idle
            return [.confirmClose, .unsubscribed(session, reason)]
        case .closing(_, let retryIn):
            // Both closed at once; the broker's answer to ours may still come, and is then ignored.
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

    /// Nothing more is to be delivered; what was may still be acknowledged.
    mutating func cancel(now: Instant) -> [Action] {
        switch state {
        case .consuming(let session):
            state = .cancelling(session)
            return [.cancel]
        case .subscribing:
            state = .closing(deadline: now + Self.answerTime, retryIn: nil)
            return [.closeChannel]
        case .closing(let deadline, _):
            state = .closing(deadline: deadline, retryIn: nil)
            return []
        case .waiting:
            state = .idle
            return []
        case .disconnected, .idle, .cancelling, .cancelled:
            return []
        }
    }

    /// Gives up consuming for now: closing the channel returns what is unacknowledged.
    mutating func suspend(now: Instant) -> [Action] {
        isSuspended = true
        guard case .consuming(let session) = state else { return cancel(now: now) }
        state = .closing(deadline: now + Self.answerTime, retryIn: nil)
        // Cancelled first, so that what returns to the queue is not sent to us once more.
        return [.unsubscribed(session, nil), .cancel, .closeChannel]
    }

    /// Consumes again after ``suspend(now:)``, on a new channel.
    mutating func resume(now: Instant) -> [Action] {
        isSuspended = false
        switch state {
        case .idle:
            return subscribe(now: now)
        case .closing(let deadline, nil):
            state = .closing(deadline: deadline, retryIn: .zero)
            return []
        case .disconnected, .closing, .waiting, .subscribing, .consuming, .cancelling, .cancelled:
            return []
        }
    }

    /// `basic.cancel-ok`.
    mutating func cancelOk() {
        if case .cancelling(let session) = state { state = .cancelled(session) }
    }

    private mutating func subscribe(now: Instant) -> [Action] {
        state = .subscribing(deadline: now + Self.answerTime)
        return [.subscribe]
    }
}
