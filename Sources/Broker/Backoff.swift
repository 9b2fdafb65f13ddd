/// Growing waits between attempts, spread so that many clients do not return together.
struct Backoff {
    /// The wait before the second attempt, before jitter.
    static let first: Duration = .milliseconds(500)
    /// No wait is longer, before or after jitter.
    static let longest: Duration = .seconds(30)

    private var wait = Backoff.first

    /// The next wait: between half of the present step and all of it. `random` is from 0 to 1.
    mutating func next(random: Double) -> Duration {
        defer { wait = min(wait * 2, Backoff.longest) }
        return wait * (0.5 + 0.5 * random)
    }

    /// After a success the next failure starts small again.
    mutating func reset() { wait = Backoff.first }
}
