internal import CRabbitMQ
internal import Messages

/// Requests of a mover. Each call blocks, at most ``Connection/connectTime`` unless its comment says otherwise.
extension Connection {
    /// The queue's depth.
    func look(_ queue: String, channel: UInt16) throws(BrokerError.Reason) -> QueueDepth {
        try declare(QueueDeclaration(name: queue), FieldTable(), passive: true, channel: channel)
    }

    /// Reserves a name in the whole cluster, by an exclusive queue that ends with this connection. Returns `false` if another connection holds the
    /// name.
    func hold(_ name: String, channel: UInt16) throws(BrokerError.Reason) -> Bool {
        var declaration = QueueDeclaration(name: name, isDurable: false)
        declaration.isExclusive = true
        let result = try onChannel(channel) { () throws(BrokerError.Reason) in
            try declare(declaration, FieldTable(), passive: false, channel: channel)
        }
        switch result {
        case .success: return true
        case .failure(.channelClosed(let code, _)) where ReplyCode(code) == .resourceLocked: return false
        case .failure(let refusal): throw refusal
        }
    }

    /// Releases the name.
    func letGo(of name: String, channel: UInt16) throws(BrokerError.Reason) {
        try onChannel(channel) { () throws(BrokerError.Reason) in try delete(name, channel: channel) }.get()
    }

    /// Deletes a queue of Warren's own, with its messages.
    func delete(_ queue: String, channel: UInt16) throws(BrokerError.Reason) {
        try unsafe withBytes(of: queue) { name throws(BrokerError.Reason) in
            var delete = unsafe amqp_queue_delete_t()
            unsafe delete.queue = name
            try unsafe call(AMQP_QUEUE_DELETE_METHOD, &delete, channel: channel, expecting: .done(id: AMQP_QUEUE_DELETE_OK_METHOD))
        }
    }

    /// Waits for the answers to `count` requests `basic.get`. Returns the messages in order.
    func answers(toGets count: Int, within time: Duration) throws(BrokerError.Reason) -> [Delivery] {
        let deadline = ContinuousClock.now + time
        var (list, empty) = ([Delivery](), 0)
        while list.count + empty < count {
            let method = try nextMethod(until: deadline, time) {
                list += self.contents[0].takeDeliveries()
            } while: {
                list.count + empty < count
            }
            switch method {
            case nil: break
            case .getEmpty?: empty += 1
            case let method?: throw .protocolError("\(method) as an answer to basic.get")
            }
        }
        return list
    }

    /// Reads into ``contents`` until a method comes, or nothing more `isWanted`. Calls `onContents` after each read. If the broker closes the channel
    /// or the connection, confirms that and throws it.
    func nextMethod(
        until deadline: ContinuousClock.Instant, _ time: Duration, onContents: () -> Void, while isWanted: () -> Bool
    ) throws(BrokerError.Reason) -> ServerMethod? {
        while true {
            var bound = ReadBound()
            let reading = try read(into: &contents, bound: &bound)
            onContents()
            switch reading {
            case .method(.blocked, _), .method(.unblocked, _), .bounded: try expire(deadline, time)
            case .method(.channelClose(let code, let text), let channel): try confirmChannelClose(channel, code: code, text: text)
            case .method(.connectionClose(let code, let text), _): try confirmClose(code: code, text: text)
            case .method(let method, _): return method
            case .dry where isWanted(): try waitForBytes(until: deadline, answerTime: time)
            case .dry: return nil
            }
        }
    }
}
