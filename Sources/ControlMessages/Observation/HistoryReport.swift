/// `GET /v1/history/{collection}/{key}`: the last decisions about a document, the newest first, as far as they are remembered.
package struct HistoryReport: Codable, Sendable, Equatable {
    /// What was decided about one delivery.
    package struct Decision: Codable, Sendable, Equatable {
        /// When.
        package var at: Timestamp
        /// Whose delivery.
        package var processor: String
        /// `written`, `stale`, `retried`, `refused`, `parked` and so on.
        package var outcome: String
        /// Why, where there is something to say.
        package var detail: String?
        /// The message's version; `nil` if it has none.
        package var version: UInt64?
        /// Where the message was published.
        package var exchange: String
        /// What it was published with.
        package var routingKey: String
        /// Its `message-id` property, cut to 64 bytes; `nil` if it has none.
        package var messageId: String?
        /// From its receipt to the decision.
        package var latencyMilliseconds: Double

        /// A decision by its parts.
        package init(
            at: Timestamp, processor: String, outcome: String, detail: String?, version: UInt64?, exchange: String, routingKey: String,
            messageId: String?, latencyMilliseconds: Double
        ) {
            self.at = at
            self.processor = processor
            self.outcome = outcome
            self.detail = detail
            self.version = version
            self.exchange = exchange
            self.routingKey = routingKey
            self.messageId = messageId
            self.latencyMilliseconds = latencyMilliseconds
        }
    }

    /// The document's collection.
    package var collection: String
    /// The document's key.
    package var key: String
    /// The newest first; empty: nothing is remembered.
    package var decisions: [Decision]
    /// How many decisions about all documents the service currently remembers. Their number is bounded, and a restart forgets them.
    package var remembered: Int

    /// A report by its parts.
    package init(collection: String, key: String, decisions: [Decision], remembered: Int) {
        self.collection = collection
        self.key = key
        self.decisions = decisions
        self.remembered = remembered
    }
}

extension HistoryReport {
    package static let schema = MessageSchema(
        "HistoryReport", "The last decisions about a document that the service remembers.",
        [
            .init("collection", .text, "The document's collection."),
            .init("key", .text, "The document's key."),
            .init("decisions", .list(.message(Decision.schema)), "The newest first; empty if the service remembers none."),
            .init(
                "remembered", .integer(from: 0),
                "How many decisions about all documents the service currently remembers. Their number is bounded, and a restart forgets them."
            ),
        ])
}

extension HistoryReport.Decision {
    package static let schema = MessageSchema(
        "Decision", "What was decided about one delivery.",
        [
            .init("at", .time, "When."),
            .init("processor", .text, "Whose delivery."),
            .init("outcome", .text, "written, stale, retried, refused, parked and so on."),
            .optional("detail", .text, "Why, where that is not obvious."),
            .optional("version", .integer(from: 0), "The message's version; absent if it has none."),
            .init("exchange", .text, "Where the message was published."),
            .init("routing_key", .text, "What it was published with."),
            .optional("message_id", .text, "Its message-id property, cut to 64 bytes; absent if it has none."),
            .init("latency_milliseconds", .number, "From its receipt to the decision."),
        ])
}
