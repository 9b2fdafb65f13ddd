/// What became of a replay or a drop.
public struct DeadLetterReport: Codable, Sendable, Equatable {
    /// The processor.
    public var processor: String
    /// The dead-letter queue.
    public var queue: String
    /// Where replayed messages went; nil for a drop.
    public var destination: String?
    /// Messages looked at.
    public var seen: Int
    /// Of those, the ones that the order was about.
    public var matched: Int
    /// Of those, the ones that RabbitMQ is known to have taken out; 0 in a dry run.
    public var done: Int
    /// Of those, the ones that it was told to take out and has not confirmed: they may be in the dead-letter queue still.
    public var inDoubt: Int
    /// True: nothing was changed.
    public var dryRun: Bool
    /// Why it ended before all was done; nil: it did not. What was not done is where it was.
    public var failure: String?
    /// What to know, in words.
    public var warnings: [String]

    /// A report by its parts.
    public init(
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
