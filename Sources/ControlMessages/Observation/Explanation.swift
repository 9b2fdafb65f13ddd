/// What a message would lead to. Nothing of it was sent.
package struct Explanation: Codable, Sendable, Equatable {
    /// A request to ArangoDB, exactly as it would leave if no other write were waiting: several writes to one target share a request.
    package struct Request: Codable, Sendable, Equatable {
        /// The HTTP method.
        package var method: String
        /// Path and query, percent-encoded.
        package var path: String
        /// The body, which is JSON text.
        package var body: String

        /// A request by its parts.
        package init(method: String, path: String, body: String) {
            self.method = method
            self.path = path
            self.body = body
        }
    }

    /// A look at the document's edges, and what would become of those that the message does not name.
    package struct Sweep: Codable, Sendable, Equatable {
        /// The look.
        package var look: Request
        /// Which of the edges that it returns would be removed, in words.
        package var edges: String
        /// The request that removes or marks them, with one edge in its body: key and revision come from the look.
        package var request: Request

        /// A sweep by its parts.
        package init(look: Request, edges: String, request: Request) {
            self.look = look
            self.edges = edges
            self.request = request
        }
    }

    /// The onward message that would be published then.
    package struct Onward: Codable, Sendable, Equatable {
        /// The exchange.
        package var exchange: String
        /// The routing key, with the message's values in it.
        package var routingKey: String
        /// The body as text.
        package var body: String

        /// A message by its parts.
        package init(exchange: String, routingKey: String, body: String) {
            self.exchange = exchange
            self.routingKey = routingKey
            self.body = body
        }
    }

    /// Why the message cannot be written.
    package struct Refusal: Codable, Sendable, Equatable {
        /// What `warren-reason` would say.
        package var reason: String
        /// What `warren-error` would say.
        package var error: String
        /// The queue that it would be parked in; `nil` if parking is off, and it would be rejected.
        package var queue: String?

        /// A refusal by its parts.
        package init(reason: String, error: String, queue: String?) {
            self.reason = reason
            self.error = error
            self.queue = queue
        }
    }

    /// The processor.
    package var processor: String
    /// The document's collection.
    package var collection: String
    /// Its key; nil if the message is refused.
    package var key: String?
    /// The message's version; nil if it has none.
    package var version: UInt64?
    /// What would be sent, in this order; empty if the message is refused.
    package var requests: [Request]
    /// What would follow the last of them, in this order; `nil` if nothing.
    package var sweeps: [Sweep]?
    /// The onward message that would be published once everything is written; `nil` if there is none.
    package var onward: Onward?
    /// Why nothing would be sent.
    package var refusal: Refusal?

    /// An explanation by its parts.
    package init(
        processor: String, collection: String, key: String? = nil, version: UInt64? = nil, requests: [Request] = [], refusal: Refusal? = nil
    ) {
        self.processor = processor
        self.collection = collection
        self.key = key
        self.version = version
        self.requests = requests
        self.refusal = refusal
    }
}

extension Explanation {
    package static let schema = MessageSchema(
        "Explanation", "What a message would lead to. Warren sent nothing of it.",
        [
            .init("processor", .text, "The processor."),
            .init("collection", .text, "The document's collection."),
            .optional("key", .text, "Its key; absent if the message is refused."),
            .optional("version", .integer(from: 0), "The message's version; absent if it has none."),
            .init("requests", .list(.message(Request.schema)), "What would be sent, in this order; empty if the message is refused."),
            .optional(
                "sweeps", .list(.message(Sweep.schema)), "What would follow the last of them, in this order; absent if there is nothing."),
            .optional("onward", .message(Onward.schema), "What would be published once all is written; absent if there is nothing."),
            .optional("refusal", .message(Refusal.schema), "Why nothing would be sent."),
        ])
}

extension Explanation.Request {
    package static let schema = MessageSchema(
        "ExplainedRequest", "A request to ArangoDB, exactly as it would leave if no other write were waiting.",
        [
            .init("method", .text, "The HTTP method."),
            .init("path", .text, "Path and query, percent-encoded."),
            .init("body", .text, "The body, which is JSON text."),
        ])
}

extension Explanation.Sweep {
    package static let schema = MessageSchema(
        "ExplainedSweep", "A look at the document's edges, and the request for those that the message does not name.",
        [
            .init("look", .message(Explanation.Request.schema), "The look."),
            .init("edges", .text, "Which of the edges that it finds would be removed or marked."),
            .init(
                "request", .message(Explanation.Request.schema),
                "The request that removes or marks them, with one edge in its body: key and revision come from the look."),
        ])
}

extension Explanation.Onward {
    package static let schema = MessageSchema(
        "ExplainedOnwardMessage", "The onward message that would be published.",
        [
            .init("exchange", .text, "The exchange."),
            .init("routing_key", .text, "The routing key, with the message's values in it."),
            .init("body", .text, "The body as text."),
        ])
}

extension Explanation.Refusal {
    package static let schema = MessageSchema(
        "ExplainedRefusal", "Why the message cannot be written.",
        [
            .init("reason", .text, "What warren-reason would say."),
            .init("error", .text, "What warren-error would say."),
            .optional(
                "queue", .text, "The queue that it would be parked in; absent if parking is off, so that Warren would reject the message."),
        ])
}
