/// What became of a replay or a drop.
package struct DeadLetterReport: Codable, Sendable, Equatable {
    /// The processor.
    package var processor: String
    /// The dead-letter queue.
    package var queue: String
    /// Where replayed messages went; nil for a drop.
    package var destination: String?
    /// Messages looked at.
    package var seen: Int
    /// How many of those the request meant.
    package var matched: Int
    /// How many of those RabbitMQ has confirmed as taken out; 0 in a dry run.
    package var done: Int
    /// Of those, the ones whose removal RabbitMQ has not confirmed: they may still be in the dead-letter queue.
    package var inDoubt: Int
    /// True: nothing was changed.
    package var dryRun: Bool
    /// Why it ended before all was done; `nil` if it did not. What was not done stays in the dead-letter queue.
    package var failure: String?
    /// What to know, in words.
    package var warnings: [String]

    /// A report by its parts.
    package init(
        processor: String, queue: String, destination: String?, seen: Int, matched: Int, done: Int, inDoubt: Int = 0, dryRun: Bool,
        failure: String?,
        warnings: [String]
    ) {
        self.processor = processor
        self.queue = queue
        self.destination = destination
        self.seen = seen
        self.matched = matched
        self.done = done
        self.inDoubt = inDoubt
        self.dryRun = dryRun
        self.failure = failure
        self.warnings = warnings
    }
}

extension DeadLetterReport {
    package static let schema = MessageSchema(
        "DeadLetterReport", "The result of a replay or a drop.",
        [
            .init("processor", .text, "The processor."),
            .init("queue", .text, "The dead-letter queue."),
            .optional("destination", .text, "Where replayed messages went; absent for a drop."),
            .init("seen", .integer(from: 0), "Messages looked at."),
            .init("matched", .integer(from: 0), "How many of those the request meant."),
            .init("done", .integer(from: 0), "How many of those RabbitMQ has confirmed as taken out; 0 in a dry run."),
            .init(
                "in_doubt", .integer(from: 0),
                "How many of those were to be taken out, without a confirmation by RabbitMQ: they may still be in the dead-letter queue."),
            .init("dry_run", .boolean, "True if nothing was changed."),
            .optional(
                "failure", .text,
                "Why it ended before all was done; absent if it did not. What was not done stays in the dead-letter queue."),
            .init("warnings", .list(.text), "What to know."),
        ])
}
