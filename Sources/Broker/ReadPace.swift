/// Under load the broker sends a message or two at a time, and waking up for each costs more than handling it. So from a certain rate on, what comes
/// within an interval is read in one go.
struct ReadPace {
    /// The most that a message waits for others.
    static let interval: Duration = .milliseconds(1)
    /// Messages in an interval from which on reading pauses until its end.
    static let busy = 8

    private var end = ContinuousClock.now
    private var messages = 0

    /// So many messages were read. Returns until when to wait before the socket is read again; nil: until it has something.
    mutating func read(_ count: Int, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        if now >= end {
            end = now + Self.interval
            messages = 0
        }
        messages += count
        return messages >= Self.busy ? end : nil
    }
}
