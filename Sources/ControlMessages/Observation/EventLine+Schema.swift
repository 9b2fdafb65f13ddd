/// One line of `GET /v1/events`. The service writes lines without a message of their own, because that takes less time.
package enum EventLine {
    package static let schema = MessageSchema(
        "Event", "Something that happened. Members that an event has nothing to say about are absent.",
        [
            .optional("at", .time, "When it was told; absent in the last line of a reader that is cut off."),
            .init(
                "event", .choice(EventName.allCases.map(\.rawValue)),
                "What: written, stale, retried, refused and parked of single messages; skipped: so many were not told; cut-off: the reader was too slow, "
                    + "and this is its last line; otherwise what happened to the service or a server."),
            .optional("processor", .text, "The processor."),
            .optional("queue", .text, "The queue."),
            .optional("collection", .text, "The document's collection."),
            .optional("key", .text, "The document's key."),
            .optional("version", .integer(from: 0), "The message's version."),
            .optional("exchange", .text, "Where the message was published."),
            .optional("routing_key", .text, "What it was published with."),
            .optional("message_id", .text, "Its message-id property, cut to 64 bytes."),
            .optional("latency_milliseconds", .number, "From its receipt to the decision."),
            .optional("detail", .text, "Why, or more about it."),
            .optional("count", .integer(from: 0), "How many, where it is about several."),
            .optional("endpoint", .text, "The server."),
        ])
}
