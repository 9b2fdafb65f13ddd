extension StatusReport {
    package static let schema = MessageSchema(
        "StatusReport", "Everything about the running service at one moment.",
        [
            .init("service", .message(ServiceStatus.schema), "The service as a whole."),
            .init("processors", .list(.message(ProcessorStatus.schema)), "In the order of the configuration."),
            .init("servers", .list(.message(ServerStatus.schema)), "RabbitMQ first, then the endpoints of ArangoDB."),
        ])
}

extension ServiceStatus {
    package static let schema = MessageSchema(
        "ServiceStatus", "The service as a whole.",
        [
            .init("version", .text, "The program's version."),
            .init("pid", .integer(from: 1), "The process."),
            .init("state", .choice(State.allCases.map(\.rawValue)), "What it is doing."),
            .init("since", .time, "When the process began."),
            .init("health", .message(HealthReport.schema), "Consuming and progressing, or why not."),
            .init("log_level", .text, "The least severe level that is logged."),
            .init(
                "held", .integer(from: 0),
                "Deliveries that all processors hold: waiting, in flight, delayed, or on their way to a dead-letter queue."),
            .init("held_bytes", .integer(from: 0), "Body bytes of those."),
            .init("hold_bytes", .integer(from: 0), "[rabbitmq] hold: above it reading pauses."),
            .init("requests_in_flight", .integer(from: 0), "Requests sent to ArangoDB and not answered."),
            .init(
                "requests_allowed", .integer(from: 0), "Requests that may be in flight now: [arangodb] connections, fewer after an outage."),
            .optional(
                "documents_per_request", .number, "Documents in the latest requests, on average over some seconds; absent: there was none."),
        ])
}

extension HealthReport {
    package static let schema = MessageSchema(
        "HealthReport", "Healthy means consuming and progressing, not merely connected.",
        [
            .init("status", .choice(Status.allCases.map(\.rawValue)), "The verdict."),
            .init("reasons", .list(.text), "Why it is degraded, one sentence each; empty if healthy."),
        ])
}

extension ServerStatus {
    package static let schema = MessageSchema(
        "ServerStatus", "One server that the service works with.",
        [
            .init("kind", .choice(["rabbitmq", "arangodb"]), "What it is."),
            .init("endpoint", .text, "Where it is, without credentials."),
            .optional("version", .text, "As the server tells it; absent: not known."),
            .init("state", .choice(State.allCases.map(\.rawValue)), "What is known of it."),
            .optional("since", .time, "Since when; absent: not known."),
            .optional("reason", .text, "Why it is away."),
            .optional("reply_milliseconds", .number, "How long the latest request took; absent: there was none, or it cannot be measured."),
            .optional(
                "queue_milliseconds", .number,
                "How long the latest request waited in the server's own queue; absent: the server does not tell."),
        ])
}
