/// Under load the broker sends a message or two at a time, and waking up for each costs more than handling it. So from a certain rate on, what comes
/// within an interval is read in one go.
///
/// Many instances on few cores get less each than one would, and pay as much for each wake-up. So while messages have to wait in a queue anyway, the
/// interval is as long as it takes for a read to be worth it, within bounds.
struct ReadCoalescing {
    /// The least and the most that a message waits for others.
    static let shortest: Duration = .milliseconds(1), longest: Duration = .milliseconds(8)
    /// Messages in the shortest interval from which on reading pauses until the interval's end.
    static let busy = 8
    /// Messages that make a read worth its wake-up.
    static let worthwhile = 128
    /// The part of its prefetch that a queue should send during an interval: at the end of it the broker would wait for us.
    static let partOfPrefetch = 0.5
    /// For so long a backlog is believed in: by then its queue has been looked at again.
    static let memory = QueueProbe.round

    private var begin = ContinuousClock.now
    private var end = ContinuousClock.now
    private var messages = 0
    private var backlogEnd: ContinuousClock.Instant?

    /// A queue was looked at: so many messages are ready in it, beyond the `prefetch` that the broker sends before something is acknowledged.
    mutating func looked(ready: Int, prefetch: UInt16, at now: ContinuousClock.Instant) {
        // One message after the other is what a small prefetch is for.
        if ready > prefetch, prefetch >= 2 * Self.busy { backlogEnd = now + Self.memory }
    }

    /// So many messages were read; `fullness` is the largest part of its prefetch that one of the queues sent, 0…1. Returns until when to wait before the
    /// socket is read again; nil: until it has something.
    mutating func read(_ count: Int, fullness: Double, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        if now >= end, count > 0, fullness < 1, let backlogEnd, now < backlogEnd {
            let growth = min(Double(Self.worthwhile) / Double(count), Self.partOfPrefetch / fullness)
            let interval = (now - begin) * growth
            begin = now
            end = now + max(Self.shortest, min(Self.longest, interval))
            // Whatever comes until then.
            messages = Self.busy
            return end
        }
        if now >= end {
            begin = now
            end = now + Self.shortest
            messages = 0
        }
        messages += count
        return messages >= Self.busy ? end : nil
    }
}
