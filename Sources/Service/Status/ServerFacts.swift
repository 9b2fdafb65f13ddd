internal import Control

/// What is known of RabbitMQ, or of ArangoDB as a whole.
struct ServerFacts: Sendable {
    var state = ServerStatus.State.unknown
    var since: Moment
    var endpoint: String
    var version: String?
    var reason: String?

    init(endpoint: String, at now: Moment) {
        self.endpoint = endpoint
        since = now
    }

    mutating func set(_ state: ServerStatus.State, _ reason: String? = nil, at now: Moment) {
        if state != self.state { since = now }
        (self.state, self.reason) = (state, reason)
    }
}
