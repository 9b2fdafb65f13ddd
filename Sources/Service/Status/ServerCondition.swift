internal import ControlMessages

/// What is known of RabbitMQ, or of ArangoDB as a whole.
struct ServerCondition: Sendable {
    var state = ServerStatus.State.unknown
    var since: ClockReading
    var endpoint: String
    var version: String?
    var reason: String?

    init(endpoint: String, at now: ClockReading) {
        self.endpoint = endpoint
        since = now
    }

    mutating func set(_ state: ServerStatus.State, _ reason: String? = nil, at now: ClockReading) {
        if state != self.state { since = now }
        (self.state, self.reason) = (state, reason)
    }
}
