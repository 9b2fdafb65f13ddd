internal import Settings

/// How long to wait before trying again.
struct RetryDelay {
    /// A small generator of its own (SplitMix64), so that a schedule with the same seed is the same schedule.
    private var state: UInt64

    /// `seed` decides all jitter to come.
    init(seed: UInt64) { state = seed }

    /// Wait before attempt `attempts` + 1 of one message.
    mutating func afterFailure(attempts: Int, policy: RetrySettings) -> Duration {
        var delay = policy.delay
        for _ in 1..<max(1, attempts) where delay < Self.longest { delay = min(delay * policy.backoff, Self.longest) }
        return delay * (1 + policy.jitter * (2 * random() - 1))
    }

    /// Wait after a write-write conflict: the other write is done in moments, so only far enough apart not to meet again.
    mutating func afterConflict() -> Duration {
        .milliseconds(2) + .milliseconds(30) * random()
    }

    /// Wait after a document was turned away while the database could not take it.
    mutating func afterUnavailable() -> Duration {
        .milliseconds(500) + .milliseconds(500) * random()
    }

    /// Doubling from `first` to at most `longest`, with half of it random, so that many instances do not come back in step.
    mutating func backoff(failures: Int, first: Duration, longest: Duration) -> Duration {
        let full = min(first * Double(1 << min(failures, 20)), longest)
        return full * (0.5 + 0.5 * random())
    }

    /// One delay of one message is never longer, whatever `backoff` says.
    static let longest: Duration = .seconds(3600)

    private mutating func random() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) / Double(1 << 53)
    }
}
