public import Messages

/// What comes from the broker.
public enum Arrival: Sendable {
    /// A channel consumes; its tags start from 1.
    case subscribed(SubscriptionID, SessionID)
    /// Deliveries in the order of their tags.
    case deliveries(SubscriptionID, SessionID, [Delivery])
    /// A channel is gone, and its tags with it. `isLost`: not by our own doing.
    case unsubscribed(SubscriptionID, SessionID, isLost: Bool)
}

extension Arrival {
    var processor: SubscriptionID {
        switch self {
        case .subscribed(let processor, _), .deliveries(let processor, _, _), .unsubscribed(let processor, _, _): processor
        }
    }
}

/// What has come and is not handled yet, and the task that waits for it.
struct Inbox {
    /// Bytes that may wait here before reading pauses: a few reads of the broker's socket, or one large message.
    static let bytesBound = 4 << 20

    private(set) var arrivals: [Arrival] = []
    private var bytes = 0
    /// Reading pauses because so much waits.
    private(set) var hasPaused = false
    var waiter: CheckedContinuation<Void, Never>?
    var isClosed = false

    var isEmpty: Bool { arrivals.isEmpty }

    /// Takes in what the broker read. Returns true if reading has to pause until it is handled.
    mutating func append(_ arrival: Arrival) -> Bool {
        arrivals.append(arrival)
        if case .deliveries(_, _, let list) = arrival { bytes += list[...].byteCount }
        guard bytes > Self.bytesBound, !hasPaused else { return false }
        hasPaused = true
        return true
    }

    /// All that has come, and whether reading paused because of it.
    mutating func takeArrivals() -> (list: [Arrival], hasPaused: Bool) {
        defer { (arrivals, bytes, hasPaused) = ([], 0, false) }
        return (arrivals, hasPaused)
    }

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
        defer { waiter = nil }
        return waiter
    }
}
