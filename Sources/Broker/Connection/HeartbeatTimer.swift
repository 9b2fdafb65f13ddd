/// When the next heartbeat of ours is due.
///
/// librabbitmq believes that no heartbeats were agreed on. Warren sends them itself, also while it does not read, and twice as often as agreed, so that
/// a late turn does no harm. A turn for each one also finds out that the broker's heartbeats are missing.
struct HeartbeatTimer {
    private let interval: Duration?
    /// `nil` if no heartbeats were agreed on.
    private(set) var due: ContinuousClock.Instant?

    /// `agreed` is the interval that both sides agreed on.
    init(agreed: Duration?, now: ContinuousClock.Instant) {
        interval = agreed.map { $0 / 2 }
        due = interval.map { now + $0 }
    }

    /// True if a heartbeat has to be sent now; the next one is due half an interval later.
    mutating func takeDue(now: ContinuousClock.Instant) -> Bool {
        guard let interval, let due, due <= now else { return false }
        self.due = now + interval
        return true
    }
}
