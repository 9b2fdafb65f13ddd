internal import Settings

/// The exchanges, queues and bindings of a partitioned queue.
extension Partitioning {
    /// The types of exchange that deal messages out, the better one first. They come from the plugins `rabbitmq_consistent_hash_exchange` and
    /// `rabbitmq_sharding`.
    ///
    /// The second one hashes only routing keys. With it, RabbitMQ 4.0 to 4.2 with Khepri deals keys out differently after each restart, and nothing
    /// shows that (measured with 4.0.5: 468 of 600 keys). So it is used only if document versions keep the result right.
    static let hashTypes = ["x-consistent-hash", "x-modulus-hash"]

    /// The types that may be used for this queue.
    var possibleTypes: [String] { key == .routingKey && hasVersion ? hashTypes : Array(hashTypes.prefix(1)) }

    /// Exchanges that lead to the queue itself, whatever happens to the hash exchange.
    var ways: [ExchangeDeclaration] {
        [
            ExchangeDeclaration(name: names.waiting, type: "fanout", arguments: []),
            ExchangeDeclaration(name: names.entry, type: "fanout", arguments: [alternate]),
        ]
    }

    /// The hash exchange, which deals messages out. It and the entry exchange fall back to the queue itself, so that no message is ever dropped.
    ///
    /// It is not durable, and that keeps the order of messages. A consistent hash maps each key to a position, and partitions get positions in the
    /// order of their bindings. With Mnesia (RabbitMQ 3.x, and 4.0 to 4.2 by default), a restart of the broker binds the partitions of a durable
    /// exchange in another order (547 of 600 keys moved with 3.10.8 and 4.0.5), while their old messages stay in the partitions. An exchange that is
    /// not durable is gone at that moment: messages wait in the queue until it is declared again, with bindings in the same order as before. With
    /// Khepri (4.3) the positions are kept, and so is the exchange.
    func hash(_ type: String) -> ExchangeDeclaration {
        let hashed: [(name: String, value: HeaderValue)] =
            switch key {
            case .routingKey: []
            case .messageID: [("hash-property", .string("message_id"))]
            case .header(let name): [("hash-header", .string(name.wrappedValue))]
            }
        return ExchangeDeclaration(name: names.hash, type: type, isDurable: false, arguments: [alternate] + hashed)
    }

    private var alternate: (name: String, value: HeaderValue) { ("alternate-exchange", .string(names.waiting)) }

    /// The requested type, as arguments of a declaration.
    var typeArguments: [(name: String, value: HeaderValue)] { type.map { [("x-queue-type", .string($0.rawValue))] } ?? [] }

    /// One queue with single active consumer for each partition.
    var partitionQueues: [QueueDeclaration] {
        names.partitions.map { name in
            var queue = QueueDeclaration(name: name, arguments: typeArguments + [("x-single-active-consumer", .boolean(true))])
            queue.outlastsReturns = true
            return queue
        }
    }

    /// A classic queue, whatever the broker's default is, because RabbitMQ counts all consumers only of classic queues. It is always empty.
    var instancesQueue: QueueDeclaration {
        QueueDeclaration(name: names.instances, arguments: [("x-queue-type", .string("classic")), ("x-max-length", .integer(0))])
    }

    /// Of equal weight, and always in this order, which decides the keys of a partition. RabbitMQ with Khepri sorts them in the same way when it
    /// starts. Each is bound after the one before, so that several instances that bind at once arrive at the same order.
    var hashBindings: [Binding] {
        names.partitions.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
            Binding(source: names.hash, destination: .queue($0), key: "1")
        }
    }

    /// From the fallback to the queue itself.
    var fallback: Binding { Binding(source: names.waiting, destination: .queue(names.queue), key: "") }
    /// From the entry exchange to the partitions.
    var way: Binding { Binding(source: names.entry, destination: .exchange(names.hash), key: "") }
    /// From the entry exchange to the queue itself, while the number of partitions changes.
    var gate: Binding { Binding(source: names.entry, destination: .queue(names.queue), key: "") }

    /// The number of existing partitions. If it is larger than in ``names``, there may be even more.
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

    func isThere(_ exchange: String) async throws(Failure) -> Bool {
        do throws(BrokerError) {
            return try await Topology.connected(settings) { connection throws(BrokerError) in
                try connection.missing(exchange: exchange) == nil
            }
        } catch {
            throw .broker(error)
        }
    }

    /// An existing queue is not changed, however it was declared.
    func create(_ queues: [QueueDeclaration], _ onStep: @Sendable (Step) -> Void) async throws(Failure) {
        var missing: [QueueDeclaration] = []
        for (queue, state) in zip(queues, try await look(queues.map(\.name))) {
            if case .missing = state { missing.append(queue) } else { onStep(.present(queue.name)) }
        }
        guard !missing.isEmpty else { return }
        let declarations: [Topology.Declaration]
        do throws(BrokerError) {
            declarations = try await Topology.declare(missing, settings: settings)
        } catch {
            throw .broker(error)
        }
        for (queue, declaration) in zip(missing, declarations) {
            switch declaration {
            case .created: onStep(.created(queue.name))
            case .present: onStep(.present(queue.name))
            case .differs(_, let differences):
                // Instances would share it, and documents would lose their order.
                if let fault = differences.first(where: { $0.name == "x-single-active-consumer" && $0.wanted != nil }) {
                    throw .broker(
                        BrokerError(.unsupported("the partition cannot be used as it is: \(fault)"), endpoint: "", queue: queue.name))
                }
                onStep(.differs(queue.name, differences))
            case .refused(let error): throw .broker(error)
            }
        }
    }

    /// What a restart of the broker does to the hash exchange.
    public enum Dealing: Sendable {
        /// Nothing that affects the order of messages.
        case kept
        /// It may give keys another partition.
        case unstable
        /// It has deleted the exchange, or `warren provision` has not created it yet.
        case missing
        /// Unknown: asking takes the right to configure the exchange.
        case untold
    }

    /// The state of the hash exchange.
    enum Hash {
        /// It exists, as declared.
        case ready
        /// It is durable, as Warren 0.1 created it, or of a type that must not be used here. A restart of the broker may deal keys out differently.
        case unstable
    }

    /// Checks the hash exchange. Changes nothing.
    public func examine() async throws(BrokerError) -> Dealing {
        do throws(Failure) {
            guard try await isThere(names.hash) else { return .missing }
            // The exchange exists, so that this creates nothing.
            return try await declareHash() == .ready ? .kept : .unstable
        } catch {
            guard case .broker(let reason) = error else { return .untold }
            guard case .channelClosed = reason.reason else { throw reason }
            return .untold
        }
    }

    /// Declares the hash exchange: of its present type if it exists, and of the first type that the broker knows otherwise.
    func declareHash() async throws(Failure) -> Hash {
        var refusal: Failure?
        for type in possibleTypes {
            do throws(Failure) {
                try await change { connection, channel throws(BrokerError.Reason) in
                    try connection.declare(hash(type), channel: channel)
                }
                return .ready
            } catch {
                guard case .broker(let reason) = error else { throw error }
                switch reason.objection {
                // It may stay if document versions keep the result right.
                case .durable: return hasVersion ? .ready : .unstable
                case .unknownType: refusal = refusal ?? .broker(unknown(type, reason))
                case .otherType: break
                case nil: throw error
                }
            }
        }
        if let refusal { throw refusal }
        return .unstable
    }

    /// Binds the partitions. Changes nothing if all are bound. The mover holds the lock.
    func bindPartitions(over mover: QueueMover) async throws(Failure) {
        try await change(over: mover) { connection, channel throws(BrokerError.Reason) in
            for binding in hashBindings { try connection.bind(binding, channel: channel) }
        }
    }

    /// Changes exchanges and bindings over the connection that holds the lock. Once the lock is lost, no change takes effect any more.
    func change(
        over mover: QueueMover, _ body: @escaping @Sendable (Connection, UInt16) throws(BrokerError.Reason) -> Void
    ) async throws(Failure) {
        let result: Result<Void, BrokerError.Reason>
        do throws(BrokerError) {
            result = try await mover.onThread { _ throws(BrokerError.Reason) in
                try mover.connection.onChannel(QueueMover.ownChannel) { () throws(BrokerError.Reason) in
                    try body(mover.connection, QueueMover.ownChannel)
                }
            }
        } catch {
            throw .broker(error)
        }
        if case .failure(let refusal) = result {
            throw .broker(BrokerError(refusal, endpoint: mover.connection.destination, queue: names.queue))
        }
    }

    /// Changes exchanges and bindings over a connection of its own.
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
    /// Why an exchange could not be declared.
    fileprivate enum Objection {
        case unknownType
        /// The exchange is of another type.
        case otherType
        /// It is durable, although it should not be.
        case durable
    }

    /// `nil` for another error. Because of an unknown type, RabbitMQ 3 closes the connection, and RabbitMQ 4 the channel.
    fileprivate var objection: Objection? {
        switch reason {
        case .closedByServer(let code, _): return ReplyCode(code) == .commandInvalid ? .unknownType : nil
        case .channelClosed(let code, let text):
            if ReplyCode(code) == .commandInvalid { return .unknownType }
            guard ReplyCode(code) == .preconditionFailed else { return nil }
            return switch InequivalentArgument(text)?.name {
            case nil: .unknownType
            case "type": .otherType
            case "durable": .durable
            default: nil
            }
        default: return nil
        }
    }
}
