/// A full resynchronisation at one moment.
package struct ResyncReport: Codable, Sendable, Equatable {
    /// What of the run is not settled.
    package struct Outstanding: Codable, Sendable, Equatable {
        /// Messages ready in the processor's queue.
        package var ready: Int
        /// Deliveries that this instance holds.
        package var held: Int
        /// Consumers on the queue, ours included.
        package var consumers: Int

        /// By its numbers.
        package init(ready: Int, held: Int, consumers: Int) {
            self.ready = ready
            self.held = held
            self.consumers = consumers
        }
    }

    /// What was counted when the run was to end.
    package struct Counts: Codable, Sendable, Equatable {
        /// Documents that the run answers for.
        package var scope: Int
        /// Those that it has not seen.
        package var missing: Int
        /// How many may go without asking.
        package var limit: Int
        /// Keys of some of those that are missing.
        package var samples: [String]

        /// By its numbers.
        package init(scope: Int, missing: Int, limit: Int, samples: [String]) {
            self.scope = scope
            self.missing = missing
            self.limit = limit
            self.samples = samples
        }
    }

    /// The processor.
    package var processor: String
    /// Its collection.
    package var collection: String
    /// What a document must hold to be in the scope, such as `source = "crm"`; empty: the whole collection.
    package var scope: [String]
    /// `mark` or `remove`: what becomes of documents that are not seen.
    package var missing: String
    /// The run's id; nil: there has been none.
    package var run: String?
    /// `beginning`, `running`, `asking`, `sweeping`, `stopped`, `done` or `cancelled`; nil: there has been no run.
    package var state: String?
    /// When the run began.
    package var since: Timestamp?
    /// Documents of the scope that it has seen so far; nil: not counted.
    package var seen: Int?
    /// What is not settled; nil: not asked for.
    package var outstanding: Outstanding?
    /// What was counted; nil: the run was not to end yet.
    package var counts: Counts?
    /// Documents removed or marked.
    package var removed: Int
    /// Documents that changed while they were to go, and were left alone.
    package var kept: Int
    /// Why it stopped.
    package var reason: String?

    /// A report about a processor without a run.
    package init(processor: String, collection: String, scope: [String], missing: String) {
        self.processor = processor
        self.collection = collection
        self.scope = scope
        self.missing = missing
        removed = 0
        kept = 0
    }
}

/// A full resynchronisation that is on, in short.
package struct ResyncSummary: Codable, Sendable, Equatable {
    /// Its id.
    package var run: String
    /// As ``ResyncReport/state``.
    package var state: String
    /// When it began.
    package var since: Timestamp

    /// By its parts.
    package init(run: String, state: String, since: Timestamp) {
        self.run = run
        self.state = state
        self.since = since
    }
}

/// How a run is to end.
package struct ResyncOrder: Codable, Sendable, Equatable {
    /// As many documents as were counted may go.
    package var confirm: Bool?
    /// Messages that were parked during the run are no obstacle: their documents may count as missing.
    package var force: Bool?

    /// An order; nothing said is no.
    package init(confirm: Bool? = nil, force: Bool? = nil) {
        self.confirm = confirm
        self.force = force
    }
}
