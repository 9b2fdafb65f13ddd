internal import CRabbitMQ

extension Connection {
    /// Looks at an exchange. Blocks; on a channel opened for this, because a refusal closes it. nil: it is there.
    ///
    /// What is bound to it AMQP does not tell.
    func missing(exchange name: String) throws(BrokerError) -> BrokerError? {
        let channel: UInt16 = 1
        do throws(BrokerError.Reason) {
            return try unsafe handle.withState { state throws(BrokerError.Reason) in
                var open = unsafe amqp_channel_open_t()
                _ = try unsafe call(AMQP_CHANNEL_OPEN_METHOD, AMQP_CHANNEL_OPEN_OK_METHOD, &open, channel: channel, state)
                var refusal: BrokerError?
                do throws(BrokerError.Reason) {
                    try unsafe sendLook(exchange: name, channel: channel, state)
                    var close = unsafe amqp_channel_close_t()
                    unsafe close.reply_code = UInt16(AMQP_REPLY_SUCCESS)
                    _ = try unsafe call(AMQP_CHANNEL_CLOSE_METHOD, AMQP_CHANNEL_CLOSE_OK_METHOD, &close, channel: channel, state)
                } catch {
                    guard case .channelClosed = error else { throw error }
                    refusal = BrokerError(error, endpoint: place)
                }
                unsafe amqp_maybe_release_buffers(state)
                return refusal
            }
        } catch {
            throw BrokerError(error, endpoint: place)
        }
    }

    private func sendLook(exchange: String, channel: UInt16, _ state: amqp_connection_state_t) throws(BrokerError.Reason) {
        try unsafe withBytes(of: exchange) { name throws(BrokerError.Reason) in
            var declare = unsafe amqp_exchange_declare_t()
            unsafe declare.exchange = name
            // The broker looks at nothing but the name then, but wants a type.
            unsafe declare.type = amqp_bytes_t(Self.anyType)
            unsafe declare.passive = 1
            _ = try unsafe call(AMQP_EXCHANGE_DECLARE_METHOD, AMQP_EXCHANGE_DECLARE_OK_METHOD, &declare, channel: channel, state)
        }
    }

    private static let anyType: StaticString = "topic"
}
