/// Which endpoint is tried next, and after which wait: all in order at once, then round again after a growing one.
struct EndpointRotation {
    private let count: Int
    private var backoff = Backoff()
    /// Place of the endpoint to try now.
    private(set) var current = 0

    /// A rotation over `count` endpoints, at least one.
    init(count: Int) {
        precondition(count > 0, "at least one endpoint")
        self.count = count
    }

    /// The present endpoint failed: the wait before the next.
    mutating func failed(random: Double) -> Duration {
        current = (current + 1) % count
        return current == 0 ? backoff.next(random: random) : .zero
    }

    /// Logged in.
    mutating func succeeded() { backoff.reset() }

    /// A connection that had worked was lost: from the first endpoint again, not at once, because everybody else lost theirs too.
    mutating func lost(random: Double) -> Duration {
        current = 0
        return backoff.next(random: random)
    }
}
