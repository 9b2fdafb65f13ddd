public import Settings

extension Topology {
    /// Something that a message may be published to.
    public enum Place: Sendable, Hashable {
        case queue(String)
        case exchange(String)
    }

    /// Which of these are not there, in the broker's words. What it does not let us look at counts as there. Throws if it cannot be reached, or is lost on
    /// the way.
    public static func missing(_ places: Set<Place>, settings: RabbitMQSettings) async throws(BrokerError) -> [Place: BrokerError] {
        try await connected(settings) { connection throws(BrokerError) in
            var missing: [Place: BrokerError] = [:]
            for place in places {
                switch place {
                case .queue(let name):
                    if case .missing(let error) = try state(of: name, connection) { missing[place] = error }
                case .exchange(let name):
                    // The default exchange is always there, and cannot be looked at.
                    guard !name.isEmpty, let error = try connection.missing(exchange: name) else { continue }
                    if case .channelClosed(let code, _) = error.reason, ReplyCode(code) == .notFound { missing[place] = error }
                }
            }
            return missing
        }
    }
}
