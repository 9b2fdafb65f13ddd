/// How many single messages a listener gets: a thousand a second, which is more than a person reads, and no more than half of that at once. Pure.
struct EventRateLimiter {
    static let perSecond = 1000
    static let atOnce = 500
    /// Between two lines about what was skipped.
    static let tellingTime: Duration = .seconds(1)

    private var left = Double(atOnce)
    private var filledAt: ContinuousClock.Instant
    private var skipped = 0
    private var toldAt: ContinuousClock.Instant

    init(at now: ContinuousClock.Instant) { (filledAt, toldAt) = (now, now) }

    /// How many may be sent now.
    mutating func room(at now: ContinuousClock.Instant) -> Int {
        let fresh = Double(Self.perSecond) * ((now - filledAt) / .seconds(1))
        left = min(Double(Self.atOnce), left + fresh)
        filledAt = now
        return Int(left)
    }

    /// Counts so many as sent.
    mutating func use(_ count: Int) { left -= Double(count) }

    /// Counts so many as left out.
    mutating func skip(_ count: Int) { skipped += count }

    /// How many were left out since the last call; `nil` if none were, or if that is less than ``tellingTime`` ago.
    mutating func skippedToTell(at now: ContinuousClock.Instant) -> Int? {
        guard skipped > 0, now - toldAt >= Self.tellingTime else { return nil }
        defer { (skipped, toldAt) = (0, now) }
        return skipped
    }
}
