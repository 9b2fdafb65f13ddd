public import Settings
internal import Threads

extension Topology {
    /// The types of these queues, in order; `nil` if the broker does not say or the type is unknown. Takes only the right to read, and no message.
    /// Throws if the broker cannot be reached or the connection is lost.
    public static func types(of queues: [String], settings: RabbitMQSettings) async throws(BrokerError) -> [QueueType?] {
        try await connected(settings) { connection throws(BrokerError) in
            var types: [QueueType?] = []
            for queue in queues { types.append(try connection.consuming(queue, asksType: true).type.flatMap(QueueType.init(rawValue:))) }
            return types
        }
    }
}

extension QueueType {
    /// The type that a refusal names; `nil` if it names no known type. For example: `invalid arg 'x-stream-offset' for queue 'q' in vhost '/' of
    /// queue type rabbit_quorum_queue` (RabbitMQ 3.10 to 4.3).
    init?(refusal code: UInt16, _ text: String) {
        // The type follows the names, which may contain anything.
        guard ReplyCode(code) == .preconditionFailed, let word = text.split(separator: " ").last else { return nil }
        switch word {
        case "rabbit_classic_queue": self = .classic
        case "rabbit_quorum_queue": self = .quorum
        default: return nil
        }
    }
}
