internal import Settings

/// Which endpoint is tried next, and after which wait: all of them at once, then round again after a growing one.
struct EndpointRotation {
    private let arrange: @Sendable ([Int]) -> [Int]
    private var order: [Int]
    private var position = 0
    private var backoff = Backoff(first: firstWait, longest: longestWait)
    private var hasSucceeded = false
    /// A limit of the broker is raised by somebody, or others leave: nothing that a try every few seconds would find sooner, and each costs a login.
    private var limitBackoff = Backoff(first: firstWait, longest: longestLimitWait)
    /// The first wait after a failure, before jitter.
    static let firstWait: Duration = .milliseconds(500)
    /// No wait is longer, but for a limit. Short enough that a broker which returns is consumed again within five seconds.
    static let longestWait: Duration = .seconds(3)
    /// No wait for a limit is longer.
    static let longestLimitWait: Duration = .seconds(30)

    /// Place of the endpoint to try now.
    var current: Int { order[position] }

    /// A rotation over `count` endpoints, at least one, in an order that `arrange` makes for each round; without it in their own.
    init(count: Int, arrange: @escaping @Sendable ([Int]) -> [Int] = { $0 }) {
        precondition(count > 0, "at least one endpoint")
        self.arrange = arrange
        order = arrange(Array(0..<count))
    }

    /// The present endpoint failed: the wait before the next. `isLimit`: see ``BrokerError/isLimit``.
    mutating func failed(random: Double, isLimit: Bool = false) -> Duration {
        position += 1
        guard position == order.count else { return .zero }
        begin()
        return isLimit ? limitBackoff.next(random: random) : backoff.next(random: random)
    }

    /// A connection that has lasted this long was a good one. What ends it sooner, again and again, is met with growing waits, however well it began.
    static let steadyTime: Duration = .seconds(10)

    /// The present endpoint is of use: it delivers. A login alone proves little.
    mutating func succeeded() { hasSucceeded = true }

    /// The connection was lost after this time. If it had been of use: from the first endpoint again, not at once, because everybody else lost theirs too. If not,
    /// the endpoint failed like one that cannot be reached.
    mutating func lost(after time: Duration, random: Double, isLimit: Bool = false) -> Duration {
        if time >= Self.steadyTime {
            backoff.reset()
            limitBackoff.reset()
        }
        // What it had allowed by then does not make a limit smaller.
        guard hasSucceeded, !isLimit else {
            hasSucceeded = false
            return failed(random: random, isLimit: isLimit)
        }
        hasSucceeded = false
        begin()
        return backoff.next(random: random)
    }

    private mutating func begin() {
        order = arrange(order.sorted())
        position = 0
    }
}
