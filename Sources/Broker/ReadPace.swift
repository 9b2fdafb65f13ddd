/// Under load the broker sends a message or two at a time, and waking up for each costs more than handling it. So from a certain rate on, what comes
/// within an interval is read in one go.
///
/// Many instances on few cores get less each than one would, and pay as much for each wake-up. So while messages have to wait in a queue anyway, the
/// interval is as long as it takes for a read to be worth it, within bounds.
struct ReadPace {
    /// The least and the most that a message waits for others.
    static let shortest: Duration = .milliseconds(1), longest: Duration = .milliseconds(4)
    /// Messages in the shortest interval from which on reading pauses until the interval's end.
    static let busy = 8
    /// Messages that make a read worth its wake-up.
    static let worthwhile = 64
    /// For so long a backlog is believed in: by then its queue has been looked at again.
    static let memory = ConsumptionProof.round

    private var begin = ContinuousClock.now
    private var end = ContinuousClock.now
    private var messages = 0
    private var backlogEnd: ContinuousClock.Instant?

    /// In a queue more was waiting than the broker may send before something is acknowledged.
    mutating func sawBacklog(at now: ContinuousClock.Instant) { backlogEnd = now + Self.memory }

    /// So many messages were read. Returns until when to wait before the socket is read again; nil: until it has something.
    mutating func read(_ count: Int, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        if now >= end {
            let hasBacklog = backlogEnd.map { now < $0 } ?? false
            end = now + (hasBacklog ? Self.interval(count, in: now - begin) : Self.shortest)
            begin = now
            messages = 0
        }
        messages += count
        return messages >= Self.busy ? end : nil
    }

    /// How long it takes until a read is worth it, if so many messages came in the time before.
    private static func interval(_ count: Int, in time: Duration) -> Duration {
        // At a low rate nothing waits for what is not going to come.
        guard count >= busy, time * busy <= shortest * count else { return shortest }
        return max(shortest, min(longest, time * worthwhile / count))
    }
}
