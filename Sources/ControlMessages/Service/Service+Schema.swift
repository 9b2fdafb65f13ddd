extension ReloadReport {
    package static let schema = MessageSchema(
        "ReloadReport", "What a reload changed.",
        [
            .init("added", .list(.text), "Processors that are new."),
            .init("removed", .list(.text), "Processors that are gone, after they finished what they held."),
            .init("changed", .list(.text), "Processors that were started again with other settings."),
            .init("unchanged", .list(.text), "Processors that went on without noticing."),
            .init("notes", .list(.text), "What else changed, one line each. Never a secret."),
        ])
}

extension StopReply {
    package static let schema = MessageSchema(
        "StopReply", "The stop has begun.",
        [
            .init("held", .integer(from: 0), "Deliveries to finish, or to return to RabbitMQ.")
        ])
}

extension LogLevelMessage: RequestMessage {
    /// Levels of swift-log, the least severe first.
    package static let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    package static let schema = MessageSchema(
        "LogLevel", "The least severe level that is logged.", isRequest: true,
        [
            .init("level", .choice(levels), "The level.")
        ])

    package init(_ body: JSONValue) { self.init(level: body.text("level") ?? "") }
}
