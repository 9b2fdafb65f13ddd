internal import Broker
internal import FoundationEssentials
internal import Messages
internal import Pipeline
internal import Settings

/// Publishes onward messages, mandatory and confirmed, over a connection for each exchange.
enum OnwardPublisher {
    /// Publishes all, which have one exchange, waits for the confirms, and returns the orders that were not confirmed, with the reason.
    static func publish(_ orders: [OnwardOrder], table: SubscriptionTable, over publishers: PublisherPool) async -> [Int: OnwardFailure] {
        guard let exchange = orders.first?.onward.exchange else { return [:] }
        guard let publisher = publishers.publisher(to: exchange) else {
            return Dictionary(uniqueKeysWithValues: orders.map { ($0.id, OnwardFailure(.exchange, "exchange \(exchange): closed")) })
        }
        let now = UInt64(max(0, Date().timeIntervalSince1970))
        let results = await publisher.publish(
            orders.map { OnwardMessage($0, processor: table.processors[$0.write.processor].name).publication(at: now) })
        var failures: [Int: OnwardFailure] = [:]
        for (order, result) in zip(orders, results) {
            if case .failure(let failure) = result { failures[order.id] = OnwardFailure(failure, of: order.onward) }
        }
        return failures
    }
}

extension OnwardFailure {
    /// A publisher's failure, in words for people.
    init(_ failure: PublishFailure, of onward: OnwardPlan) {
        let exchange = "exchange \(onward.exchange)"
        switch failure {
        case .returned(let text):
            self.init(
                .message,
                "\(exchange) has no queue for routing key \(onward.routingKey) (\(text)). Bind one, or change [processor.emit] routing_key"
            )
        case .nacked:
            self.init(
                .message,
                "a queue behind \(exchange) refused routing key \(onward.routingKey); it may be full (overflow = reject-publish)")
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
