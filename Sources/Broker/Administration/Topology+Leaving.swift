public import Settings
internal import Threads

extension Topology {
    /// What happens to a queue and its messages when its last consumer leaves.
    public enum Leaving: Sendable, Equatable {
        /// It stays.
        case stays
        /// RabbitMQ deletes it (auto-delete).
        case isDeleted
        /// Unknown, because of the broker's refusal.
        case unknown(BrokerError)
    }

    /// What would happen to these queues, in order. Neither creates nor changes anything. Throws if the broker cannot be reached or the connection is
    /// lost.
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
        // The queue does not exist, so that nothing can be deleted.
        case .refused(.channelClosed(404, _)): return .stays
        case .refused(let reason):
            // Quorum queues and streams cannot be auto-delete. Asking for the type takes only the right to read.
            let type = try consuming(queue, asksType: true).type
            if type == "quorum" || type == "stream" { return .stays }
            return .unknown(BrokerError(reason, endpoint: destination, queue: queue))
        case .again: return .unknown(BrokerError(QueueInquiry.accepted, endpoint: destination, queue: queue))
        }
    }
}
