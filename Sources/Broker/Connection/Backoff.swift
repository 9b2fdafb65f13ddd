/// Growing waits between attempts, spread so that many clients do not return together.
struct Backoff {
    /// The wait before the second attempt, before jitter.
    static let first: Duration = .milliseconds(500)
    /// No wait is longer, unless asked for. Short enough that a broker which returns is consumed again within five seconds.
    static let longest: Duration = .seconds(3)

    private let longest: Duration
    private var wait = Backoff.first

    /// A backoff before its first wait. No wait is longer than `longest`, before or after jitter.
    init(longest: Duration = Backoff.longest) { self.longest = longest }

    /// The next wait: between half of the present step and all of it. `random` is from 0 to 1.
    mutating func next(random: Double) -> Duration {
        defer { wait = min(wait * 2, longest) }
        return wait * (0.5 + 0.5 * random)
    }

    /// After a success the next failure starts small again.
    mutating func reset() { wait = Backoff.first }
}
