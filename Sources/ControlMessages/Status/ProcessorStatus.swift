/// `GET /v1/processors/{name}`: one processor at one moment.
package struct ProcessorStatus: Codable, Sendable, Equatable {
    /// What a processor is doing.
    package enum State: String, Codable, Sendable, CaseIterable {
        /// On its way to consuming: connecting, opening a channel, waiting for `consume-ok`.
        case subscribing
        /// RabbitMQ delivers to it.
        case consuming
        /// An administrator paused it; its messages stay in the queue.
        case paused
        /// It takes nothing new and finishes what it holds; then it is paused.
        case draining
        /// ArangoDB takes no writes from it; what it holds is kept.
        case outage
        /// It is subscribed, but another consumer has the queue to itself (a single active consumer).
        case standby
        /// It cannot consume, and an administrator must act: the queue is missing, or may not be read.
        case failed
    }

    /// Its name in the configuration.
    package var name: String
    /// The queue it consumes.
    package var queue: String
    /// `update`, `sync` or `invalidate`.
    package var operation: String
    /// Where it writes.
    package var collection: String
    /// What it is doing.
    package var state: State
    /// Since when.
    package var since: Timestamp
    /// Why, in words; nil where the state says it all.
    package var reason: String?
    /// The dead letters in its queue of them; `nil` if not known (yet), or if Warren does not park.
    package var deadLetters: DeadLetters?
    /// Its rate, and what waits for it; `nil` if it has none.
    package var rateLimit: RateLimit?
    /// Who paused it, when and why; `nil` if it is not paused.
    package var pause: PauseReport?
    /// Messages ready in the queue; `nil` if not known (yet).
    package var ready: Int?
    /// Deliveries settled per second, over the last seconds.
    package var rate: Double
    /// Deliveries held by this processor.
    package var held: Int
    /// Age of the oldest delivery that is not settled, since it was received, in seconds; `nil` if none is held.
    package var oldestSeconds: Double?
    /// When a delivery was last settled by a write; `nil` if none was.
    package var lastStored: Timestamp?
    /// What it has done since the service began.
    package var totals: Totals
    /// The latest fault, healed or not; `nil` if there was none.
    package var lastError: LastError?
    /// The full resynchronisation that is on; `nil` if none.
    package var resync: ResyncSummary?
    /// `nil` if its queue has none.
    package var partitions: Partitions?

    /// A status by its parts.
    package init(
        name: String, queue: String, operation: String, collection: String, state: State, since: Timestamp, reason: String? = nil,
        ready: Int? = nil, rate: Double = 0, held: Int = 0, oldestSeconds: Double? = nil, lastStored: Timestamp? = nil,
        totals: Totals = Totals(), lastError: LastError? = nil, partitions: Partitions? = nil,
        pause: PauseReport? = nil, deadLetters: DeadLetters? = nil,
        rateLimit: RateLimit? = nil
    ) {
        self.name = name
        self.queue = queue
        self.operation = operation
        self.collection = collection
        self.state = state
        self.since = since
        self.reason = reason
        self.ready = ready
        self.rate = rate
        self.held = held
        self.oldestSeconds = oldestSeconds
        self.lastStored = lastStored
        self.totals = totals
        self.lastError = lastError
        self.partitions = partitions
        self.pause = pause
        self.deadLetters = deadLetters
        self.rateLimit = rateLimit
    }
}

extension ProcessorStatus {
    package static let schema = MessageSchema(
        "ProcessorStatus", "One processor at one moment.",
        [
            .init("name", .text, "Its name in the configuration."),
            .init("queue", .text, "The queue that it consumes."),
            .init("operation", .choice(["update", "sync", "invalidate"]), "What it does with a message."),
            .init("collection", .text, "The collection that it writes."),
            .init("state", .choice(State.allCases.map(\.rawValue)), "What it is doing."),
            .init("since", .time, "Since when."),
            .optional("reason", .text, "Why it is in that state, where that is not obvious."),
            .optional("pause", .message(PauseReport.schema), "Who paused it, when and why; absent if it is not paused."),
            .optional("ready", .integer(from: 0), "Messages ready in the queue; absent if not known."),
            .optional(
                "dead_letters", .message(DeadLetters.schema),
                "The dead letters in its queue of them; absent if not known, or if Warren does not park."),
            .init("rate", .number, "Deliveries settled per second, over the last seconds."),
            .init("held", .integer(from: 0), "Deliveries that it holds."),
            .optional(
                "oldest_seconds", .number, "Age of the oldest delivery that is not settled, since it was received; absent if none is held."),
            .optional("last_stored", .time, "When a delivery was last settled by a write; absent if none was."),
            .optional("rate_limit", .message(RateLimit.schema), "Its rate, and what waits for it; absent if it has none."),
            .init("totals", .message(Totals.schema), "What it has done since the service began."),
            .optional("last_error", .message(LastError.schema), "The latest fault, healed or not; absent if there was none."),
            .optional("resync", .message(ResyncSummary.schema), "The resynchronisation that is under way; absent if there is none."),
            .optional("partitions", .message(Partitions.schema), "The partitions of its queue; absent if it has none."),
        ])
}

/// `GET /v1/processors`
package struct ProcessorList: Codable, Sendable, Equatable {
    /// In the order of the configuration.
    package var processors: [ProcessorStatus]

    /// A list.
    package init(processors: [ProcessorStatus]) { self.processors = processors }
}

extension ProcessorList {
    package static let schema = MessageSchema(
        "ProcessorList", "All processors at one moment.",
        [
            .init("processors", .list(.message(ProcessorStatus.schema)), "In the order of the configuration.")
        ])
}
