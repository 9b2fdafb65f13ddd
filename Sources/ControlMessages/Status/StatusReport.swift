/// `GET /v1/status`: everything about the running service at one moment.
package struct StatusReport: Codable, Sendable, Equatable {
    /// The service as a whole.
    package var service: ServiceStatus
    /// In the order of the configuration.
    package var processors: [ProcessorStatus]
    /// Names of processors that the configuration switches off; `nil` if there are none.
    package var disabled: [String]?
    /// RabbitMQ first, then the endpoints of ArangoDB.
    package var servers: [ServerStatus]

    /// A report by its parts.
    package init(service: ServiceStatus, processors: [ProcessorStatus], disabled: [String]? = nil, servers: [ServerStatus]) {
        self.service = service
        self.processors = processors
        self.disabled = disabled
        self.servers = servers
    }
}

/// The service as a whole.
package struct ServiceStatus: Codable, Sendable, Equatable {
    /// What the service is doing.
    package enum State: String, Codable, Sendable, CaseIterable {
        case starting, running, stopping
    }

    /// The program's version.
    package var version: String
    /// The configuration file that it runs, as an absolute path; `nil` if there is none.
    package var configuration: String?
    /// Of the process.
    package var pid: Int32
    /// What it is doing.
    package var state: State
    /// When the process began.
    package var since: Timestamp
    /// Consuming and progressing, or why not.
    package var health: HealthReport
    /// The least severe level that is logged.
    package var logLevel: String
    /// Deliveries held by all processors: waiting, in flight, delayed, or on their way to a dead-letter queue.
    package var held: Int
    /// Body bytes of those.
    package var heldBytes: Int
    /// `[rabbitmq] hold`: above it reading pauses.
    package var holdBytes: Int
    /// Requests sent to ArangoDB and not answered.
    package var requestsInFlight: Int
    /// Requests that may be in flight now: `[arangodb] connections`, fewer after an outage.
    package var requestsAllowed: Int
    /// Documents in the latest requests, on the average over some seconds; `nil` if there was none.
    package var documentsPerRequest: Double?

    /// A status by its parts.
    package init(
        version: String, configuration: String? = nil, pid: Int32, state: State, since: Timestamp, health: HealthReport, logLevel: String,
        held: Int = 0,
        heldBytes: Int = 0,
        holdBytes: Int = 0, requestsInFlight: Int = 0, requestsAllowed: Int = 0, documentsPerRequest: Double? = nil
    ) {
        self.version = version
        self.configuration = configuration
        self.pid = pid
        self.state = state
        self.since = since
        self.health = health
        self.logLevel = logLevel
        self.held = held
        self.heldBytes = heldBytes
        self.holdBytes = holdBytes
        self.requestsInFlight = requestsInFlight
        self.requestsAllowed = requestsAllowed
        self.documentsPerRequest = documentsPerRequest
    }
}

extension StatusReport {
    package static let schema = MessageSchema(
        "StatusReport", "Everything about the running service at one moment.",
        [
            .init("service", .message(ServiceStatus.schema), "The service as a whole."),
            .init("processors", .list(.message(ProcessorStatus.schema)), "In the order of the configuration."),
            .optional(
                "disabled", .list(.text),
                "Names of processors that the configuration switches off (enabled = false); absent if there are none."),
            .init("servers", .list(.message(ServerStatus.schema)), "RabbitMQ first, then the endpoints of ArangoDB."),
        ])
}

extension ServiceStatus {
    package static let schema = MessageSchema(
        "ServiceStatus", "The service as a whole.",
        [
            .init("version", .text, "The program's version."),
            .optional("configuration", .text, "The configuration file that it runs, as an absolute path; absent if there is none."),
            .init("pid", .integer(from: 1), "The process."),
            .init("state", .choice(State.allCases.map(\.rawValue)), "What it is doing."),
            .init("since", .time, "When the process began."),
            .init("health", .message(HealthReport.schema), "Whether it is healthy, and if not, why."),
            .init("log_level", .text, "The least severe level that is logged."),
            .init(
                "held", .integer(from: 0),
                "Deliveries that all processors hold: waiting, in flight, delayed, or on their way to a dead-letter queue."),
            .init("held_bytes", .integer(from: 0), "Body bytes of those."),
            .init("hold_bytes", .integer(from: 0), "[rabbitmq] hold: above this, Warren pauses reading."),
            .init("requests_in_flight", .integer(from: 0), "Requests sent to ArangoDB and not answered."),
            .init(
                "requests_allowed", .integer(from: 0), "Requests that may be in flight now: [arangodb] connections, fewer after an outage."),
            .optional(
                "documents_per_request", .number,
                "Documents in the latest requests, on average over some seconds; absent if there was none."),
        ])
}
