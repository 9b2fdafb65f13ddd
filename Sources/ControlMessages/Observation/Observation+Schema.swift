extension ExplainRequest: RequestMessage {
    package static let schema = MessageSchema(
        "ExplainRequest", "A message, as it might come.", isRequest: true,
        [
            .init("processor", .name, "The processor that would get it."),
            .init("body", .base64, "Its body, in Base64."),
            .optional("content_encoding", .text, "Its content-encoding property."),
            .optional("timestamp", .integer(from: 0), "Its timestamp property, in whole seconds since 1970."),
        ])

    package init(_ body: JSONValue) {
        self.init(
            processor: body.text("processor") ?? "", body: body.text("body") ?? "", contentEncoding: body.text("content_encoding"),
            timestamp: body.whole("timestamp"))
    }
}

extension Explanation {
    package static let schema = MessageSchema(
        "Explanation", "What a message would lead to. Nothing of it was sent.",
        [
            .init("processor", .text, "The processor."),
            .init("collection", .text, "The document's collection."),
            .optional("key", .text, "Its key; absent if the message is refused."),
            .optional("version", .integer(from: 0), "The message's version; absent if it has none."),
            .init("requests", .list(.message(Request.schema)), "What would be sent, in this order; empty if the message is refused."),
            .optional("sweeps", .list(.message(Sweep.schema)), "What would follow the last of them, in this order; absent: nothing."),
            .optional("onward", .message(Onward.schema), "What would be published once all is written; absent: nothing."),
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
        "ExplainedSweep", "A look at the document's edges, and what would become of those that the message does not name.",
        [
            .init("look", .message(Explanation.Request.schema), "The look."),
            .init("edges", .text, "Which of the edges that it shows are to go."),
            .init(
                "request", .message(Explanation.Request.schema),
                "The request that removes or marks them, with one edge in its body: key and revision are those that the look tells."),
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
            .optional("queue", .text, "The queue that it would be parked in; absent: parking is off, and it would be rejected."),
        ])
}

extension HistoryReport {
    package static let schema = MessageSchema(
        "HistoryReport", "The last decisions about a document, as far as they are remembered.",
        [
            .init("collection", .text, "The document's collection."),
            .init("key", .text, "The document's key."),
            .init("decisions", .list(.message(Decision.schema)), "The newest first; empty: nothing is remembered."),
            .init(
                "remembered", .integer(from: 0),
                "Decisions remembered of all documents at present; the memory is bounded and begins with the process."),
        ])
}

extension HistoryReport.Decision {
    package static let schema = MessageSchema(
        "Decision", "What was decided about one delivery.",
        [
            .init("at", .time, "When."),
            .init("processor", .text, "Whose delivery."),
            .init("outcome", .text, "written, stale, retried, refused, parked and so on."),
            .optional("detail", .text, "Why, where there is something to say."),
            .optional("version", .integer(from: 0), "The message's version; absent: it has none."),
            .init("exchange", .text, "Where the message was published."),
            .init("routing_key", .text, "What it was published with."),
            .optional("message_id", .text, "Its message-id property, cut to 64 bytes; absent: it has none."),
            .init("latency_milliseconds", .number, "From its receipt to the decision."),
        ])
}
