internal import Settings

/// Which endpoint is tried next, and after which wait. All are tried without a wait, and again after a wait that grows.
struct EndpointRotation {
    private let arrange: @Sendable ([Int]) -> [Int]
    private var order: [Int]
    private var position = 0
    private var backoff = Backoff(first: firstWait, longest: longestWait)
    private var hasSucceeded = false
    /// For a limit of the broker. Until it is raised or other clients leave, retries every few seconds do not help, and each one costs the broker a
    /// login.
    private var limitBackoff = Backoff(first: firstWait, longest: longestLimitWait)
    /// The first wait after a failure, before jitter.
    static let firstWait: Duration = .milliseconds(500)
    /// The longest wait, except for a limit. Warren must consume again within five seconds after the broker has returned.
    static let longestWait: Duration = .seconds(3)
    /// The longest wait for a limit.
    static let longestLimitWait: Duration = .seconds(30)

    /// Index of the endpoint to try now.
    var current: Int { order[position] }

    /// A rotation over `count` endpoints, at least one. `arrange` decides the order of each round.
    init(count: Int, arrange: @escaping @Sendable ([Int]) -> [Int] = { $0 }) {
        precondition(count > 0, "at least one endpoint")
        self.arrange = arrange
        order = arrange(Array(0..<count))
    }

    /// The present endpoint has failed. Returns the wait before the next one. `isLimit`: see ``BrokerError/isLimit``.
    mutating func failed(random: Double, isLimit: Bool = false) -> Duration {
        position += 1
        guard position == order.count else { return .zero }
        begin()
        return isLimit ? limitBackoff.next(random: random) : backoff.next(random: random)
    }

    /// A connection that has lasted this long was a good one. If connections end sooner, waits grow, however well they began.
    static let steadyTime: Duration = .seconds(10)

    /// The present endpoint works: the broker has accepted a consumer or a publisher. A login alone proves little.
    mutating func succeeded() { hasSucceeded = true }

    /// The connection was lost after `time`. Returns the wait before the next one. If it worked, the next round begins with the first endpoint and
    /// after a wait, because other clients have lost theirs too. If not, the endpoint counts as unreachable.
    mutating func lost(after time: Duration, random: Double, isLimit: Bool = false) -> Duration {
        if time >= Self.steadyTime {
            backoff.reset()
            limitBackoff.reset()
        }
        // At a limit, it does not matter that the endpoint worked before.
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
