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
    /// The run's id; `nil` if there has been none.
    package var run: String?
    /// `beginning`, `running`, `asking`, `sweeping`, `stopped`, `done` or `cancelled`; `nil` if there has been no run.
    package var state: String?
    /// When the run began.
    package var since: Timestamp?
    /// Documents of the scope that it has seen so far; `nil` if not counted.
    package var seen: Int?
    /// What is not settled; `nil` if not asked for.
    package var outstanding: Outstanding?
    /// What was counted; `nil` if the run was not to end yet.
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

extension ResyncReport {
    /// States of a run, in the order in which it has them.
    package static let states = ["beginning", "running", "asking", "sweeping", "stopped", "done", "cancelled"]

    package static let schema = MessageSchema(
        "ResyncReport", "A full resynchronisation at one moment.",
        [
            .init("processor", .text, "The processor."),
            .init("collection", .text, "Its collection."),
            .init("scope", .list(.text), "What a document must hold to be in the scope; empty for the whole collection."),
            .init("missing", .choice(["mark", "remove"]), "What Warren does with documents that the run has not seen."),
            .optional("run", .text, "The run's id; absent if there has been none."),
            .optional("state", .choice(states), "What the run is doing; absent if there has been none."),
            .optional("since", .time, "When the run began."),
            .optional("seen", .integer(from: 0), "Documents of the scope that the run has seen so far; absent if not counted."),
            .optional("outstanding", .message(Outstanding.schema), "What is not settled; absent if not counted."),
            .optional("counts", .message(Counts.schema), "What was counted; absent if the run was not asked to end yet."),
            .init("removed", .integer(from: 0), "Documents removed or marked."),
            .init("kept", .integer(from: 0), "Documents that changed meanwhile, and that Warren left alone."),
            .optional("reason", .text, "Why it stopped."),
        ])
}

extension ResyncReport.Outstanding {
    package static let schema = MessageSchema(
        "ResyncOutstanding", "What of a run is not settled yet.",
        [
            .init("ready", .integer(from: 0), "Messages ready in the processor's queue."),
            .init("held", .integer(from: 0), "Deliveries that this instance holds."),
            .init("consumers", .integer(from: 0), "Consumers on the queue, this instance's included."),
        ])
}

extension ResyncReport.Counts {
    package static let schema = MessageSchema(
        "ResyncCounts", "The counts at the end of a run.",
        [
            .init("scope", .integer(from: 0), "Documents in the scope of the run."),
            .init("missing", .integer(from: 0), "Documents that it has not seen."),
            .init("limit", .integer(from: 0), "How many documents Warren marks or removes without asking."),
            .init("samples", .list(.text), "Keys of some of those that are missing."),
        ])
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

extension ResyncSummary {
    package static let schema = MessageSchema(
        "ResyncSummary", "A resynchronisation that is under way, in short.",
        [
            .init("run", .text, "Its id."),
            .init("state", .choice(ResyncReport.states), "What it is doing."),
            .init("since", .time, "When it began."),
        ])
}
