/// Which endpoint is tried next, and after which wait: all in order at once, then round again after a growing one.
struct EndpointRotation {
    private let count: Int
    private var backoff = Backoff()
    private var hasSucceeded = false
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

    /// The present endpoint is of use: it delivers. A login alone proves little.
    mutating func succeeded() {
        hasSucceeded = true
        backoff.reset()
    }

    /// The connection was lost. If it had been of use: from the first endpoint again, not at once, because everybody else lost theirs too. If not,
    /// the endpoint failed like one that cannot be reached.
    mutating func lost(random: Double) -> Duration {
        guard hasSucceeded else { return failed(random: random) }
        hasSucceeded = false
        current = 0
        return backoff.next(random: random)
    }
}
