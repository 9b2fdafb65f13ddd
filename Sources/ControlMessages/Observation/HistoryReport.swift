/// `GET /v1/history/{collection}/{key}`: the last decisions about a document, the newest first, as far as they are remembered.
public struct HistoryReport: Codable, Sendable, Equatable {
    /// What was decided about one delivery.
    public struct Decision: Codable, Sendable, Equatable {
        /// When.
        public var at: Timestamp
        /// Whose delivery.
        public var processor: String
        /// `written`, `stale`, `retried`, `refused`, `parked` and so on.
        public var outcome: String
        /// Why, where there is something to say.
        public var detail: String?
        /// The message's version; nil: it has none.
        public var version: UInt64?
        /// Where the message was published.
        public var exchange: String
        /// What it was published with.
        public var routingKey: String
        /// Its `message-id` property, cut to 64 bytes; nil: it has none.
        public var messageId: String?
        /// From its receipt to the decision.
        public var latencyMilliseconds: Double

        /// A decision by its parts.
        public init(
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
    public var collection: String
    /// The document's key.
    public var key: String
    /// The newest first; empty: nothing is remembered.
    public var decisions: [Decision]
    /// Decisions remembered of all documents at present; the memory is bounded and begins with the process.
    public var remembered: Int

    /// A report by its parts.
    public init(collection: String, key: String, decisions: [Decision], remembered: Int) {
        self.collection = collection
        self.key = key
        self.decisions = decisions
        self.remembered = remembered
    }
}
