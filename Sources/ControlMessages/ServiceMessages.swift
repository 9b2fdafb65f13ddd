/// `POST /v1/reload`: what changed. A configuration with mistakes changes nothing and is an error instead.
package struct ReloadReport: Codable, Sendable, Equatable {
    /// Processors that are new.
    package var added: [String]
    /// Processors that are gone, after they finished what they held.
    package var removed: [String]
    /// Processors that were started again with other settings.
    package var changed: [String]
    /// Processors that the reload did not affect.
    package var unchanged: [String]
    /// What else changed, one line each, such as `arangodb.connections: 4 → 8`. Never a secret.
    package var notes: [String]
    /// The credentials that the service has from systemd, which hands them over when it starts the service: one that was changed since is not
    /// reloaded. `nil` if it has none.
    package var credentials: [String]?

    /// A report by its parts.
    package init(
        added: [String] = [], removed: [String] = [], changed: [String] = [], unchanged: [String] = [], notes: [String] = [],
        credentials: [String]? = nil
    ) {
        self.credentials = credentials
        self.added = added
        self.removed = removed
        self.changed = changed
        self.unchanged = unchanged
        self.notes = notes
    }
}

extension ReloadReport {
    package static let schema = MessageSchema(
        "ReloadReport", "What a reload changed.",
        [
            .init("added", .list(.text), "Processors that are new."),
            .init("removed", .list(.text), "Processors that were removed, after they finished what they held."),
            .init("changed", .list(.text), "Processors that were restarted with other settings."),
            .init("unchanged", .list(.text), "Processors that the reload did not touch."),
            .init("notes", .list(.text), "What else changed, one line each, without secrets."),
            .optional(
                "credentials", .list(.text),
                "Credentials that the service has from systemd, as they were when it started: a later change takes a restart. Absent if there are none."
            ),
        ])
}

/// `POST /v1/stop`: the stop has begun.
package struct StopReply: Codable, Sendable, Equatable {
    /// Deliveries to finish, or to return to RabbitMQ.
    package var held: Int

    /// A reply with what is held.
    package init(held: Int) { self.held = held }
}

extension StopReply {
    package static let schema = MessageSchema(
        "StopReply", "The stop has begun.",
        [
            .init("held", .integer(from: 0), "Deliveries to finish, or to return to RabbitMQ.")
        ])
}

/// `GET` and `PUT /v1/log-level`, both ways.
package struct LogLevelMessage: Codable, Sendable, Equatable {
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
    package var level: String

    /// A message with this level.
    package init(level: String) { self.level = level }
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
