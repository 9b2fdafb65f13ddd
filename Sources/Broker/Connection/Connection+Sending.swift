internal import CRabbitMQ
internal import Messages

extension Connection {
    /// Consumer tags belong to a channel, and each channel has one consumer at a time. Each consumer has a new tag: RabbitMQ 3.10 closes the
    /// connection with an internal error if a tag that still has unacknowledged deliveries subscribes again to a quorum queue.
    private static func consumerTag(_ number: Int) -> String { number == 1 ? "warren" : "warren.\(number)" }

    /// The socket to wait on; -1 once it is closed.
    var socket: Int32 { unsafe handle.withState { unsafe amqp_get_sockfd($0) } }

    /// How many channels both sides agreed on.
    var channelLimit: Int { unsafe handle.withState { unsafe Int(amqp_get_channel_max($0)) } }

    func sendHeartbeat() throws(BrokerError.Reason) {
        try unsafe sending { state in
            var frame = unsafe amqp_frame_t()
            unsafe frame.frame_type = UInt8(AMQP_FRAME_HEARTBEAT)
            return unsafe amqp_send_frame(state, &frame)
        }
    }

    /// Sends a heartbeat if one is due.
    func sendDueHeartbeat() throws(BrokerError.Reason) { if heartbeats.takeDue(now: .now) { try sendHeartbeat() } }

    /// Opens the channel and begins to consume, without waiting for the three answers.
    func sendSubscribe(channel: UInt16, queue: String, prefetch: UInt16) throws(BrokerError.Reason) {
        try sendChannelOpen(channel)
        try sendPrefetch(prefetch, channel: channel)
        try sendConsume(channel: channel, queue: queue, number: 1)
    }

    /// Sets the prefetch of each consumer that begins on this channel afterwards.
    func sendPrefetch(_ prefetch: UInt16, channel: UInt16) throws(BrokerError.Reason) {
        var qos = amqp_basic_qos_t()
        qos.prefetch_count = prefetch
        try send(AMQP_BASIC_QOS_METHOD, &qos, channel: channel)
    }

    /// Returns all unacknowledged messages to their queue, in order: tag 0 with `multiple` means all.
    func sendGiveBack(channel: UInt16) throws(BrokerError.Reason) {
        try unsafe sending { state in unsafe amqp_basic_nack(state, channel, 0, 1, 1) }
    }

    /// Subscribes without waiting for the answer.
    ///
    /// It names the priority that every consumer has by default. Classic and quorum queues accept that, and a stream refuses it (RabbitMQ 3.10 to
    /// 4.3). Warren must not consume a stream: it would start at its end, and acknowledging would take nothing out of it.
    func sendConsume(channel: UInt16, queue: String, number: Int) throws(BrokerError.Reason) {
        var arguments = FieldTable()
        arguments.append("x-priority", .integer(0))
        try sendConsume(channel: channel, queue: queue, tag: Self.consumerTag(number), arguments: arguments)
    }

    func sendChannelOpen(_ channel: UInt16) throws(BrokerError.Reason) {
        var open = unsafe amqp_channel_open_t()
        try unsafe send(AMQP_CHANNEL_OPEN_METHOD, &open, channel: channel)
    }

    /// Opens the channel and asks for the queue's depth, without waiting for the two answers.
    func sendLook(channel: UInt16, queue: String) throws(BrokerError.Reason) {
        try sendChannelOpen(channel)
        try unsafe withBytes(of: queue) { queue throws(BrokerError.Reason) in
            var declare = unsafe amqp_queue_declare_t()
            unsafe declare.queue = queue
            unsafe declare.passive = 1
            try unsafe send(AMQP_QUEUE_DECLARE_METHOD, &declare, channel: channel)
        }
    }

    /// Subscribes with arguments, without waiting for the answer. Without a `tag` the broker chooses one.
    func sendConsume(
        channel: UInt16, queue: String, tag: String = "", arguments: FieldTable, isAcknowledged: Bool = true
    ) throws(BrokerError.Reason) {
        try unsafe withBytes(of: queue) { queue throws(BrokerError.Reason) in
            try unsafe withBytes(of: tag) { tag throws(BrokerError.Reason) in
                let result = unsafe withTable(arguments.encoded) { table -> Result<Void, BrokerError.Reason> in
                    var consume = unsafe amqp_basic_consume_t()
                    unsafe consume.queue = queue
                    unsafe consume.consumer_tag = tag
                    unsafe consume.no_ack = isAcknowledged ? 0 : 1
                    unsafe consume.arguments = table
                    do throws(BrokerError.Reason) {
                        return .success(try unsafe send(AMQP_BASIC_CONSUME_METHOD, &consume, channel: channel))
                    } catch {
                        return .failure(error)
                    }
                }
                try result?.get()
            }
        }
    }

    /// Declares an existing queue differently, without waiting for the answer: see ``QueueInquiry``.
    func sendInquiry(_ inquiry: QueueInquiry, channel: UInt16, queue: String) throws(BrokerError.Reason) {
        try unsafe withBytes(of: queue) { queue throws(BrokerError.Reason) in
            let result = unsafe withTable(inquiry.table.encoded) { table -> Result<Void, BrokerError.Reason> in
                var declare = unsafe amqp_queue_declare_t()
                unsafe declare.queue = queue
                unsafe declare.durable = inquiry.properties.isDurable ? 1 : 0
                unsafe declare.auto_delete = inquiry.properties.isAutoDelete ? 1 : 0
                unsafe declare.arguments = table
                do throws(BrokerError.Reason) {
                    return .success(try unsafe send(AMQP_QUEUE_DECLARE_METHOD, &declare, channel: channel))
                } catch {
                    return .failure(error)
                }
            }
            try result?.get()
        }
    }

    /// Asks for one message, which stays unacknowledged.
    func sendGet(channel: UInt16, queue: String) throws(BrokerError.Reason) {
        try unsafe withBytes(of: queue) { queue throws(BrokerError.Reason) in
            var get = unsafe amqp_basic_get_t()
            unsafe get.queue = queue
            try unsafe send(AMQP_BASIC_GET_METHOD, &get, channel: channel)
        }
    }

    func sendConfirmSelect(channel: UInt16) throws(BrokerError.Reason) {
        var select = amqp_confirm_select_t()
        try send(AMQP_CONFIRM_SELECT_METHOD, &select, channel: channel)
    }

    func sendCancel(channel: UInt16, number: Int) throws(BrokerError.Reason) {
        try unsafe withBytes(of: Self.consumerTag(number)) { tag throws(BrokerError.Reason) in
            var cancel = unsafe amqp_basic_cancel_t()
            unsafe cancel.consumer_tag = tag
            try unsafe send(AMQP_BASIC_CANCEL_METHOD, &cancel, channel: channel)
        }
    }

    func sendAcknowledgement(_ kind: Acknowledgement.Kind, channel: UInt16) throws(BrokerError.Reason) {
        switch kind {
        case .through(let tag):
            // 0 with `multiple` would acknowledge everything (AMQP 0-9-1, 1.8.3.13).
            precondition(tag.rawValue > 0, "delivery tags count from 1")
            try unsafe sending { state in unsafe amqp_basic_ack(state, channel, tag.rawValue, 1) }
        case .each(let tags):
            for tag in tags { try unsafe sending { state in unsafe amqp_basic_ack(state, channel, tag.rawValue, 0) } }
        case .reject(let tags):
            for tag in tags { try unsafe sending { state in unsafe amqp_basic_reject(state, channel, tag.rawValue, 0) } }
        }
    }

    func sendChannelClose(_ channel: UInt16) throws(BrokerError.Reason) {
        var close = unsafe amqp_channel_close_t()
        unsafe close.reply_code = UInt16(AMQP_REPLY_SUCCESS)
        unsafe close.reply_text = amqp_bytes_t("closing")
        try unsafe send(AMQP_CHANNEL_CLOSE_METHOD, &close, channel: channel)
    }

    func sendChannelCloseOk(_ channel: UInt16) throws(BrokerError.Reason) {
        var confirmation = amqp_channel_close_ok_t()
        try send(AMQP_CHANNEL_CLOSE_OK_METHOD, &confirmation, channel: channel)
    }

    func sendConnectionClose() throws(BrokerError.Reason) {
        var close = unsafe amqp_connection_close_t()
        unsafe close.reply_code = UInt16(AMQP_REPLY_SUCCESS)
        unsafe close.reply_text = amqp_bytes_t("closing")
        try unsafe send(AMQP_CONNECTION_CLOSE_METHOD, &close, channel: 0)
    }

    func sendConnectionCloseOk() throws(BrokerError.Reason) {
        var confirmation = amqp_connection_close_ok_t()
        try send(AMQP_CONNECTION_CLOSE_OK_METHOD, &confirmation, channel: 0)
    }

    func send<Method>(_ id: UInt32, _ method: inout Method, channel: UInt16) throws(BrokerError.Reason) {
        try unsafe sending { state in
            unsafe withUnsafeMutablePointer(to: &method) { unsafe amqp_send_method(state, channel, id, $0) }
        }
    }

    /// Lets librabbitmq send something. After an error its state is undefined, and the connection is only destroyed.
    func sending(_ body: (amqp_connection_state_t) -> Int32) throws(BrokerError.Reason) {
        guard !isBroken else { throw .closed }
        try check(unsafe handle.withState { state in unsafe body(state) })
    }

    func check(_ status: Int32) throws(BrokerError.Reason) {
        guard status == AMQP_STATUS_OK.rawValue else {
            isBroken = true
            throw failure(status)
        }
    }
}

extension amqp_bytes_t {
    /// Lives as long as the program.
    init(_ text: StaticString) {
        unsafe self.init(len: text.utf8CodeUnitCount, bytes: UnsafeMutableRawPointer(mutating: text.utf8Start))
    }
}

/// Lends the bytes of `text` for the length of one call.
func withBytes<Value>(of text: String, _ body: (amqp_bytes_t) throws(BrokerError.Reason) -> Value) throws(BrokerError.Reason) -> Value {
    var text = text
    let result: Result<Value, BrokerError.Reason> = text.withUTF8 { utf8 in
        let bytes = unsafe amqp_bytes_t(len: utf8.count, bytes: UnsafeMutableRawPointer(mutating: utf8.baseAddress))
        do throws(BrokerError.Reason) {
            return .success(try unsafe body(bytes))
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}
