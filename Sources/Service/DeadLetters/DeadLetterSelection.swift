internal import Control
internal import Mapping
internal import Settings

/// Which messages an order is about, decided one after the other in the queue's order. Pure.
struct DeadLetterSelection {
    private let order: DeadLetterOrder
    private(set) var seen = 0
    private(set) var matched = 0

    init(_ order: DeadLetterOrder) { self.order = order }

    /// Nothing that follows can be meant.
    var isComplete: Bool {
        if let limit = order.limit, matched >= limit { return true }
        if let number = order.number, seen >= number { return true }
        return false
    }

    /// Looks at the next message.
    mutating func takes(_ delivery: Delivery) -> Bool {
        guard !isComplete else { return false }
        seen += 1
        if let number = order.number, number != seen { return false }
        if let reason = order.reason, !reason.isExactly(DeadLetterContent(delivery).reason) { return false }
        matched += 1
        return true
    }
}
