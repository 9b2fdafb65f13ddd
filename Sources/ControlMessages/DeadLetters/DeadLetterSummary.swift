/// One dead letter without its content. Long texts are cut.
package struct DeadLetterSummary: Codable, Sendable, Equatable {
    /// What it is called: its `warren-letter`, or a digest of it if it has none. The same at each look.
    package var id: String
    /// The `warren-reason`; `unknown` for what Warren did not park.
    package var reason: String
    /// What and where, as `warren-error` tells.
    package var error: String?
    /// When it was parked, as `warren-failed-at` tells.
    package var failedAt: String?
    /// Times it was written before.
    package var attempts: Int?
    /// Times it was replayed before.
    package var replays: Int
    /// Where it was published first.
    package var exchange: String?
    /// What it was published with.
    package var routingKey: String?
    /// Its `message-id` property.
    package var messageId: String?
    /// Size of its body.
    package var bodyBytes: Int

    /// A summary by its parts.
    package init(
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
