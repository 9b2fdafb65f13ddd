/// Which coordinator takes the next request: all in turn, without those that failed a moment ago, and those that are slow less often.
///
/// Coordinators are equal and hold no state for document requests (ArangoDB.md section 11), so any may take any request.
struct EndpointRing {
    private struct Health {
        var failures = 0
        var avoidedUntil: ContinuousClock.Instant?
        /// How long it takes to answer: of the latest requests, each counting for an eighth of what came before.
        var replyTime: Duration?
        /// Turns it has not been given since its last one.
        var passes = 0
    }

    /// A coordinator is slow if it takes this many times as long as the fastest one, and this much longer.
    static let slowFactor = 3.0, slowDifference: Duration = .milliseconds(20)
    /// The slowest still has each so manieth of its turns: that shows when it is itself again.
    static let mostPasses = 16

    private var health: [Health]
    private var turn = 0

    /// A ring of `count` endpoints, at least one.
    init(count: Int) { health = Array(repeating: Health(), count: count) }

    /// How long an endpoint is avoided after its n-th failure in a row: 1 s, doubling, at most 32 s.
    static func avoidance(afterFailures failures: Int) -> Duration { .seconds(1 << min(max(failures - 1, 0), 5)) }

    /// The next endpoint for a request that has been at `tried`; `nil` to give up.
    ///
    /// While all are being avoided a fresh request still goes to the one that is due first: the caller decides when to stop sending.
    mutating func next(now: ContinuousClock.Instant, tried: Set<Int>) -> Int? {
        if let index = nextInTurn(now: now, tried: tried, mayPass: true) ?? nextInTurn(now: now, tried: tried, mayPass: false) {
            health[index].passes = 0
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

    /// It answered, and took so long for it.
    mutating func answered(_ index: Int, took time: Duration) {
        let replyTime = health[index].replyTime.map { ($0 * 7 + time) / 8 } ?? time
        health[index] = Health(replyTime: replyTime, passes: health[index].passes)
    }

    private mutating func nextInTurn(now: ContinuousClock.Instant, tried: Set<Int>, mayPass: Bool) -> Int? {
        for offset in health.indices {
            let index = (turn + offset) % health.count
            guard !tried.contains(index), !isAvoided(index, now: now) else { continue }
            guard mayPass, health[index].passes < passes(of: index) else { return index }
            health[index].passes += 1
        }
        return nil
    }

    /// How many of its turns a slow one lets pass.
    private func passes(of index: Int) -> Int {
        guard let time = health[index].replyTime, let fastest = health.compactMap(\.replyTime).min(), time > fastest + Self.slowDifference
        else { return 0 }
        let factor = time / max(fastest, .microseconds(1))
        return factor < Self.slowFactor ? 0 : min(Self.mostPasses, Int(factor)) - 1
    }

    private func isAvoided(_ index: Int, now: ContinuousClock.Instant) -> Bool {
        health[index].avoidedUntil.map { now < $0 } ?? false
    }
}
