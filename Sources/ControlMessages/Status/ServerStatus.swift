/// One server that the service works with.
package struct ServerStatus: Codable, Sendable, Equatable {
    /// What is known of a server.
    package enum State: String, Codable, Sendable, CaseIterable {
        /// Nothing was asked of it yet.
        case unknown
        /// Being connected to.
        case connecting
        /// Connected, and answering.
        case up
        /// Not reachable, or not answering.
        case away
    }

    /// `rabbitmq` or `arangodb`.
    package var kind: String
    /// Where it is, without credentials.
    package var endpoint: String
    /// As the server reports it; `nil` if not known.
    package var version: String?
    /// What is known of it.
    package var state: State
    /// Since when; `nil` if unknown.
    package var since: Timestamp?
    /// Why it is away, in words.
    package var reason: String?
    /// How long the latest request took, in milliseconds; `nil` if there was none, or it cannot be measured.
    package var replyMilliseconds: Double?
    /// How long the latest request waited in the server's own queue, in milliseconds; `nil` if the server does not report it.
    package var queueMilliseconds: Double?
    /// What it reports about its licence; `nil` if it reports nothing, or if no licence limits anything.
    package var license: License?

    /// A status by its parts.
    package init(
        kind: String, endpoint: String, version: String? = nil, state: State, since: Timestamp? = nil, reason: String? = nil,
        replyMilliseconds: Double? = nil, queueMilliseconds: Double? = nil
    ) {
        self.kind = kind
        self.endpoint = endpoint
        self.version = version
        self.state = state
        self.since = since
        self.reason = reason
        self.replyMilliseconds = replyMilliseconds
        self.queueMilliseconds = queueMilliseconds
    }
}

extension ServerStatus {
    package static let schema = MessageSchema(
        "ServerStatus", "A server that the service works with.",
        [
            .init("kind", .choice(["rabbitmq", "arangodb"]), "What it is."),
            .init("endpoint", .text, "Where it is, without credentials."),
            .optional("version", .text, "As the server reports it; absent if not known."),
            .init("state", .choice(State.allCases.map(\.rawValue)), "What is known of it."),
            .optional("since", .time, "Since when; absent if not known."),
            .optional("reason", .text, "Why it is away."),
            .optional(
                "reply_milliseconds", .number, "How long the latest request took; absent if there was none, or if it cannot be measured."),
            .optional(
                "queue_milliseconds", .number,
                "How long the latest request waited in the server's own queue; absent if the server does not report it."),
            .optional(
                "license", .message(License.schema),
                "What ArangoDB reports about its licence; absent if it reports nothing, or no licence limits anything."),
        ])
}

extension ServerStatus.License {
    static let schema = MessageSchema(
        "License", "Whether ArangoDB's licence will let it continue to accept writes.",
        [
            .init(
                "state", .text, "As the server calls it: good, expiring, expired, limit-reached, read-only, shutdown; other: another word."),
            .optional("bytes_used", .integer(from: 0), "Size of the data, as the server counts it."),
            .optional("bytes_limit", .integer(from: 0), "Size that the licence allows."),
            .optional("seconds_until_read_only", .integer(from: 0), "Until no more writes are taken; absent: years."),
            .optional("seconds_until_shut_down", .integer(from: 0), "Until the server shuts down; absent: years."),
        ])
}
