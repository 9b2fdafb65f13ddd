public import Messages
internal import Settings

/// Whether requests may be sent: open while they come back undone, closed again by a write that works.
///
/// There is one for the database, opened by outages, and one for each target, opened by what concerns that collection alone: a missing right, say,
/// or writes that get no answer.
///
/// While it is open no real write is sent. After the backoff it asks for a proof (``WriteProof``): a write that stores nothing. Once a proof has
/// passed, one real request at a time is sent, because a server that passes the proof need not store a document. A stored document closes the
/// breaker.
public struct CircuitBreaker {
    /// Why it is open.
    public enum Cause: Sendable, Equatable {
        /// The server, or a collection, currently accepts no writes.
        case outage
        /// An administrator must act: credentials, rights, a missing collection or database.
        case configuration
    }

    /// Since when and why nothing is sent.
    public struct Closure: Sendable, Equatable {
        /// The reason.
        public var cause: Cause
        /// The latest failure.
        public var fault: Fault
        /// When it was first seen.
        public var since: ContinuousClock.Instant
    }

    private enum State {
        case closed
        case open(Closure, failures: Int, until: ContinuousClock.Instant)
        case proving(Closure, failures: Int)
        case halfOpen(Closure, failures: Int, isBusy: Bool)
    }
    private var state = State.closed
    /// What shows that writes work again; `nil` if a sign of life of the server does.
    private(set) var proof: WriteProof?

    /// Requests may not be sent freely.
    var isShut: Bool { if case .closed = state { false } else { true } }
    /// No real request may be sent.
    var isOpen: Bool {
        switch state {
        case .open, .proving: true
        case .closed, .halfOpen: false
        }
    }
    /// A proof has passed, and no document was stored yet.
    var isHalfOpen: Bool { if case .halfOpen = state { true } else { false } }
    /// The same, and no request is under way.
    var isIdlyHalfOpen: Bool { if case .halfOpen(_, _, isBusy: false) = state { true } else { false } }
    var isProving: Bool { if case .proving = state { true } else { false } }

    /// `nil` while requests may be sent freely.
    var closure: Closure? {
        switch state {
        case .closed: nil
        case .open(let closure, _, _), .proving(let closure, _), .halfOpen(let closure, _, _): closure
        }
    }

    /// When the next proof is due; `nil` if none is, or while one is under way.
    var proofTime: ContinuousClock.Instant? { if case .open(_, _, let until) = state { until } else { nil } }

    /// How many requests may be in flight now, out of `limit`.
    func allowance(limit: Int) -> Int {
        switch state {
        case .closed: limit
        case .open, .proving: 0
        case .halfOpen: 1
        }
    }

    /// Whether a request may be sent now.
    var mayTry: Bool {
        switch state {
        case .closed, .halfOpen(_, _, isBusy: false): true
        case .open, .proving, .halfOpen(_, _, isBusy: true): false
        }
    }

    /// A proof is asked for.
    mutating func startProof() { if case .open(let closure, let failures, _) = state { state = .proving(closure, failures: failures) } }

    /// It has passed.
    mutating func proofPassed() {
        if case .proving(let closure, let failures) = state { state = .halfOpen(closure, failures: failures, isBusy: false) }
    }

    /// It has failed. Returns the closure if its cause changes.
    mutating func proofFailed(_ cause: Cause, _ fault: Fault, at now: ContinuousClock.Instant, delay: inout RetryDelay) -> Closure? {
        guard case .proving(let closure, let failures) = state else { return nil }
        return reopen(closure, failures, cause, fault, at: now, &delay)
    }

    /// A request is sent.
    mutating func sent() {
        if case .halfOpen(let closure, let failures, _) = state { state = .halfOpen(closure, failures: failures, isBusy: true) }
    }

    /// A request came back without having been done. Returns the closure if it begins with this, or if its cause changes.
    mutating func failed(
        _ cause: Cause, _ fault: Fault, proof: WriteProof?, at now: ContinuousClock.Instant, delay: inout RetryDelay
    ) -> Closure? {
        switch state {
        case .closed:
            let closure = Closure(cause: cause, fault: fault, since: now)
            state = .open(closure, failures: 0, until: now + wait(cause, failures: 0, &delay))
            self.proof = proof
            return closure
        // Requests that were sent together fail together: the first one was reported.
        case .open, .proving: return nil
        case .halfOpen(let closure, let failures, _):
            self.proof = proof
            return reopen(closure, failures, cause, fault, at: now, &delay)
        }
    }

    /// A request came back that proves neither that writing works nor that it does not: the next one may try at once.
    mutating func released() {
        if case .halfOpen(let closure, let failures, _) = state { state = .halfOpen(closure, failures: failures, isBusy: false) }
    }

    /// A write was done. Returns the closure that ends with this.
    mutating func succeeded() -> Closure? {
        defer { state = .closed }
        return closure
    }

    private mutating func reopen(
        _ old: Closure, _ failures: Int, _ cause: Cause, _ fault: Fault, at now: ContinuousClock.Instant, _ delay: inout RetryDelay
    ) -> Closure? {
        let closure = Closure(cause: cause, fault: fault, since: old.since)
        state = .open(closure, failures: failures + 1, until: now + wait(cause, failures: failures + 1, &delay))
        return old.cause == cause ? nil : closure
    }

    private func wait(_ cause: Cause, failures: Int, _ delay: inout RetryDelay) -> Duration {
        delay.backoff(Backoff(first: .milliseconds(100), longest: cause == .outage ? .seconds(2) : .seconds(10)), failures: failures)
    }
}
