public import Settings

extension Topology {
    /// A queue or an exchange that messages are published to.
    public enum Destination: Sendable, Hashable {
        case queue(String)
        case exchange(String)
    }

    /// The destinations that do not exist, in the broker's words. A destination that Warren must not look at counts as existing. Throws if the broker
    /// cannot be reached or the connection is lost.
    public static func missing(
        _ destinations: Set<Destination>, settings: RabbitMQSettings
    ) async throws(BrokerError) -> [Destination: BrokerError] {
        try await connected(settings) { connection throws(BrokerError) in
            var missing: [Destination: BrokerError] = [:]
            for destination in destinations {
                switch destination {
                case .queue(let name):
                    if case .missing(let error) = try state(of: name, connection) { missing[destination] = error }
                case .exchange(let name):
                    // The default exchange always exists, and cannot be looked at.
                    guard !name.isEmpty, let error = try connection.missing(exchange: name) else { continue }
                    if case .channelClosed(let code, _) = error.reason, ReplyCode(code) == .notFound { missing[destination] = error }
                }
            }
            return missing
        }
    }
}
