public import Messages
internal import Settings

/// Whether requests may leave: shut while they come back undone, opened again by one that works.
///
/// There is one for the database, shut by outages, and one for each target, shut when an administrator must act: a missing collection, say.
///
/// While shut, one request at a time goes out when the backoff is over; it carries real writes, because a server that answers
/// a ping need not be one that can write.
public struct CircuitBreaker {
    /// Why the gate is shut.
    public enum Cause: Sendable, Equatable {
        /// The server is away or overloaded.
        case outage
        /// An administrator must act: credentials, rights, a missing collection or database.
        case configuration
    }

    /// Since when and why nothing leaves.
    public struct Closure: Sendable, Equatable {
        /// Why.
        public var cause: Cause
        /// The latest failure.
        public var fault: Fault
        /// When it was first seen.
        public var since: ContinuousClock.Instant
    }

    private enum State {
        case open
        case shut(Closure, failures: Int, until: ContinuousClock.Instant)
        case trying(Closure, failures: Int)
    }
    private var state = State.open

    /// Requests may not leave freely.
    var isShut: Bool { if case .open = state { false } else { true } }

    /// `nil` while requests may leave freely.
    var closure: Closure? {
        switch state {
        case .open: nil
        case .shut(let closure, _, _), .trying(let closure, _): closure
        }
    }

    /// When the next try is due; nil while open, or while one is under way.
    var nextTry: ContinuousClock.Instant? {
        if case .shut(_, _, let until) = state { until } else { nil }
    }

    /// How many requests may be in flight now, out of `limit`.
    func allowance(limit: Int, at now: ContinuousClock.Instant) -> Int {
        switch state {
        case .open: limit
        case .shut(_, _, let until): now >= until ? 1 : 0
        case .trying: 1
        }
    }

    /// Whether a request may leave now, counting none that has.
    func mayTry(at now: ContinuousClock.Instant) -> Bool { allowance(limit: 1, at: now) > 0 && !isTrying }

    private var isTrying: Bool { if case .trying = state { true } else { false } }

    /// A request leaves.
    mutating func sent() {
        if case .shut(let closure, let failures, _) = state { state = .trying(closure, failures: failures) }
    }

    /// A request came back without having been done. Returns the closure if it begins with this, or if its cause changes.
    mutating func failed(_ cause: Cause, _ fault: Fault, at now: ContinuousClock.Instant, delay: inout RetryDelay) -> Closure? {
        switch state {
        case .open:
            let closure = Closure(cause: cause, fault: fault, since: now)
            state = .shut(closure, failures: 0, until: now + wait(cause, failures: 0, &delay))
            return closure
        case .shut:
            // Requests that left together fail together: the first has said it.
            return nil
        case .trying(var closure, let failures):
            let hasChanged = closure.cause != cause
            closure.cause = cause
            closure.fault = fault
            state = .shut(closure, failures: failures + 1, until: now + wait(cause, failures: failures + 1, &delay))
            return hasChanged ? closure : nil
        }
    }

    /// A request came back that proves neither that writing works nor that it does not: the next one may try at once.
    mutating func released(at now: ContinuousClock.Instant) {
        if case .trying(let closure, let failures) = state { state = .shut(closure, failures: failures, until: now) }
    }

    /// A write was answered. Returns the closure that ends with this.
    mutating func succeeded() -> Closure? {
        defer { state = .open }
        return closure
    }

    private func wait(_ cause: Cause, failures: Int, _ delay: inout RetryDelay) -> Duration {
        delay.backoff(Backoff(first: .milliseconds(100), longest: cause == .outage ? .seconds(2) : .seconds(10)), failures: failures)
    }
}
