internal import CRabbitMQ

extension Connection {
    /// Looks at an exchange. Blocks; on a channel opened for this, because a refusal closes it. nil: it is there.
    ///
    /// What is bound to it AMQP does not tell.
    func missing(exchange name: String) throws(BrokerError) -> BrokerError? {
        let answer = try onOwnChannel(about: nil) { channel throws(BrokerError.Reason) in try look(exchange: name, channel: channel) }
        switch answer {
        case .success: return nil
        case .failure(let refusal): return refusal
        }
    }

    /// Throws `channelClosed` if it is missing.
    func look(exchange name: String, channel: UInt16) throws(BrokerError.Reason) {
        try unsafe withBytes(of: name) { name throws(BrokerError.Reason) in
            var declare = unsafe amqp_exchange_declare_t()
            unsafe declare.exchange = name
            // The broker looks at nothing but the name then, but wants a type.
            unsafe declare.type = amqp_bytes_t(Self.anyType)
            unsafe declare.passive = 1
            try unsafe call(
                AMQP_EXCHANGE_DECLARE_METHOD, &declare, channel: channel, expecting: .done(id: AMQP_EXCHANGE_DECLARE_OK_METHOD))
        }
    }

    private static let anyType: StaticString = "topic"
}
