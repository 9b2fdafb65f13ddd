internal import CRabbitMQ
internal import Messages

/// What a mover needs of its connection. Each call blocks, at most ``Connection/connectTime`` unless told otherwise.
extension Connection {
    func openChannel(_ channel: UInt16) throws(BrokerError.Reason) {
        var open = unsafe amqp_channel_open_t()
        try unsafe call(AMQP_CHANNEL_OPEN_METHOD, &open, channel: channel, expecting: .channelOpenOk)
    }

    /// What is unacknowledged on it returns to its queue.
    func closeChannel(_ channel: UInt16) throws(BrokerError.Reason) {
        var close = unsafe amqp_channel_close_t()
        unsafe close.reply_code = UInt16(AMQP_REPLY_SUCCESS)
        try unsafe call(AMQP_CHANNEL_CLOSE_METHOD, &close, channel: channel, expecting: .channelCloseOk)
    }

    /// What is in the queue.
    func look(_ queue: String, channel: UInt16) throws(BrokerError.Reason) -> QueueDepth {
        try declare(QueueDeclaration(name: queue), FieldTable(), passive: true, channel: channel)
    }

    /// Holds a name in the whole cluster, by a queue that belongs to this connection and ends with it. False: another connection holds it.
    func hold(_ name: String, channel: UInt16) throws(BrokerError.Reason) -> Bool {
        var declaration = QueueDeclaration(name: name, isDurable: false)
        declaration.isExclusive = true
        try openChannel(channel)
        do throws(BrokerError.Reason) {
            _ = try declare(declaration, FieldTable(), passive: false, channel: channel)
        } catch {
            // The broker has closed the channel over it, and nothing else.
            guard case .channelClosed(let code, _) = error, ReplyCode(code) == .resourceLocked else { throw error }
            return false
        }
        try closeChannel(channel)
        return true
    }

    /// Gives the name back.
    func letGo(of name: String, channel: UInt16) throws(BrokerError.Reason) {
        try openChannel(channel)
        try delete(name, channel: channel)
        try closeChannel(channel)
    }

    /// Deletes a queue of ours, with what is in it.
    func delete(_ queue: String, channel: UInt16) throws(BrokerError.Reason) {
        try unsafe withBytes(of: queue) { name throws(BrokerError.Reason) in
            var delete = unsafe amqp_queue_delete_t()
            unsafe delete.queue = name
            try unsafe call(AMQP_QUEUE_DELETE_METHOD, &delete, channel: channel, expecting: .done(id: AMQP_QUEUE_DELETE_OK_METHOD))
        }
    }

    /// Waits until each of so many `basic.get` has its answer: the messages, in their order.
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

    /// Reads on into ``contents`` until a method comes, or nothing more `isWanted`. `onContents` takes what has come by then. A channel or connection that the
    /// broker closes is confirmed, and thrown.
    func nextMethod(
        until deadline: ContinuousClock.Instant, _ time: Duration, onContents: () -> Void, while isWanted: () -> Bool
    ) throws(BrokerError.Reason) -> ServerMethod? {
        while true {
            var bound = ReadBound()
            let reading = try read(into: &contents, bound: &bound)
            onContents()
            switch reading {
            case .method(.blocked, _), .method(.unblocked, _), .bounded: try expire(deadline, time)
            case .method(.channelClose(let code, let text), let channel):
                try sendChannelCloseOk(channel)
                throw .channelClosed(code: code, text: text)
            case .method(.connectionClose(let code, let text), _):
                try sendConnectionCloseOk()
                throw .closedByServer(code: code, text: text)
            case .method(let method, _): return method
            case .dry where isWanted(): try waitForBytes(until: deadline, answerTime: time)
            case .dry: return nil
            }
        }
    }
}
