internal import Mapping

/// The life of one processor's channel: opening it, consuming, losing it, trying again.
///
/// Events in, actions out. What concerns the connection as a whole is decided elsewhere; here it only comes and goes.
struct SubscriptionMachine {
    /// How long the broker may take to open a channel and begin to deliver, or to close one.
    static let answerTime: Duration = .seconds(15)

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
        /// There is no connection, or nothing more is wanted of it.
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
        /// `channel.close` is sent.
        case closing(deadline: Instant, retryIn: Duration?)
    }

    private var state = State.idle
    private var backoff = Backoff()

    /// The session whose deliveries may be handed on.
    var deliveringSession: SessionID? {
        if case .consuming(let session) = state { session } else { nil }
    }

    /// The session whose tags are alive.
    var session: SessionID? {
        switch state {
        case .consuming(let session), .cancelling(let session), .cancelled(let session): session
        case .idle, .waiting, .subscribing, .closing: nil
        }
    }

    /// True until the broker has confirmed that it delivers no more.
    var mayStillDeliver: Bool {
        switch state {
        case .subscribing, .consuming, .cancelling: true
        case .idle, .waiting, .cancelled, .closing: false
        }
    }

    /// True from `channel.open` until either side sends `channel.close`.
    var isChannelOpen: Bool {
        switch state {
        case .subscribing, .consuming, .cancelling, .cancelled: true
        case .idle, .waiting, .closing: false
        }
    }

    /// True while our `channel.close` waits for its answer.
    var isChannelClosing: Bool { if case .closing = state { true } else { false } }

    /// When ``tick(now:)`` has something to do.
    var deadline: Instant? {
        switch state {
        case .waiting(let instant), .subscribing(let instant), .closing(let instant, _): instant
        case .idle, .consuming, .cancelling, .cancelled: nil
        }
    }

    /// Logged in.
    mutating func connected(now: Instant) -> [Action] { subscribe(now: now) }

    /// The connection is gone, and every channel with it.
    mutating func disconnected(_ reason: BrokerError.Reason?) -> [Action] {
        defer { state = .idle }
        return session.map { [.unsubscribed($0, reason)] } ?? []
    }

    /// Time has passed, and everything that had come in by then was looked at.
    mutating func tick(now: Instant) -> [Action] {
        guard let deadline, deadline <= now else { return [] }
        switch state {
        case .waiting: return subscribe(now: now)
        case .subscribing: return [.abandon(.timedOut("basic.consume"))]
        case .closing: return [.abandon(.timedOut("channel.close"))]
        case .idle, .consuming, .cancelling, .cancelled: return []
        }
    }

    /// `basic.consume-ok`; `session` is a number not used before.
    mutating func consumeOk(session: SessionID) throws(ProtocolViolation) -> [Action] {
        // Crossed with our channel.close.
        if case .closing = state { return [] }
        guard case .subscribing = state else { throw ProtocolViolation("consume-ok without basic.consume") }
        state = .consuming(session)
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
        case .idle, .waiting, .subscribing, .cancelled, .closing:
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
        case .idle, .waiting:
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
        case .idle, .cancelling, .cancelled:
            return []
        }
    }

    /// Gives up consuming for now: closing the channel returns what is unacknowledged.
    mutating func suspend(now: Instant) -> [Action] {
        switch state {
        case .consuming(let session):
            state = .closing(deadline: now + Self.answerTime, retryIn: nil)
            return [.unsubscribed(session, nil), .closeChannel]
        case .subscribing, .closing, .waiting, .idle, .cancelling, .cancelled:
            return cancel(now: now)
        }
    }

    /// Consumes again after ``suspend(now:)``.
    mutating func resume(now: Instant) -> [Action] {
        switch state {
        case .idle: return subscribe(now: now)
        case .closing(let deadline, nil):
            state = .closing(deadline: deadline, retryIn: .zero)
            return []
        case .closing, .waiting, .subscribing, .consuming, .cancelling, .cancelled: return []
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
