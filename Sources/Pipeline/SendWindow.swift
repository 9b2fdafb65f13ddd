/// How many requests may be in flight: between one and `[arangodb] connections`.
///
/// It begins with one after an outage, so that the first batch is a canary, and shrinks while requests queue up in the server
/// (`x-arango-queue-time-seconds`, API.md section 11): an overloaded database sees fewer and larger requests before it has to refuse any.
struct SendWindow {
    /// Requests that waited this long in the server's queue tell of overload: a hundred times what an idle server needs.
    static let slowQueue: Duration = .milliseconds(100)

    private let most: Int
    /// Requests that may be in flight now.
    private(set) var current: Int

    /// Wide open.
    init(most: Int) {
        self.most = most
        current = most
    }

    /// The database was away: one request first.
    mutating func restart() { current = 1 }

    /// A request was answered after waiting this long in the server's queue.
    mutating func answered(queueTime: Duration) {
        current = queueTime >= Self.slowQueue ? max(1, current / 2) : min(most, current + 1)
    }
}
