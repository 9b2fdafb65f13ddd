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

    /// What it has done since the service began.
    package struct Totals: Codable, Sendable, Equatable {
        /// Deliveries received, repeated ones included.
        package var received = 0
        /// Settled by a confirmed write.
        package var written = 0
        /// Settled because the stored version is the same or newer.
        package var stale = 0
        /// Settled by a confirmed dead letter, or by a rejection where parking is off.
        package var parked = 0
        /// Failed writes that were tried again.
        package var retried = 0
        /// Deliveries whose write was taken over by a newer one of the same document.
        package var conflated = 0
        /// Gone back to RabbitMQ unsettled.
        package var returned = 0
        /// Onward messages that RabbitMQ confirmed.
        package var emitted = 0

        /// Nothing yet.
        package init() {}
    }

    /// A fault, and when it was seen.
    package struct LastError: Codable, Sendable, Equatable {
        /// What failed and why.
        package var text: String
        /// When.
        package var at: Timestamp

        /// An error by its parts.
        package init(text: String, at: Timestamp) {
            self.text = text
            self.at = at
        }
    }

    /// The partitions of its queue, and which of them this instance has.
    package struct Partitions: Codable, Sendable, Equatable {
        /// How many there are.
        package var count: Int
        /// Those that RabbitMQ delivers to this instance, counted from 0; the others are another instance's, or nothing has come of them yet.
        package var held: [Int]
        /// Consumers on each of them, this instance's included: how many instances there are; nil: not known yet.
        package var consumers: Int?

        /// Partitions by their numbers.
        package init(count: Int, held: [Int], consumers: Int? = nil) {
            self.count = count
            self.held = held
            self.consumers = consumers
        }
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
    /// Messages ready in the queue; nil: not known (yet).
    package var ready: Int?
    /// Deliveries settled per second, over the last seconds.
    package var rate: Double
    /// Deliveries held by this processor.
    package var held: Int
    /// Age of the oldest delivery that is not settled, since it was received, in seconds; nil: none is held.
    package var oldestSeconds: Double?
    /// When a delivery was last settled by a write; nil: none was.
    package var lastStored: Timestamp?
    /// What it has done since the service began.
    package var totals: Totals
    /// The latest fault, healed or not; nil: there was none.
    package var lastError: LastError?
    /// The full resynchronisation that is on; nil: none.
    package var resync: ResyncSummary?
    /// Nil: its queue has none.
    package var partitions: Partitions?

    /// A status by its parts.
    package init(
        name: String, queue: String, operation: String, collection: String, state: State, since: Timestamp, reason: String? = nil,
        ready: Int? = nil, rate: Double = 0, held: Int = 0, oldestSeconds: Double? = nil, lastStored: Timestamp? = nil,
        totals: Totals = Totals(), lastError: LastError? = nil, partitions: Partitions? = nil
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
    }
}

/// `GET /v1/processors`
package struct ProcessorList: Codable, Sendable, Equatable {
    /// In the order of the configuration.
    package var processors: [ProcessorStatus]

    /// A list.
    package init(processors: [ProcessorStatus]) { self.processors = processors }
}
