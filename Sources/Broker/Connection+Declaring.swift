internal import CRabbitMQ

extension Connection {
    /// What the broker said to `queue.declare`.
    enum DeclareAnswer {
        case declared(QueueDepth)
        /// The channel was closed over it.
        case refused(BrokerError)
    }

    /// Declares a queue, or with `passive` only looks at it. Blocks; on a channel opened for this, because a refusal closes it.
    func declare(_ queue: QueueDeclaration, passive: Bool) throws(BrokerError) -> DeclareAnswer {
        guard queue.name.utf8.count <= 255 else {
            return .refused(BrokerError(.unsupported("a queue's name has at most 255 bytes"), endpoint: place, queue: queue.name))
        }
        var arguments = FieldTable()
        for (name, value) in queue.arguments { arguments.append(name, value) }
        let answer = try onOwnChannel(about: queue.name) { channel throws(BrokerError.Reason) in
            try unsafe handle.withState { state throws(BrokerError.Reason) in
                let ok = try unsafe sendDeclare(queue, arguments, passive: passive, channel: channel, state)
                return unsafe QueueDepth(messages: Int(ok.message_count), consumers: Int(ok.consumer_count))
            }
        }
        switch answer {
        case .success(let depth): return .declared(depth)
        case .failure(let error): return .refused(error)
        }
    }

    /// Opens a channel for some requests, and closes it afterwards. A refusal, with which the broker closes it, is returned.
    func onOwnChannel<Value>(
        about queue: String, _ body: (UInt16) throws(BrokerError.Reason) -> Value
    ) throws(BrokerError) -> Result<Value, BrokerError> {
        let channel: UInt16 = 1
        do throws(BrokerError.Reason) {
            return try unsafe handle.withState { state throws(BrokerError.Reason) in
                var open = unsafe amqp_channel_open_t()
                _ = try unsafe call(AMQP_CHANNEL_OPEN_METHOD, AMQP_CHANNEL_OPEN_OK_METHOD, &open, channel: channel, state)
                let answer: Result<Value, BrokerError>
                do throws(BrokerError.Reason) {
                    let value = try body(channel)
                    var close = unsafe amqp_channel_close_t()
                    unsafe close.reply_code = UInt16(AMQP_REPLY_SUCCESS)
                    _ = try unsafe call(AMQP_CHANNEL_CLOSE_METHOD, AMQP_CHANNEL_CLOSE_OK_METHOD, &close, channel: channel, state)
                    answer = .success(value)
                } catch {
                    guard case .channelClosed = error else { throw error }
                    answer = .failure(BrokerError(error, endpoint: place, queue: queue))
                }
                unsafe amqp_maybe_release_buffers(state)
                return answer
            }
        } catch {
            throw BrokerError(error, endpoint: place, queue: queue)
        }
    }

    func sendDeclare(
        _ queue: QueueDeclaration, _ arguments: FieldTable, passive: Bool, channel: UInt16, _ state: amqp_connection_state_t
    ) throws(BrokerError.Reason) -> amqp_queue_declare_ok_t {
        try unsafe withBytes(of: queue.name) { name throws(BrokerError.Reason) in
            let result = unsafe withTable(arguments.encoded) { table -> Result<UnsafeMutableRawPointer, BrokerError.Reason> in
                var declare = unsafe amqp_queue_declare_t()
                unsafe declare.queue = name
                unsafe declare.passive = passive ? 1 : 0
                unsafe declare.durable = queue.isDurable ? 1 : 0
                unsafe declare.exclusive = queue.isExclusive ? 1 : 0
                unsafe declare.arguments = table
                do throws(BrokerError.Reason) {
                    return unsafe .success(
                        try unsafe call(AMQP_QUEUE_DECLARE_METHOD, AMQP_QUEUE_DECLARE_OK_METHOD, &declare, channel: channel, state))
                } catch {
                    return unsafe .failure(error)
                }
            }
            guard let result = unsafe result else { throw .unsupported("the arguments of the queue cannot be encoded") }
            return try unsafe result.get().assumingMemoryBound(to: amqp_queue_declare_ok_t.self).pointee
        }
    }

    /// Sends a method and waits for its answer. A `channel.close` instead is confirmed and thrown, like a `connection.close`.
    func call<Method>(
        _ request: UInt32, _ answer: UInt32, _ method: inout Method, channel: UInt16, _ state: amqp_connection_state_t
    ) throws(BrokerError.Reason) -> UnsafeMutableRawPointer {
        let decoded = unsafe withUnsafeMutablePointer(to: &method) {
            unsafe amqp_simple_rpc_decoded(state, channel, request, answer, $0)
        }
        if let decoded = unsafe decoded { return unsafe decoded }
        let reply = unsafe amqp_get_rpc_reply(state)
        guard unsafe reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION else {
            throw unsafe reply.library_error == AMQP_STATUS_TIMEOUT.rawValue
                ? .timedOut("a request within \(Self.connectTime)") : failure(reply.library_error)
        }
        switch unsafe ServerMethod(reply.reply) {
        case .channelClose(let code, let text):
            try sendChannelCloseOk(channel)
            throw .channelClosed(code: code, text: text)
        case .connectionClose(let code, let text):
            try sendConnectionCloseOk()
            throw .closedByServer(code: code, text: text)
        case let other: throw .protocolError("\(other) as an answer")
        }
    }
}
