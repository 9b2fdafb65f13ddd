/// Waits that double from one failure to the next, spread so that many instances do not come back in step.
///
/// A value counts failures of its own, or is given the caller's count.
package struct Backoff: Sendable {
    /// The wait after the first failure, before jitter.
    package let first: Duration
    /// No wait is longer, before or after jitter.
    package let longest: Duration
    private var failures = 0

    /// A backoff before its first wait.
    package init(first: Duration, longest: Duration) { (self.first, self.longest) = (first, longest) }

    /// The wait after one more failure: between half of the present step and all of it. `random` is from 0 to 1.
    package mutating func next(random: Double) -> Duration {
        defer { failures += 1 }
        return wait(after: failures, random: random)
    }

    /// After a success the next failure starts small again.
    package mutating func reset() { failures = 0 }

    /// The wait when so many failures came before: between half of the step and all of it. `random` is from 0 to 1.
    package func wait(after failures: Int, random: Double) -> Duration { step(after: failures) * (0.5 + 0.5 * random) }

    /// The same without jitter: twice as long for each failure before, and at most `longest`.
    package func step(after failures: Int) -> Duration { min(first * (1 << min(max(0, failures), 20)), longest) }
}

extension RetrySettings {
    /// One delay of one message is never longer, whatever `backoff` says.
    package static let longestDelay: Duration = .seconds(3600)

    /// The wait after so many failed attempts, at least one, before jitter.
    package func wait(after attempts: Int) -> Duration {
        var wait = delay
        for _ in 1..<max(1, attempts) where wait < Self.longestDelay { wait = min(wait * backoff, Self.longestDelay) }
        return wait
    }
}
