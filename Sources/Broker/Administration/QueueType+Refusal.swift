public import Settings
internal import Threads

extension Topology {
    /// Of what type these queues are, in order; nil: the broker does not tell, or it is another type. Takes the right to read only, and no message. Throws if
    /// the broker cannot be reached, or is lost on the way.
    public static func types(of queues: [String], settings: RabbitMQSettings) async throws(BrokerError) -> [QueueType?] {
        try await connected(settings) { connection throws(BrokerError) in
            var types: [QueueType?] = []
            for queue in queues { types.append(try connection.consuming(queue, asksType: true).type.flatMap(QueueType.init(rawValue:))) }
            return types
        }
    }
}

extension QueueType {
    /// The type that a refusal names; nil: none that we know. Such as `invalid arg 'x-stream-offset' for queue 'q' in vhost '/' of queue type
    /// rabbit_quorum_queue` (RabbitMQ 3.10 to 4.3).
    init?(refusal code: UInt16, _ text: String) {
        // Behind the names, which may hold anything.
        guard ReplyCode(code) == .preconditionFailed, let word = text.split(separator: " ").last else { return nil }
        switch word {
        case "rabbit_classic_queue": self = .classic
        case "rabbit_quorum_queue": self = .quorum
        default: return nil
        }
    }
}
