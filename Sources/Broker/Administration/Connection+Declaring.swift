internal import CRabbitMQ

extension Connection {
    /// The broker's answer to `queue.declare`.
    enum DeclareAnswer {
        case declared(QueueDepth)
        /// The broker has closed the channel because of it.
        case refused(BrokerError)
    }

    /// Declares a queue, or only checks it if `passive`. Blocks. It uses a channel of its own, because a refusal closes the channel.
    func declare(_ queue: QueueDeclaration, passive: Bool) throws(BrokerError) -> DeclareAnswer {
        guard queue.name.utf8.count <= 255 else {
            return .refused(BrokerError(.unsupported("a queue's name has at most 255 bytes"), endpoint: destination, queue: queue.name))
        }
        var arguments = FieldTable()
        for (name, value) in queue.arguments { arguments.append(name, value) }
        let answer = try onOwnChannel(about: queue.name) { channel throws(BrokerError.Reason) in
            try declare(queue, arguments, passive: passive, channel: channel)
        }
        switch answer {
        case .success(let depth): return .declared(depth)
        case .failure(let error): return .refused(error)
        }
    }

    /// Creates a queue that does not exist. Only quorum queues accept a delivery limit, and the broker's default may decide whether this will be one.
    /// So it is declared with the limit first, and without it if the broker refuses.
    func create(_ queue: QueueDeclaration) throws(BrokerError) -> Topology.Declaration {
        if let limited = queue.limited {
            switch try declare(limited, passive: false) {
            case .declared: return .created
            case .refused(let error):
                guard case .channelClosed(let code, let text) = error.reason, ReplyCode(code) == .preconditionFailed else {
                    return .refused(error)
                }
                // Another client has created it meanwhile.
                if InequivalentArgument(text) != nil { return try compare(queue, QueueDepth(messages: 0, consumers: 0)) }
                if queue.type != nil { return .refused(error) }
            }
        }
        switch try declare(queue, passive: false) {
        case .declared: return .created
        case .refused(let error): return .refused(error)
        }
    }

    /// Compares an existing queue with its declaration.
    func compare(_ queue: QueueDeclaration, _ depth: QueueDepth) throws(BrokerError) -> Topology.Declaration {
        switch try inquire(about: queue.name, .everything) {
        case .answered(let properties):
            let differences = queue.differences(from: properties)
            return differences.isEmpty ? .present(depth) : .differs(depth, differences)
        case .refused(let reason): return .refused(BrokerError(reason, endpoint: destination, queue: queue.name))
        case .again: return .present(depth)
        }
    }

    /// Opens a channel for some requests, and closes it afterwards. Returns a refusal, with which the broker closes the channel.
    func onOwnChannel<Value>(
        about queue: String?, _ body: (UInt16) throws(BrokerError.Reason) -> Value
    ) throws(BrokerError) -> Result<Value, BrokerError> {
        do throws(BrokerError.Reason) {
            return try onChannel(1) { () throws(BrokerError.Reason) in try body(1) }
                .mapError { BrokerError($0, endpoint: destination, queue: queue) }
        } catch {
            throw BrokerError(error, endpoint: destination, queue: queue)
        }
    }

    func declare(
        _ queue: QueueDeclaration, _ arguments: FieldTable, passive: Bool, channel: UInt16
    ) throws(BrokerError.Reason) -> QueueDepth {
        try unsafe withBytes(of: queue.name) { name throws(BrokerError.Reason) in
            let result = unsafe withTable(arguments.encoded) { table -> Result<ServerMethod, BrokerError.Reason> in
                var declare = unsafe amqp_queue_declare_t()
                unsafe declare.queue = name
                unsafe declare.passive = passive ? 1 : 0
                unsafe declare.durable = queue.isDurable ? 1 : 0
                unsafe declare.exclusive = queue.isExclusive ? 1 : 0
                unsafe declare.auto_delete = queue.isAutoDelete ? 1 : 0
                unsafe declare.arguments = table
                do throws(BrokerError.Reason) {
                    return .success(try unsafe call(AMQP_QUEUE_DECLARE_METHOD, &declare, channel: channel))
                } catch {
                    return .failure(error)
                }
            }
            guard let result else { throw .unsupported("the arguments of the queue cannot be encoded") }
            switch try result.get() {
            case .declareOk(let ready, let consumers): return QueueDepth(messages: ready, consumers: consumers)
            case let other: throw .protocolError("\(other) as an answer to queue.declare")
            }
        }
    }
}
