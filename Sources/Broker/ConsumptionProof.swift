/// Consuming is proven, not assumed: a subscription has had a delivery, or its queue was empty when it was looked at.
///
/// Queues are looked at passively, one at a time, on a channel of its own: if the queue is missing the broker closes that channel, not a consumer's.
/// Subscriptions go by their index.
struct ConsumptionProof {
    /// How long a subscription may be without a delivery before its queue is looked at.
    static let patience: Duration = .seconds(3)

    typealias Instant = ContinuousClock.Instant

    /// What to do, in order.
    enum Action: Equatable {
        /// Send `channel.open` and a passive `queue.declare` for the queue of this subscription.
        case look(Int)
        /// Send `channel.close`.
        case closeChannel
        /// Send `channel.close-ok`.
        case confirmClose
        /// Tell that so many messages are ready and none has come.
        case unproven(Int, ready: Int)
    }

    private enum Channel: Equatable {
        case closed
        /// The answer is not there yet; nil: it is of no interest any more.
        case looking(Int?)
        /// `channel.close` is sent.
        case closing
    }

    /// When to look, for each subscription that has proven nothing yet.
    private var looks: [Int: Instant] = [:]
    private var channel = Channel.closed

    /// When ``tick(now:)`` has something to do.
    var deadline: Instant? { channel == .closed ? looks.values.min() : nil }
    /// True from `channel.open` until either side sends `channel.close`.
    var isChannelOpen: Bool { if case .looking = channel { true } else { false } }
    /// True while our `channel.close` waits for its answer.
    var isChannelClosing: Bool { channel == .closing }

    /// A session begins.
    mutating func subscribed(_ index: Int, now: Instant) {
        settled(index)
        looks[index] = now + Self.patience
    }

    /// A delivery has come, or the session is over: there is nothing to prove any more.
    mutating func settled(_ index: Int) {
        looks[index] = nil
        if channel == .looking(index) { channel = .looking(nil) }
    }

    /// Time has passed, and everything that had come in by then was looked at.
    mutating func tick(now: Instant) -> [Action] {
        guard channel == .closed, let next = looks.filter({ $0.value <= now }).keys.min() else { return [] }
        looks[next] = nil
        channel = .looking(next)
        return [.look(next)]
    }

    /// `queue.declare-ok`.
    mutating func declared(ready: Int) throws(ProtocolViolation) -> [Action] {
        guard case .looking(let index) = channel else { throw ProtocolViolation("declare-ok without queue.declare") }
        channel = .closing
        guard let index, ready > 0 else { return [.closeChannel] }
        return [.unproven(index, ready: ready), .closeChannel]
    }

    /// `channel.close` from the broker: the queue is missing. Its consumer hears of that on its own channel.
    mutating func channelClosed() -> [Action] {
        // Crossed with ours, the answer to that may still come, and is then ignored.
        channel = .closed
        return [.confirmClose]
    }

    /// `channel.close-ok`.
    mutating func closeOk() {
        if channel == .closing { channel = .closed }
    }
}
