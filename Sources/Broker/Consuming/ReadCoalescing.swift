/// Under load the broker sends one or two messages at a time, and waking up costs more than handling them. So from a certain rate on, everything that
/// comes within an interval is read at once.
///
/// Many instances on few cores get fewer messages each, and pay as much for each wake-up. So while messages wait in a queue anyway, the interval is
/// as long as a worthwhile read takes, within bounds.
struct ReadCoalescing {
    /// The shortest and the longest time that a message waits for others.
    static let shortest: Duration = .milliseconds(1), longest: Duration = .milliseconds(8)
    /// With this many messages in the shortest interval, reading pauses until the interval's end.
    static let busy = 8
    /// This many messages make a read worth its wake-up.
    static let worthwhile = 128
    /// The part of its prefetch that a queue should send during an interval. At the whole prefetch the broker would have to wait for Warren.
    static let partOfPrefetch = 0.5
    /// How long a backlog counts. After this time its queue was checked again.
    static let memory = QueueProbe.round

    private var begin = ContinuousClock.now
    private var end = ContinuousClock.now
    private var messages = 0
    private var backlogEnd: ContinuousClock.Instant?

    /// A queue was checked. `ready` messages wait in it, besides the `prefetch` that the broker has sent.
    mutating func looked(ready: Int, prefetch: UInt16, at now: ContinuousClock.Instant) {
        // With a small prefetch, messages are to come one after the other.
        if ready > prefetch, prefetch >= 2 * Self.busy { backlogEnd = now + Self.memory }
    }

    /// `count` messages were read. `fullness` is the largest part of its prefetch that a queue has sent, 0…1. Returns until when to wait before the
    /// socket is read again; `nil` to wait until it has something.
    mutating func read(_ count: Int, fullness: Double, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        if now >= end, count > 0, fullness < 1, let backlogEnd, now < backlogEnd {
            let growth = min(Double(Self.worthwhile) / Double(count), Self.partOfPrefetch / fullness)
            let interval = (now - begin) * growth
            begin = now
            end = now + max(Self.shortest, min(Self.longest, interval))
            // The next interval counts as busy.
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
