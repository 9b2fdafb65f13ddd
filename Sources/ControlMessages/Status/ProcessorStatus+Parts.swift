extension ProcessorStatus {
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

    /// The rate at which it takes messages.
    package struct RateLimit: Codable, Sendable, Equatable {
        /// As the configuration writes it.
        package var rate: String
        /// Deliveries that wait for their turn, unacknowledged.
        package var waiting: Int

        /// A limit by its parts.
        package init(rate: String, waiting: Int) {
            self.rate = rate
            self.waiting = waiting
        }
    }

    /// The dead letters in its queue of them.
    package struct DeadLetters: Codable, Sendable, Equatable {
        /// How many are ready there, as the last look showed.
        package var ready: Int
        /// For how long this process has seen the queue not empty, in seconds; `nil` if it is empty. The oldest letter may be older than the process.
        package var waitingSeconds: Double?

        /// So many.
        package init(ready: Int, waitingSeconds: Double? = nil) {
            self.ready = ready
            self.waitingSeconds = waitingSeconds
        }
    }

    /// The partitions of its queue, and which of them this instance has.
    package struct Partitions: Codable, Sendable, Equatable {
        /// How many there are.
        package var count: Int
        /// Those that RabbitMQ delivers to this instance, counted from 0; the others are another instance's, or nothing has come of them yet.
        package var held: [Int]
        /// Consumers on each of them, this instance's included: how many instances there are; `nil` if not known yet.
        package var consumers: Int?

        /// Partitions by their numbers.
        package init(count: Int, held: [Int], consumers: Int? = nil) {
            self.count = count
            self.held = held
            self.consumers = consumers
        }
    }
}

extension ProcessorStatus.Totals {
    package static let schema = MessageSchema(
        "ProcessorTotals", "What a processor has done since the service began.",
        [
            .init("received", .integer(from: 0), "Deliveries received, repeated ones included."),
            .init("written", .integer(from: 0), "Settled by a confirmed write."),
            .init("stale", .integer(from: 0), "Settled because the stored version is the same or newer."),
            .init("parked", .integer(from: 0), "Settled by a confirmed dead letter, or by a rejection where parking is off."),
            .init("retried", .integer(from: 0), "Failed writes that were tried again."),
            .init("conflated", .integer(from: 0), "Deliveries whose write was merged into a newer one of the same document."),
            .init("returned", .integer(from: 0), "Returned to RabbitMQ unsettled."),
            .init("emitted", .integer(from: 0), "Onward messages that RabbitMQ confirmed."),
        ])
}

extension ProcessorStatus.LastError {
    package static let schema = MessageSchema(
        "LastError", "A fault, and when it was seen.",
        [
            .init("text", .text, "What failed and why."),
            .init("at", .time, "When."),
        ])
}

extension ProcessorStatus.Partitions {
    package static let schema = MessageSchema(
        "Partitions", "The partitions of a queue, and which of them this instance has.",
        [
            .init("count", .integer(from: 0), "How many there are."),
            .init("held", .list(.integer(from: 0)), "Those that RabbitMQ delivers to this instance, counted from 0."),
            .optional(
                "consumers", .integer(from: 0), "Consumers on each of them, which is how many instances there are; absent if not known yet."
            ),
        ])
}

extension ProcessorStatus.DeadLetters {
    package static let schema = MessageSchema(
        "DeadLetters", "The dead letters in a processor's queue of them.",
        [
            .init("ready", .integer(from: 0), "How many are ready, as the last look showed; Warren looks every 30 s."),
            .optional(
                "waiting_seconds", .number,
                "For how long this process has seen the queue not empty; absent if it is empty. The oldest letter may be older."),
        ])
}

extension ProcessorStatus.RateLimit {
    package static let schema = MessageSchema(
        "RateLimit", "The rate at which a processor takes messages.",
        [
            .init("rate", .text, "As the configuration writes it."),
            .init("waiting", .integer(from: 0), "Deliveries that wait for their turn, unacknowledged."),
        ])
}
