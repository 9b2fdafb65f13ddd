/// `POST /v1/dead-letters/{processor}/replay` and `/drop`: which dead letters. One of `id`, `reason`, `limit` and `all` is needed.
package struct DeadLetterOrder: Codable, Sendable, Equatable {
    /// Only the one with this id, or whose id begins so.
    package var id: String?
    /// Only those with this `warren-reason`; with `limit`, at most so many of them.
    package var reason: String?
    /// At most so many, from the front of the queue.
    package var limit: Int?
    /// True: all of them.
    package var all: Bool?
    /// Only count them.
    package var dryRun: Bool?

    /// An order by its parts.
    package init(id: String? = nil, reason: String? = nil, limit: Int? = nil, all: Bool? = nil, dryRun: Bool? = nil) {
        self.id = id
        self.reason = reason
        self.limit = limit
        self.all = all
        self.dryRun = dryRun
    }

    /// Why it cannot be carried out; nil: it says what is meant.
    package var objection: String? {
        if let limit, limit < 1 { return "limit must be 1 or more" }
        return switch (id, reason ?? limit.map { "\($0)" }, all == true) {
        case (nil, nil, false): "say which dead letters are meant: id, reason, limit, or all"
        case (_?, nil, false), (nil, _?, false), (nil, nil, true): nil
        default: "say which dead letters are meant in one way: id, reason, limit, or all; only reason and limit go together"
        }
    }
}
