internal import CRabbitMQ

extension Connection {
    /// Checks an exchange, and returns `nil` if it exists. Blocks. It uses a channel of its own, because a refusal closes the channel.
    ///
    /// AMQP cannot list an exchange's bindings.
    func missing(exchange name: String) throws(BrokerError) -> BrokerError? {
        let answer = try onOwnChannel(about: nil) { channel throws(BrokerError.Reason) in try look(exchange: name, channel: channel) }
        switch answer {
        case .success: return nil
        case .failure(let refusal): return refusal
        }
    }

    /// Throws `channelClosed` if the exchange is missing.
    func look(exchange name: String, channel: UInt16) throws(BrokerError.Reason) {
        try unsafe withBytes(of: name) { name throws(BrokerError.Reason) in
            var declare = unsafe amqp_exchange_declare_t()
            unsafe declare.exchange = name
            // The broker checks only the name here, but requires a type.
            unsafe declare.type = amqp_bytes_t(Self.anyType)
            unsafe declare.passive = 1
            try unsafe call(
                AMQP_EXCHANGE_DECLARE_METHOD, &declare, channel: channel, expecting: .done(id: AMQP_EXCHANGE_DECLARE_OK_METHOD))
        }
    }

    private static let anyType: StaticString = "topic"
}
