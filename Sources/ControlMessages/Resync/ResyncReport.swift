/// A full resynchronisation at one moment.
public struct ResyncReport: Codable, Sendable, Equatable {
    /// What of the run is not settled.
    public struct Outstanding: Codable, Sendable, Equatable {
        /// Messages ready in the processor's queue.
        public var ready: Int
        /// Deliveries that this instance holds.
        public var held: Int
        /// Consumers on the queue, ours included.
        public var consumers: Int

        /// By its numbers.
        public init(ready: Int, held: Int, consumers: Int) {
            self.ready = ready
            self.held = held
            self.consumers = consumers
        }
    }

    /// What was counted when the run was to end.
    public struct Counts: Codable, Sendable, Equatable {
        /// Documents that the run answers for.
        public var scope: Int
        /// Those that it has not seen.
        public var missing: Int
        /// How many may go without asking.
        public var limit: Int
        /// Keys of some of those that are missing.
        public var samples: [String]

        /// By its numbers.
        public init(scope: Int, missing: Int, limit: Int, samples: [String]) {
            self.scope = scope
            self.missing = missing
            self.limit = limit
            self.samples = samples
        }
    }

    /// The processor.
    public var processor: String
    /// Its collection.
    public var collection: String
    /// What a document must hold to be in the scope, such as `source = "crm"`; empty: the whole collection.
    public var scope: [String]
    /// `mark` or `remove`: what becomes of documents that are not seen.
    public var missing: String
    /// The run's id; nil: there has been none.
    public var run: String?
    /// `beginning`, `running`, `asking`, `sweeping`, `stopped`, `done` or `cancelled`; nil: there has been no run.
    public var state: String?
    /// When the run began.
    public var since: Timestamp?
    /// Documents of the scope that it has seen so far; nil: not counted.
    public var seen: Int?
    /// What is not settled; nil: not asked for.
    public var outstanding: Outstanding?
    /// What was counted; nil: the run was not to end yet.
    public var counts: Counts?
    /// Documents removed or marked.
    public var removed: Int
    /// Documents that changed while they were to go, and were left alone.
    public var kept: Int
    /// Why it stopped.
    public var reason: String?

    /// A report about a processor without a run.
    public init(processor: String, collection: String, scope: [String], missing: String) {
        self.processor = processor
        self.collection = collection
        self.scope = scope
        self.missing = missing
        removed = 0
        kept = 0
    }
}

/// A full resynchronisation that is on, in short.
public struct ResyncSummary: Codable, Sendable, Equatable {
    /// Its id.
    public var run: String
    /// As ``ResyncReport/state``.
    public var state: String
    /// When it began.
    public var since: Timestamp

    /// By its parts.
    public init(run: String, state: String, since: Timestamp) {
        self.run = run
        self.state = state
        self.since = since
    }
}

/// How a run is to end.
public struct ResyncOrder: Codable, Sendable, Equatable {
    /// As many documents as were counted may go.
    public var confirm: Bool?
    /// Messages that were parked during the run are no obstacle: their documents may count as missing.
    public var force: Bool?

    /// An order; nothing said is no.
    public init(confirm: Bool? = nil, force: Bool? = nil) {
        self.confirm = confirm
        self.force = force
    }
}
