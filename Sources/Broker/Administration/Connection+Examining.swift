internal import CRabbitMQ
public import Settings
internal import Threads

extension Topology {
    /// Examines the broker, its queues and its exchanges, as far as AMQP allows: what queues were declared with, whether the sources may be consumed,
    /// and whether dead letters may be published. Changes nothing and takes no message. Throws if the broker cannot be reached or the connection is
    /// lost.
    public static func examine(
        sources: [String], others: [String], exchanges: [String] = [], settings: RabbitMQSettings
    ) async throws(BrokerError) -> BrokerExamination {
        try await onBlockingThread(named: "broker-topology") { () throws(BrokerError) in
            let connection = try Connection.first(of: settings, name: "warren check")
            var examination = BrokerExamination(
                endpoint: connection.destination, version: connection.brokerVersion, queues: [], mayPublish: nil)
            examination.isNamedBySubject = connection.isNamedBySubject
            for name in sources { examination.queues.append(try connection.examine(name, isSource: true)) }
            for name in others { examination.queues.append(try connection.examine(name, isSource: false)) }
            for name in exchanges { examination.exchanges.append(.init(name: name, refusal: try connection.missing(exchange: name))) }
            do throws(BrokerError.Reason) { examination.mayPublish = try connection.mayPublish() } catch {
                throw connection.ended(by: error, queue: nil)
            }
            connection.closeAndWait()
            return examination
        }
    }
}

extension Connection {
    private static let channel: UInt16 = 1

    fileprivate func examine(_ name: String, isSource: Bool) throws(BrokerError) -> BrokerExamination.Queue {
        var queue = BrokerExamination.Queue(name: name, state: try Topology.state(of: name, self))
        guard case .present = queue.state else { return queue }
        queue.properties = try properties(of: name)
        queue.type = queue.properties?.type
        if let exchange = queue.properties?.arguments["x-dead-letter-exchange"], !exchange.isEmpty,
            case .channelClosed(let code, _)? = try missing(exchange: exchange)?.reason
        {
            queue.lacksDeadLetterExchange = ReplyCode(code) == .notFound
        }
        guard isSource || queue.type == nil else { return queue }
        let consuming = try consuming(name, asksType: queue.type == nil)
        if isSource { queue.mayConsume = consuming.isAllowed }
        queue.type = queue.type ?? consuming.type
        return queue
    }

    /// What the queue was declared with; `nil` if the broker does not say.
    func properties(of name: String) throws(BrokerError) -> QueueProperties? {
        guard case .answered(let properties) = try inquire(about: name, .everything) else { return nil }
        return properties
    }

    /// Repeats the inquiry until it is finished.
    func inquire(about queue: String, _ goal: QueueInquiry.Goal) throws(BrokerError) -> QueueInquiry.Step {
        var inquiry = QueueInquiry(goal)
        while true {
            let step: QueueInquiry.Step
            switch try declare(inquiry, queue) {
            case .success: step = inquiry.accepted()
            case .failure(let error):
                guard case .channelClosed(let code, let text) = error.reason else { return .refused(error.reason) }
                step = inquiry.channelClosed(code: code, text: text)
            }
            if step != .again { return step }
        }
    }

    private func declare(_ inquiry: QueueInquiry, _ queue: String) throws(BrokerError) -> Result<Void, BrokerError> {
        try onOwnChannel(about: queue) { channel throws(BrokerError.Reason) in
            try sendInquiry(inquiry, channel: channel, queue: queue)
            var contents: [ContentAssembly] = []
            _ = try answer(into: &contents, within: Self.connectTime)
        }
    }

    /// Subscribes with arguments that no broker accepts. The broker first checks the right to read, and then refuses without a delivery. Its refusal
    /// names the type of the queue, also to users who must not configure it. The type is `nil` if it is unknown.
    func consuming(_ queue: String, asksType: Bool) throws(BrokerError) -> (isAllowed: Bool, type: String?) {
        do throws(BrokerError.Reason) {
            // This comes first, because RabbitMQ up to 4.0 closes the connection if the next question is about a stream.
            guard case .channelClosed(let code, let text)? = try refusal(consuming: queue, with: "x-priority") else { return (true, nil) }
            let complaint = BrokerComplaint(code: code, text: text)
            guard ReplyCode(code) != .accessRefused || complaint == .exclusiveConsumer else { return (false, nil) }
            guard complaint != .stream else { return (true, "stream") }
            guard asksType, case .channelClosed(let code, let text)? = try refusal(consuming: queue, with: "x-stream-offset") else {
                return (true, nil)
            }
            return (true, QueueType(refusal: code, text)?.rawValue)
        } catch {
            throw ended(by: error, queue: queue)
        }
    }

    /// `nil` if the broker accepts the argument, a text where none is allowed.
    private func refusal(consuming queue: String, with argument: String) throws(BrokerError.Reason) -> BrokerError.Reason? {
        var contents = [ContentAssembly(.delivered)]
        do throws(BrokerError.Reason) {
            try openChannel(Self.channel)
            var arguments = FieldTable()
            arguments.append(argument, .string("warren check"))
            try sendConsume(channel: Self.channel, queue: queue, arguments: arguments)
            _ = try answer(into: &contents, within: Self.connectTime)
        } catch {
            guard case .channelClosed = error else { throw error }
            return error
        }
        // The subscription ends with its channel, and its deliveries return to the queue.
        try sendChannelClose(Self.channel)
        while case .delivery = try answer(into: &contents, within: Self.connectTime) {}
        return nil
    }

    /// Publishes an empty message that no queue takes. It comes back if Warren may publish at all.
    fileprivate func mayPublish() throws(BrokerError.Reason) -> Bool {
        do throws(BrokerError.Reason) {
            try openChannel(Self.channel)
            try selectConfirms(channel: Self.channel)
            let nowhere = "warren.check.\(UInt64.random(in: .min ... .max))"
            try publish(exchange: "", routingKey: nowhere, properties: [0, 0], body: [], channel: Self.channel)
            var contents = [ContentAssembly(.returned)]
            _ = try answer(into: &contents, within: Self.connectTime)
            try closeChannel(Self.channel)
            return true
        } catch {
            guard case .channelClosed(let code, _) = error, ReplyCode(code) == .accessRefused else { throw error }
            return false
        }
    }
}
