internal import Settings

/// How long to wait before trying again.
struct RetryDelay {
    /// A small generator of its own (SplitMix64), so that a schedule with the same seed is the same schedule.
    private var state: UInt64

    /// `seed` decides all jitter to come.
    init(seed: UInt64) { state = seed }

    /// Wait before attempt `attempts` + 1 of one message.
    mutating func afterFailure(attempts: Int, policy: RetrySettings) -> Duration {
        policy.wait(after: attempts) * (1 + policy.jitter * (2 * random() - 1))
    }

    /// Wait after a write-write conflict: the other write is done in moments, so only far enough apart not to meet again.
    mutating func afterConflict() -> Duration {
        .milliseconds(2) + .milliseconds(30) * random()
    }

    /// Wait after a document was turned away while the database could not take it.
    mutating func afterUnavailable() -> Duration {
        .milliseconds(500) + .milliseconds(500) * random()
    }

    /// Wait when so many failures came before.
    mutating func backoff(_ backoff: Backoff, failures: Int) -> Duration { backoff.wait(after: failures, random: random()) }

    private mutating func random() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) / Double(1 << 53)
    }
}
