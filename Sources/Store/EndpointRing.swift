/// Which coordinator takes the next request: all in turn, without those that failed a moment ago.
///
/// Coordinators are equal and hold no state for document requests (API.md section 11), so any may take any request.
struct EndpointRing {
    private struct Health {
        var failures = 0
        var avoidedUntil: ContinuousClock.Instant?
    }

    private var health: [Health]
    private var turn = 0

    /// A ring of `count` endpoints, at least one.
    init(count: Int) { health = Array(repeating: Health(), count: count) }

    /// How long an endpoint is avoided after its n-th failure in a row: 1 s, doubling, at most 32 s.
    static func avoidance(afterFailures failures: Int) -> Duration { .seconds(1 << min(max(failures - 1, 0), 5)) }

    /// The next endpoint for a request that has been at `tried`; nil: give up.
    ///
    /// While all are being avoided a fresh request still goes to the one that is due first: it is the caller who decides to stop sending.
    mutating func next(now: ContinuousClock.Instant, tried: Set<Int>) -> Int? {
        for offset in health.indices {
            let index = (turn + offset) % health.count
            guard !tried.contains(index), !isAvoided(index, now: now) else { continue }
            turn = (index + 1) % health.count
            return index
        }
        guard tried.isEmpty else { return nil }
        return health.indices.min { (health[$0].avoidedUntil ?? now) < (health[$1].avoidedUntil ?? now) }
    }

    /// It could not be reached, did not answer, or answered 503. Requests that were in flight together count once.
    mutating func failed(_ index: Int, now: ContinuousClock.Instant) {
        guard !isAvoided(index, now: now) else { return }
        health[index].failures += 1
        health[index].avoidedUntil = now + Self.avoidance(afterFailures: health[index].failures)
    }

    /// It answered.
    mutating func answered(_ index: Int) { health[index] = Health() }

    private func isAvoided(_ index: Int, now: ContinuousClock.Instant) -> Bool {
        health[index].avoidedUntil.map { now < $0 } ?? false
    }
}
