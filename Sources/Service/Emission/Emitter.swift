internal import Broker
internal import FoundationEssentials
internal import Mapping
internal import Pipeline
internal import Settings
internal import Synchronization
internal import Threads

/// Publishes onward messages, mandatory and confirmed (DESIGN.md section 6).
///
/// Over a connection for each exchange: RabbitMQ closes the channel of whoever publishes to an exchange that is missing, and with it goes
/// all that is under way there. So neither dead letters nor messages for another exchange suffer from one that is missing.
final class Emitter: Sendable {
    private let settings: RabbitMQSettings
    /// By exchange; nil: closed.
    private let publishers = Mutex<[Exact<String>: Publisher]?>([:])

    /// An emitter without a connection yet.
    init(settings: RabbitMQSettings) { self.settings = settings }

    /// The threads of the connections there are, for a watchdog.
    var threads: [ActorThread] { publishers.withLock { $0?.values.map(\.thread) ?? [] } }

    /// Publishes all, waits for the confirms, and returns the orders that were not confirmed, with the reason.
    func publish(_ orders: [EmitOrder], roster: Roster) async -> [Int: EmitFailure] {
        guard let exchange = orders.first?.emission.exchange else { return [:] }
        guard let publisher = publisher(to: exchange) else {
            return Dictionary(uniqueKeysWithValues: orders.map { ($0.id, EmitFailure(.exchange, "exchange \(exchange): closed")) })
        }
        let now = UInt64(max(0, Date().timeIntervalSince1970))
        let results = await publisher.publish(
            orders.map { OnwardMessage($0, processor: roster.occupants[$0.write.processor].name).publication(at: now) })
        var failures: [Int: EmitFailure] = [:]
        for (order, result) in zip(orders, results) {
            if case .failure(let failure) = result { failures[order.id] = EmitFailure(failure, of: order.emission) }
        }
        return failures
    }

    /// Nil: closed.
    private func publisher(to exchange: String) -> Publisher? {
        publishers.withLock { publishers in
            guard publishers != nil else { return nil }
            if let known = publishers?[Exact(exchange)] { return known }
            let new = Publisher(settings: settings)
            publishers?[Exact(exchange)] = new
            return new
        }
    }

    /// Closes the connections to exchanges that are no longer published to.
    func keep(_ exchanges: Set<Exact<String>>) async {
        await close(
            publishers.withLock { publishers in
                let leaving = publishers?.filter { !exchanges.contains($0.key) } ?? [:]
                for exchange in leaving.keys { publishers?[exchange] = nil }
                return Array(leaving.values)
            })
    }

    /// Closes all connections in order, and opens none any more: what is still to be told then RabbitMQ delivers again.
    func close() async {
        await close(
            publishers.withLock { publishers in
                defer { publishers = nil }
                return publishers.map { Array($0.values) } ?? []
            })
    }

    private func close(_ leaving: [Publisher]) async {
        await withTaskGroup { group in for publisher in leaving { group.addTask { await publisher.close() } } }
    }
}

extension EmitFailure {
    /// What a publisher tells, in words for people.
    init(_ failure: PublishFailure, of emission: Emission) {
        let exchange = "exchange \(emission.exchange)"
        switch failure {
        case .returned(let text):
            self.init(
                .message,
                "\(exchange) has no queue for routing key \(emission.routingKey) (\(text)). Bind one, or change [processor.emit] routing_key"
            )
        case .nacked:
            self.init(
                .message,
                "a queue behind \(exchange) refused routing key \(emission.routingKey); it may be full (overflow = reject-publish)")
        case .unpublishable(let text), .refused(let text): self.init(.message, "\(exchange): \(text)")
        case .connection(let error):
            if case .channelClosed(404, let text) = error.reason {
                self.init(.exchange, "RabbitMQ \(error.endpoint): \(text). Declare \(exchange), or change [processor.emit] exchange")
            } else if case .channelClosed(403, let text) = error.reason {
                self.init(.exchange, "RabbitMQ \(error.endpoint): \(text). Give the user the right to write to \(exchange)")
            } else {
                self.init(.exchange, "\(exchange): \(error)")
            }
        case .timedOut: self.init(.exchange, "\(exchange): \(failure)")
        }
    }
}
