/// `GET /v1/dead-letters/{processor}`: what lies in a processor's dead-letter queue. Looking changes nothing there, unless
/// `consent=deliveries` allows it to use up deliveries.
public struct DeadLetterListing: Codable, Sendable, Equatable {
    /// How many there are for one reason.
    public struct Group: Codable, Sendable, Equatable {
        /// The `warren-reason`; `unknown` for what Warren did not park.
        public var reason: String
        /// How many of those looked at.
        public var count: Int
        /// The earliest `warren-failed-at` of them; nil: none tells.
        public var oldest: String?
        /// The latest.
        public var newest: String?

        /// A group by its parts.
        public init(reason: String, count: Int, oldest: String?, newest: String?) {
            self.reason = reason
            self.count = count
            self.oldest = oldest
            self.newest = newest
        }
    }

    /// The processor.
    public var processor: String
    /// Its dead-letter queue.
    public var queue: String
    /// Messages ready there when the look began.
    public var ready: Int
    /// Of those, so many were looked at, from the front.
    public var seen: Int
    /// By reason, the most frequent first.
    public var reasons: [Group]
    /// One for each that was looked at, in the queue's order.
    public var letters: [DeadLetterSummary]
    /// What to know before the next look, in words.
    public var warnings: [String]

    /// A listing by its parts.
    public init(
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
