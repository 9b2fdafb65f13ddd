public import Settings
internal import Threads

extension Topology {
    /// What becomes of a queue, and of what waits in it, when its last consumer leaves.
    public enum Leaving: Sendable, Equatable {
        /// It stays.
        case stays
        /// RabbitMQ deletes it (auto-delete).
        case isDeleted
        /// AMQP does not tell us: the broker's refusal.
        case unknown(BrokerError)
    }

    /// What would become of these queues, in order. Neither creates nor changes anything. Throws if the broker cannot be reached, or is lost on the way.
    public static func leaving(_ queues: [String], settings: RabbitMQSettings) async throws(BrokerError) -> [Leaving] {
        try await connected(settings) { connection throws(BrokerError) in
            var list: [Leaving] = []
            for queue in queues { list.append(try connection.leaving(queue)) }
            return list
        }
    }
}

extension Connection {
    fileprivate func leaving(_ queue: String) throws(BrokerError) -> Topology.Leaving {
        switch try inquire(about: queue, .deadLetterExchange) {
        case .answered(let properties): return properties.isAutoDelete ? .isDeleted : .stays
        // Not there: nothing is left to be deleted.
        case .refused(.channelClosed(404, _)): return .stays
        case .refused(let reason):
            // Quorum queues and streams cannot be auto-delete. That takes the right to read only.
            let type = try consuming(queue, asksType: true).type
            if type == "quorum" || type == "stream" { return .stays }
            return .unknown(BrokerError(reason, endpoint: place, queue: queue))
        case .again: return .unknown(BrokerError(QueueInquiry.accepted, endpoint: place, queue: queue))
        }
    }
}
