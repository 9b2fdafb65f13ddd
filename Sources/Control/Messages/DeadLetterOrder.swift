/// `POST /v1/dead-letters/{processor}/replay` and `/drop`: which dead letters. An empty object means all.
public struct DeadLetterOrder: Codable, Sendable, Equatable {
    /// Only those with this `warren-reason`.
    public var reason: String?
    /// Only the one at this place, from 1, as the last listing told it.
    public var number: Int?
    /// At most so many.
    public var limit: Int?
    /// Only count them.
    public var dryRun: Bool?

    /// An order by its parts.
    public init(reason: String? = nil, number: Int? = nil, limit: Int? = nil, dryRun: Bool? = nil) {
        self.reason = reason
        self.number = number
        self.limit = limit
        self.dryRun = dryRun
    }
}
