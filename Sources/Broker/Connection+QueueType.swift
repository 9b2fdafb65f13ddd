public import Settings
internal import Threads

extension Topology {
    /// Of what type these queues are, in order; nil: the broker does not tell, or it is another type. Takes the right to read only, and no message. Throws if
    /// the broker cannot be reached, or is lost on the way.
    public static func types(of queues: [String], settings: RabbitMQSettings) async throws(BrokerError) -> [QueueType?] {
        try await connected(settings) { connection throws(BrokerError) in
            var types: [QueueType?] = []
            for queue in queues { types.append(try connection.type(of: queue)) }
            return types
        }
    }
}

extension Connection {
    /// Asks with an argument for consumers that only streams know: the broker refuses it and names the queue's type.
    fileprivate func type(of queue: String) throws(BrokerError) -> QueueType? {
        do throws(BrokerError.Reason) {
            // First, because RabbitMQ 3.10 closes the connection when a stream is asked the next question.
            let (isAllowed, isStream) = try mayConsume(queue)
            guard isAllowed, isStream == false else { return nil }
        } catch {
            throw ended(by: error, queue: queue)
        }
        let refusal = try onOwnChannel(about: queue) { channel throws(BrokerError.Reason) in
            var arguments = FieldTable()
            arguments.append("x-stream-offset", .string("warren"))
            try sendConsume(channel: channel, queue: queue, arguments: arguments)
            var contents = [ContentAssembly(.delivered)]
            _ = try answer(into: &contents, within: Self.connectTime)
        }
        guard case .failure(let error) = refusal, case .channelClosed(let code, let text) = error.reason else { return nil }
        return QueueType(refusal: code, text)
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
