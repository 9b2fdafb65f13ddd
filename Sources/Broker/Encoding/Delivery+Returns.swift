public import Messages

/// How often a message came back to its queue, as far as the queue counts.
extension Delivery {
    /// A larger number was not written by a quorum queue: on other queues any publisher can write this header.
    private static let mostReturns: Int64 = 1_000_000_000

    /// Returns that count against a quorum queue's `delivery-limit` (`x-delivery-count`). 0 if the header is missing: quorum queues leave it out of a
    /// first delivery (RabbitMQ 3.10 to 4.3), and other queues do not count.
    public var countedReturns: Int { redelivered ? number("x-delivery-count") : 0 }

    /// The queue distinguishes returns that count from returns that do not (`x-acquired-count`, RabbitMQ 4.3). There, `basic.nack` does not count and
    /// keeps the order. Without this header every return counts, and `basic.nack` may put messages behind newer ones (3.10 without a limit).
    var tellsFreeReturns: Bool { redelivered && number("x-acquired-count") > 0 }

    private func number(_ header: String) -> Int {
        let value = MessageProperties(encodedProperties)?.headers.last { $0.name.elementsEqual(header.utf8) }?.value
        guard case .integer(let number)? = value.flatMap({ HeaderValue($0) }) else { return 0 }
        return Int(min(max(0, number), Self.mostReturns))
    }
}
