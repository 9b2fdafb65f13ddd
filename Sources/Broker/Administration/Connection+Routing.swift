internal import CRabbitMQ

/// An exchange that is to exist.
struct ExchangeDeclaration: Sendable {
    let name: String
    /// `fanout`, `x-consistent-hash` and so on.
    let type: String
    /// It survives a restart of the broker.
    var isDurable = true
    let arguments: [(name: String, value: HeaderValue)]
}

/// A binding from an exchange to a queue or another exchange.
struct Binding: Sendable, Equatable {
    enum Destination: Sendable, Equatable { case queue(String), exchange(String) }

    let source: String
    let destination: Destination
    /// The routing key, or what the exchange's type uses instead.
    let key: String
}

/// Exchanges and bindings, one request at a time, on an open channel. Each call throws `channelClosed` if the broker refuses. Declaring what exists,
/// or deleting what does not, changes nothing.
extension Connection {
    func declare(_ exchange: ExchangeDeclaration, channel: UInt16) throws(BrokerError.Reason) {
        var arguments = FieldTable()
        for (name, value) in exchange.arguments { arguments.append(name, value) }
        try unsafe withBytes(of: exchange.name) { name throws(BrokerError.Reason) in
            try unsafe withBytes(of: exchange.type) { type throws(BrokerError.Reason) in
                let result = unsafe withTable(arguments.encoded) { table -> Result<Void, BrokerError.Reason> in
                    var declare = unsafe amqp_exchange_declare_t()
                    unsafe declare.exchange = name
                    unsafe declare.type = type
                    unsafe declare.durable = exchange.isDurable ? 1 : 0
                    unsafe declare.arguments = table
                    do throws(BrokerError.Reason) {
                        try unsafe call(
                            AMQP_EXCHANGE_DECLARE_METHOD, &declare, channel: channel, expecting: .done(id: AMQP_EXCHANGE_DECLARE_OK_METHOD))
                        return .success(())
                    } catch {
                        return .failure(error)
                    }
                }
                guard let result else { throw .unsupported("the arguments of the exchange cannot be encoded") }
                try result.get()
            }
        }
    }

    /// Deletes an exchange with its bindings.
    func delete(exchange name: String, channel: UInt16) throws(BrokerError.Reason) {
        try unsafe withBytes(of: name) { name throws(BrokerError.Reason) in
            var delete = unsafe amqp_exchange_delete_t()
            unsafe delete.exchange = name
            try unsafe call(AMQP_EXCHANGE_DELETE_METHOD, &delete, channel: channel, expecting: .done(id: AMQP_EXCHANGE_DELETE_OK_METHOD))
        }
    }

    func bind(_ binding: Binding, channel: UInt16) throws(BrokerError.Reason) {
        try unsafe withNames(of: binding) { source, destination, key throws(BrokerError.Reason) in
            switch binding.destination {
            case .queue:
                var bind = unsafe amqp_queue_bind_t()
                unsafe (bind.queue, bind.exchange, bind.routing_key) = (destination, source, key)
                try unsafe call(AMQP_QUEUE_BIND_METHOD, &bind, channel: channel, expecting: .done(id: AMQP_QUEUE_BIND_OK_METHOD))
            case .exchange:
                var bind = unsafe amqp_exchange_bind_t()
                unsafe (bind.destination, bind.source, bind.routing_key) = (destination, source, key)
                try unsafe call(AMQP_EXCHANGE_BIND_METHOD, &bind, channel: channel, expecting: .done(id: AMQP_EXCHANGE_BIND_OK_METHOD))
            }
        }
    }

    func unbind(_ binding: Binding, channel: UInt16) throws(BrokerError.Reason) {
        try unsafe withNames(of: binding) { source, destination, key throws(BrokerError.Reason) in
            switch binding.destination {
            case .queue:
                var unbind = unsafe amqp_queue_unbind_t()
                unsafe (unbind.queue, unbind.exchange, unbind.routing_key) = (destination, source, key)
                try unsafe call(AMQP_QUEUE_UNBIND_METHOD, &unbind, channel: channel, expecting: .done(id: AMQP_QUEUE_UNBIND_OK_METHOD))
            case .exchange:
                var unbind = unsafe amqp_exchange_unbind_t()
                unsafe (unbind.destination, unbind.source, unbind.routing_key) = (destination, source, key)
                try unsafe call(
                    AMQP_EXCHANGE_UNBIND_METHOD, &unbind, channel: channel, expecting: .done(id: AMQP_EXCHANGE_UNBIND_OK_METHOD))
            }
        }
    }

    private func withNames(
        of binding: Binding, _ body: (amqp_bytes_t, amqp_bytes_t, amqp_bytes_t) throws(BrokerError.Reason) -> Void
    ) throws(BrokerError.Reason) {
        let destination =
            switch binding.destination {
            case .queue(let name), .exchange(let name): name
            }
        try unsafe withBytes(of: binding.source) { source throws(BrokerError.Reason) in
            try unsafe withBytes(of: destination) { destination throws(BrokerError.Reason) in
                try unsafe withBytes(of: binding.key) { key throws(BrokerError.Reason) in try unsafe body(source, destination, key) }
            }
        }
    }
}
