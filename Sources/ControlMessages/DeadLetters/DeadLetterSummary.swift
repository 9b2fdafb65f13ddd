/// One dead letter without its content. Long texts are cut.
public struct DeadLetterSummary: Codable, Sendable, Equatable {
    /// What it is called: its `warren-letter`, or a digest of it if it has none. The same at each look.
    public var id: String
    /// The `warren-reason`; `unknown` for what Warren did not park.
    public var reason: String
    /// What and where, as `warren-error` tells.
    public var error: String?
    /// When it was parked, as `warren-failed-at` tells.
    public var failedAt: String?
    /// Times it was written before.
    public var attempts: Int?
    /// Times it was replayed before.
    public var replays: Int
    /// Where it was published first.
    public var exchange: String?
    /// What it was published with.
    public var routingKey: String?
    /// Its `message-id` property.
    public var messageId: String?
    /// Size of its body.
    public var bodyBytes: Int

    /// A summary by its parts.
    public init(
        id: String, reason: String, error: String?, failedAt: String?, attempts: Int?, replays: Int, exchange: String?,
        routingKey: String?, messageId: String?, bodyBytes: Int
    ) {
        self.id = id
        self.reason = reason
        self.error = error
        self.failedAt = failedAt
        self.attempts = attempts
        self.replays = replays
        self.exchange = exchange
        self.routingKey = routingKey
        self.messageId = messageId
        self.bodyBytes = bodyBytes
    }
}
