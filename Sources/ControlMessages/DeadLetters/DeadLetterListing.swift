/// `GET /v1/dead-letters/{processor}`: what lies in a processor's dead-letter queue. Looking changes nothing there, unless
/// `consent=deliveries` allows it to use up deliveries.
package struct DeadLetterListing: Codable, Sendable, Equatable {
    /// How many there are for one reason.
    package struct Group: Codable, Sendable, Equatable {
        /// The `warren-reason`; `unknown` for what Warren did not park.
        package var reason: String
        /// How many of those looked at.
        package var count: Int
        /// The earliest `warren-failed-at` of them; `nil` if none has that header.
        package var oldest: String?
        /// The latest.
        package var newest: String?

        /// A group by its parts.
        package init(reason: String, count: Int, oldest: String?, newest: String?) {
            self.reason = reason
            self.count = count
            self.oldest = oldest
            self.newest = newest
        }
    }

    /// Most letters that one listing looks at.
    package static let mostLimit = 10_000
    /// How many it looks at by default.
    package static let standardLimit = 1_000

    /// The processor.
    package var processor: String
    /// Its dead-letter queue.
    package var queue: String
    /// Messages ready there when the look began.
    package var ready: Int
    /// How many of those were looked at, from the front.
    package var seen: Int
    /// By reason, the most frequent first.
    package var reasons: [Group]
    /// One for each that was looked at, in the queue's order.
    package var letters: [DeadLetterSummary]
    /// What to know before the next look, in words.
    package var warnings: [String]

    /// A listing by its parts.
    package init(
        processor: String, queue: String, ready: Int, seen: Int, reasons: [Group], letters: [DeadLetterSummary], warnings: [String]
    ) {
        self.processor = processor
        self.queue = queue
        self.ready = ready
        self.seen = seen
        self.reasons = reasons
        self.letters = letters
        self.warnings = warnings
    }
}

extension DeadLetterListing {
    package static let schema = MessageSchema(
        "DeadLetterListing", "What is in a processor's dead-letter queue.",
        [
            .init("processor", .text, "The processor."),
            .init("queue", .text, "Its dead-letter queue."),
            .init("ready", .integer(from: 0), "Messages ready there when the look began."),
            .init("seen", .integer(from: 0), "How many of those Warren looked at, from the front."),
            .init("reasons", .list(.message(Group.schema)), "By reason, the most frequent first."),
            .init("letters", .list(.message(DeadLetterSummary.schema)), "One for each that was looked at, in the queue's order."),
            .init("warnings", .list(.text), "What to know before the next look."),
        ])
}

extension DeadLetterListing.Group {
    package static let schema = MessageSchema(
        "DeadLetterGroup", "How many dead letters there are for one reason.",
        [
            .init("reason", .text, "The warren-reason; unknown for what Warren did not park."),
            .init("count", .integer(from: 0), "How many of the letters that were looked at."),
            .optional("oldest", .text, "The earliest warren-failed-at of them; absent if none has one."),
            .optional("newest", .text, "The latest."),
        ])
}

/// One dead letter without its content. Long texts are cut.
package struct DeadLetterSummary: Codable, Sendable, Equatable {
    /// What it is called: its `warren-letter`, or a digest of it if it has none. The same at each look.
    package var id: String
    /// The `warren-reason`; `unknown` for what Warren did not park.
    package var reason: String
    /// What failed and where, from `warren-error`.
    package var error: String?
    /// When it was parked, from `warren-failed-at`.
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

extension DeadLetterSummary {
    package static let schema = MessageSchema(
        "DeadLetterSummary", "One dead letter without its content. Long texts are cut.",
        [
            .init("id", .text, "Its warren-letter, or a digest of it if it has none. The same at each look."),
            .init("reason", .text, "The warren-reason; unknown for what Warren did not park."),
            .optional("error", .text, "What failed and where: the warren-error."),
            .optional("failed_at", .text, "When it was parked: the warren-failed-at."),
            .optional("attempts", .integer(), "Times it was written before."),
            .init("replays", .integer(), "Times it was replayed before."),
            .optional("exchange", .text, "Where it was published first."),
            .optional("routing_key", .text, "What it was published with."),
            .optional("message_id", .text, "Its message-id property."),
            .init("body_bytes", .integer(from: 0), "Size of its body."),
        ])
}
