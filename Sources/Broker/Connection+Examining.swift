internal import CRabbitMQ
public import Settings
internal import Threads

extension Topology {
    /// Looks at the broker, at queues and exchanges, as far as AMQP lets us: what queues were declared with, whether the sources may be
    /// consumed, and whether dead letters may be published. Changes nothing and takes no message. Throws if the broker cannot be reached, or is lost on the way.
    public static func examine(
        sources: [String], others: [String], exchanges: [String] = [], settings: RabbitMQSettings
    ) async throws(BrokerError) -> BrokerExamination {
        try await onBlockingThread(named: "broker-topology") { () throws(BrokerError) in
            let connection = try Connection.first(of: settings, name: "warren check")
            var examination = BrokerExamination(
                endpoint: connection.place, version: connection.brokerVersion, queues: [], mayPublish: nil)
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
    /// Each try of a declaration tells one argument; a queue has a handful.
    private static let mostArguments = 24

    fileprivate func examine(_ name: String, isSource: Bool) throws(BrokerError) -> BrokerExamination.Queue {
        var queue = BrokerExamination.Queue(name: name, state: try Topology.state(of: name, self))
        guard case .present = queue.state else { return queue }
        queue.properties = try properties(of: name)
        do throws(BrokerError.Reason) {
            if isSource {
                (queue.mayConsume, queue.isStream) = try mayConsume(name)
            }
        } catch {
            throw ended(by: error, queue: name)
        }
        return queue
    }

    /// Declares the queue as it is believed to be, and believes each complaint, until there is none. The queue is there, so that nothing is created.
    private func properties(of name: String) throws(BrokerError) -> QueueProperties? {
        var properties = QueueProperties()
        var arguments: [(name: String, value: HeaderValue)] = []
        for _ in 0..<Self.mostArguments {
            var declaration = QueueDeclaration(name: name, isDurable: properties.isDurable, arguments: arguments)
            declaration.isAutoDelete = properties.isAutoDelete
            switch try declare(declaration, passive: false) {
            case .declared: return properties
            case .refused(let error):
                guard case .channelClosed(_, let text) = error.reason, let difference = InequivalentArgument(text) else { return nil }
                if difference.name == "durable" {
                    guard properties.isDurable, difference.current == "false" else { return nil }
                    properties.isDurable = false
                } else if difference.name == "auto_delete" {
                    guard !properties.isAutoDelete, difference.current == "true" else { return nil }
                    properties.isAutoDelete = true
                } else {
                    guard let value = difference.value, properties.arguments[difference.name] == nil else { return nil }
                    arguments.append((difference.name, value))
                    properties.arguments[difference.name] = difference.current
                }
            }
        }
        return nil
    }

    /// Subscribes with an argument that no broker accepts: it looks at the right to read first, and then refuses without having delivered anything.
    /// A stream says that it is one.
    func mayConsume(_ queue: String) throws(BrokerError.Reason) -> (Bool, isStream: Bool?) {
        var contents = [ContentAssembly(.delivered)]
        do throws(BrokerError.Reason) {
            try sendChannelOpen(Self.channel)
            _ = try answer(into: &contents, within: Self.connectTime)
            var arguments = FieldTable()
            arguments.append("x-priority", .string("warren check"))
            try sendConsume(channel: Self.channel, queue: queue, arguments: arguments)
            _ = try answer(into: &contents, within: Self.connectTime)
        } catch {
            guard case .channelClosed(let code, let text) = error else { throw error }
            guard ReplyCode(code) != .accessRefused else { return (false, nil) }
            return (true, BrokerComplaint(code: code, text: text) == .stream)
        }
        // A broker that accepts it: the subscription goes with its channel, and what it brought goes back.
        try sendChannelClose(Self.channel)
        while case .delivery = try answer(into: &contents, within: Self.connectTime) {}
        return (true, nil)
    }

    /// Publishes an empty message that no queue takes: it comes back, unless we may not publish at all.
    fileprivate func mayPublish() throws(BrokerError.Reason) -> Bool {
        var contents = [ContentAssembly(.returned)]
        do throws(BrokerError.Reason) {
            try sendChannelOpen(Self.channel)
            _ = try answer(into: &contents, within: Self.connectTime)
            try sendConfirmSelect(channel: Self.channel)
            _ = try answer(into: &contents, within: Self.connectTime)
            let nowhere = "warren.check.\(UInt64.random(in: .min ... .max))"
            try publish(exchange: "", routingKey: nowhere, properties: [0, 0], body: [], channel: Self.channel)
            _ = try answer(into: &contents, within: Self.connectTime)
            try sendChannelClose(Self.channel)
            _ = try answer(into: &contents, within: Self.connectTime)
            return true
        } catch {
            guard case .channelClosed(let code, _) = error, ReplyCode(code) == .accessRefused else { throw error }
            return false
        }
    }
}
