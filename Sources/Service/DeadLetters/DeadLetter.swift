internal import Broker
internal import ControlMessages
internal import FoundationEssentials
internal import Messages
internal import Pipeline
internal import Settings

/// A parked message as it is published: unchanged, with the headers that say why (Sources/README.md, "When a write fails").
enum DeadLetter {
    /// Where a processor's dead letters go.
    static func queue(of processor: ProcessorSettings, _ settings: Settings) -> String { processor.queue + settings.deadLetter.suffix }

    /// Publishes all, which are of one processor, waits for the confirms, and returns the orders that were not confirmed, with the reason.
    static func publish(_ orders: [ParkOrder], table: SubscriptionTable, over publishers: PublisherPool) async -> [Int: ParkFailure] {
        guard let processor = orders.first.map({ table.processors[$0.processor] }) else { return [:] }
        let queue = queue(of: processor, table.settings)
        guard let publisher = publishers.publisher(to: queue) else {
            return Dictionary(uniqueKeysWithValues: orders.map { ($0.id, ParkFailure("queue \(queue): closed")) })
        }
        let now = Date()
        let results = await publisher.publish(orders.map { publication($0, processor: processor, queue: queue, at: now) })
        var failures: [Int: ParkFailure] = [:]
        for (order, result) in zip(orders, results) {
            if case .failure(let failure) = result { failures[order.id] = ParkFailure("\(failure)", isFinal: failure.isFinal) }
        }
        return failures
    }

    static func publication(_ order: ParkOrder, processor: ProcessorSettings, queue: String, at time: Date) -> Publication {
        let history = ParkingHistory(order.delivery.headers)
        let earlier: [(name: String, value: HeaderValue)] = history.text.map { [("warren-history", .string($0))] } ?? []
        return Publication(
            exchange: "", routingKey: queue, body: order.delivery.body,
            encodedProperties: order.delivery.encodedProperties,
            unreadable: order.delivery.unreadable,
            headers: [
                ("warren-reason", .string(order.refusal.reason.rawValue)),
                ("warren-letter", .string(letterName())),
                ("warren-processor", .string(processor.name)),
                ("warren-error", .string(order.refusal.detail)),
                ("warren-attempts", .integer(Int64(order.attempts))),
                ("warren-queue", .string(processor.queue)),
                ("warren-exchange", .string(order.delivery.route.exchange)),
                ("warren-routing-key", .string(order.delivery.route.routingKey)),
                ("warren-failed-at", .string(Timestamp(time).secondText)),
                ("warren-replays", .integer(history.replays)),
            ] + earlier, passage: .parked)
    }

    /// 128 random bits, in hexadecimal digits.
    private static func letterName() -> String {
        var generator = SystemRandomNumberGenerator()
        let bits = UInt128.random(in: .min ... .max, using: &generator)
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    /// The dead letter on its way back: as it was sent, with what its next parking must know. A time to live starts again.
    ///
    /// A letter of a partitioned queue is published to the exchange before the partitions, so that it reaches the partition of its document.
    static func replay(_ delivery: Delivery, to queue: String, partitions: PartitionNames? = nil) -> Publication {
        let headers = delivery.headers
        let routingKey: String? = if case .string(let key)? = headers["warren-routing-key"] { key } else { nil }
        return Publication(
            exchange: partitions?.hash ?? "", routingKey: partitions == nil ? queue : routingKey ?? delivery.route.routingKey,
            body: delivery.body, encodedProperties: delivery.encodedProperties, unreadable: delivery.unreadable,
            headers: [("warren-replays", .integer(ParkingHistory(headers).replays + 1))], passage: .home, mayOmit: false)
    }

    /// A copy of a letter for the end of its queue, unchanged: what RabbitMQ has counted of the old one does not count for it. A letter that is named
    /// by its digest keeps that name.
    static func renewal(_ delivery: Delivery, in queue: String) -> Publication {
        Publication(
            exchange: "", routingKey: queue, body: delivery.body, encodedProperties: delivery.encodedProperties,
            unreadable: delivery.unreadable,
            headers: [("warren-letter", .string(DeadLetterContent(delivery).id))], mayOmit: false)
    }
}
