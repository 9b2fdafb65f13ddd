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
        var inquiry = QueueInquiry()
        while true {
            guard case .failure(let error) = try inquire(inquiry, about: queue), case .channelClosed(let code, let text) = error.reason
            else {
                return .unknown(BrokerError(.unsupported("the broker does not tell"), endpoint: place, queue: queue))
            }
            switch inquiry.channelClosed(code: code, text: text) {
            case .again: continue
            case .answered(let answer): return answer.isAutoDelete ? .isDeleted : .stays
            // Not there: nothing is left to be deleted.
            case .refused(.channelClosed(404, _)): return .stays
            case .refused: return try isReplicated(queue) ? .stays : .unknown(error)
            }
        }
    }

    private func inquire(_ inquiry: QueueInquiry, about queue: String) throws(BrokerError) -> Result<Void, BrokerError> {
        try onOwnChannel(about: queue) { channel throws(BrokerError.Reason) in
            try sendInquiry(inquiry, channel: channel, queue: queue)
            var contents: [ContentAssembly] = []
            _ = try answer(into: &contents, within: Self.connectTime)
        }
    }

    /// Quorum queues and streams cannot be auto-delete. That takes the right to read only: RabbitMQ names the type of a queue when it refuses an argument.
    private func isReplicated(_ queue: String) throws(BrokerError) -> Bool {
        do throws(BrokerError.Reason) {
            // First, because RabbitMQ 3.10 closes the connection when a stream is asked the next question.
            let (isAllowed, isStream) = try mayConsume(queue)
            guard isAllowed, isStream == false else { return isStream == true }
        } catch {
            throw ended(by: error, queue: queue)
        }
        let refusal = try onOwnChannel(about: queue) { channel throws(BrokerError.Reason) in
            var arguments = FieldTable()
            arguments.append("x-stream-offset", .string("warren"))
            try sendConsume(channel: channel, queue: queue, arguments: arguments)
            var contents: [ContentAssembly] = []
            _ = try answer(into: &contents, within: Self.connectTime)
        }
        guard case .failure(let error) = refusal, case .channelClosed(_, let text) = error.reason else { return false }
        return text.contains("rabbit_quorum_queue")
    }
}
