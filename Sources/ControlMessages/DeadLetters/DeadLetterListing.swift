/// `GET /v1/dead-letters/{processor}`: what lies in a processor's dead-letter queue. Looking changes nothing there, unless
/// `consent=deliveries` allows it to use up deliveries.
package struct DeadLetterListing: Codable, Sendable, Equatable {
    /// How many there are for one reason.
    package struct Group: Codable, Sendable, Equatable {
        /// The `warren-reason`; `unknown` for what Warren did not park.
        package var reason: String
        /// How many of those looked at.
        package var count: Int
        /// The earliest `warren-failed-at` of them; nil: none tells.
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
    /// How many it looks at unless told otherwise.
    package static let standardLimit = 1_000

    /// The processor.
    package var processor: String
    /// Its dead-letter queue.
    package var queue: String
    /// Messages ready there when the look began.
    package var ready: Int
    /// Of those, so many were looked at, from the front.
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
