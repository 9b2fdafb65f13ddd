public import Mapping

/// What comes from the broker.
public enum Arrival: Sendable {
    /// A channel consumes; its tags start from 1.
    case subscribed(ProcessorIndex, SessionID)
    /// Deliveries in the order of their tags.
    case deliveries(ProcessorIndex, SessionID, [Delivery])
    /// A channel is gone, and its tags with it. `isLost`: not by our own doing.
    case unsubscribed(ProcessorIndex, SessionID, isLost: Bool)
}

extension Arrival {
    var processor: ProcessorIndex {
        switch self {
        case .subscribed(let processor, _), .deliveries(let processor, _, _), .unsubscribed(let processor, _, _): processor
        }
    }
}

/// What has come and was not looked at, and the task that waits for it.
struct Inbox {
    var arrivals: [Arrival] = []
    var waiter: CheckedContinuation<Void, Never>?
    var isClosed = false

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
        defer { waiter = nil }
        return waiter
    }
}
