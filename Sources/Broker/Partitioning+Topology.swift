internal import Settings

/// The exchanges, queues and bindings of a partitioned queue.
extension Partitioning {
    /// Types of exchange that deal messages out, the better one first: by the plugins `rabbitmq_consistent_hash_exchange` and `rabbitmq_sharding`.
    /// The second one knows routing keys only.
    static let hashTypes = ["x-consistent-hash", "x-modulus-hash"]

    /// The hash exchange and the way in both fall back to the queue itself, so that nothing is ever dropped.
    func exchanges(hashedBy type: String) -> [ExchangeDeclaration] {
        let fallback: (name: String, value: HeaderValue) = ("alternate-exchange", .string(names.waiting))
        let hashed: [(name: String, value: HeaderValue)] =
            switch key {
            case .routingKey: []
            case .messageID: [("hash-property", .string("message_id"))]
            case .header(let name): [("hash-header", .string(name.wrappedValue))]
            }
        return [
            ExchangeDeclaration(name: names.waiting, type: "fanout", arguments: []),
            ExchangeDeclaration(name: names.hash, type: type, arguments: [fallback] + hashed),
            ExchangeDeclaration(name: names.entry, type: "fanout", arguments: [fallback]),
        ]
    }

    /// The type that was asked for, as arguments of a declaration.
    var typeArguments: [(name: String, value: HeaderValue)] { type.map { [("x-queue-type", .string($0.rawValue))] } ?? [] }

    /// One queue for each partition, of which one consumer at a time gets messages.
    var partitionQueues: [QueueDeclaration] {
        names.partitions.map { QueueDeclaration(name: $0, arguments: typeArguments + [("x-single-active-consumer", .boolean(true))]) }
    }

    /// Of equal weight, in the order in which RabbitMQ sorts them when it starts: bound in another order, the same keys would go to other partitions
    /// after a restart of the broker.
    var hashBindings: [Binding] {
        names.partitions.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
            Binding(source: names.hash, destination: .queue($0), key: "1")
        }
    }

    /// From the fallback to the queue itself.
    var fallback: Binding { Binding(source: names.waiting, destination: .queue(names.queue), key: "") }
    /// From the way in to the partitions.
    var way: Binding { Binding(source: names.entry, destination: .exchange(names.hash), key: "") }
    /// From the way in to the queue itself, while the number of partitions changes.
    var gate: Binding { Binding(source: names.entry, destination: .queue(names.queue), key: "") }

    /// How many partitions there are; more than ``names`` has: at least one more.
    func present() async throws(Failure) -> Int {
        let states = try await look(names.partitions + [names.partition(names.count)])
        return states.count {
            if case .present = $0 { true } else { false }
        } + (states.last.map { if case .present = $0 { names.count } else { 0 } } ?? 0)
    }

    /// True if there is no partition yet.
    public var isMissing: Bool { get async throws(Failure) { try await present() == 0 } }

    func look(_ queues: [String]) async throws(Failure) -> [Topology.State] {
        do throws(BrokerError) { return try await Topology.check(queues, settings: settings) } catch { throw .broker(error) }
    }

    /// With `unlessPresent` a queue that is there is left as it is, whatever it was declared with.
    func create(
        _ queues: [QueueDeclaration], unlessPresent: Bool, _ onStep: @Sendable (Step) -> Void
    ) async throws(Failure) {
        var queues = queues
        if unlessPresent {
            let states = try await look(queues.map(\.name))
            queues = zip(queues, states).filter { if case .missing = $1 { true } else { false } }.map(\.0)
        }
        guard !queues.isEmpty else { return }
        let declarations: [Topology.Declaration]
        do throws(BrokerError) {
            declarations = try await Topology.declare(queues, settings: settings)
        } catch {
            throw .broker(error)
        }
        for (queue, declaration) in zip(queues, declarations) {
            switch declaration {
            case .created: onStep(.created(queue.name))
            case .present: onStep(.present(queue.name))
            case .differs(_, let differences):
                // Instances would share it, and documents lose their order.
                if let fault = differences.first(where: { $0.name == "x-single-active-consumer" && $0.wanted != nil }) {
                    throw .broker(
                        BrokerError(.unsupported("the partition cannot be used as it is: \(fault)"), endpoint: "", queue: queue.name))
                }
                onStep(.differs(queue.name, differences))
            case .refused(let error): throw .broker(error)
            }
        }
    }

    /// Declares the exchanges, the one that deals out of the first type that the broker knows, or of the one that it is of already.
    func declareExchanges() async throws(Failure) {
        var refusal: Failure?
        for type in key == .routingKey ? hashTypes : Array(hashTypes.prefix(1)) {
            do throws(Failure) {
                return try await change { connection, channel throws(BrokerError.Reason) in
                    for exchange in exchanges(hashedBy: type) { try connection.declare(exchange, channel: channel) }
                    try connection.bind(fallback, channel: channel)
                }
            } catch {
                guard case .broker(let error) = error, let isUnknown = error.concernsType else { throw error }
                refusal = refusal ?? .broker(isUnknown ? unknown(type, error) : error)
            }
        }
        if let refusal { throw refusal }
    }

    /// Changes exchanges and bindings, over a connection of its own.
    func change(
        _ body: @escaping @Sendable (Connection, UInt16) throws(BrokerError.Reason) -> Void
    ) async throws(Failure) {
        let queue = names.queue
        do throws(BrokerError) {
            try await Topology.connected(settings) { connection throws(BrokerError) in
                let result = try connection.onOwnChannel(about: queue) { channel throws(BrokerError.Reason) in
                    try body(connection, channel)
                }
                do throws(BrokerError) { try result.get() } catch {
                    connection.closeAndWait()
                    throw error
                }
            }
        } catch {
            throw .broker(error)
        }
    }

    private func unknown(_ type: String, _ error: BrokerError) -> BrokerError {
        BrokerError(
            .unsupported(
                "\(error.fault): the broker has no exchange type \(type), which partitions need. Enable the plugin, on every node: "
                    + "rabbitmq-plugins enable rabbitmq_consistent_hash_exchange"), endpoint: error.endpoint, queue: error.queue)
    }
}

extension BrokerError {
    /// An exchange of a plugin's type was not declared. True: the broker does not know the type; false: the exchange is of another type; nil: it failed
    /// over something else. RabbitMQ 3 closes the connection over a type that it does not know (503), RabbitMQ 4 the channel (406).
    fileprivate var concernsType: Bool? {
        switch reason {
        case .closedByServer(let code, _): ReplyCode(code) == .commandInvalid ? true : nil
        case .channelClosed(let code, let text):
            if ReplyCode(code) == .commandInvalid {
                true
            } else if ReplyCode(code) != .preconditionFailed {
                nil
            } else if let difference = InequivalentArgument(text) {
                difference.name == "type" ? false : nil
            } else {
                true
            }
        default: nil
        }
    }
}
