public import Messages

/// How often a message came back to its queue, as far as the queue tells.
extension Delivery {
    /// A header that tells of more was not written by a quorum queue: other queues let anybody write it.
    private static let mostReturns: Int64 = 1_000_000_000

    /// Returns that count against a quorum queue's `delivery-limit` (`x-delivery-count`). 0 as well if the queue does not count: a first delivery
    /// has no header (RabbitMQ 3.10 to 4.3), and other queues have none at all.
    public var countedReturns: Int { redelivered ? number("x-delivery-count") : 0 }

    /// The queue tells a return that counts from one that does not (`x-acquired-count`, RabbitMQ 4.3). `basic.nack` does not count there, and keeps
    /// the order. Where this header is missing every return counts, and a `basic.nack` may put messages behind newer ones (3.10 without a limit).
    var tellsFreeReturns: Bool { redelivered && number("x-acquired-count") > 0 }

    private func number(_ header: String) -> Int {
        let value = MessageProperties(encodedProperties)?.headers.last { $0.name.elementsEqual(header.utf8) }?.value
        guard case .integer(let number)? = value.flatMap({ HeaderValue($0) }) else { return 0 }
        return Int(min(max(0, number), Self.mostReturns))
    }
}
