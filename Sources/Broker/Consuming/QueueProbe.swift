/// Proves that queues are consumed: a subscription is proven when it has had a delivery, or when its queue was empty.
///
/// It checks queues by passive declarations, one at a time, on a channel of its own: if a queue is missing, the broker closes that channel and not a
/// consumer's. Subscriptions have their index here.
///
/// It also checks every queue now and then, to report its depth.
struct QueueProbe {
    /// How long a subscription may be without a delivery before its queue is checked.
    static let patience: Duration = .seconds(3)
    /// In this time each queue is checked once, if there are at most ten.
    static let round: Duration = .seconds(5)
    /// The shortest time between two checks.
    static let shortestPause: Duration = .milliseconds(500)

    typealias Instant = ContinuousClock.Instant

    /// What to do, in order.
    enum Action: Equatable {
        /// Send `channel.open` and a passive `queue.declare` for the queue of this subscription.
        case look(Int)
        /// Send `channel.close`.
        case closeChannel
        /// Send `channel.close-ok`.
        case confirmClose
        /// Report the depth of the queue.
        case depth(Int, QueueDepth)
        /// Report that messages are ready and none has come.
        case unproven(Int, ready: Int)
    }

    private enum Channel: Equatable {
        case closed
        /// The answer has not come yet. It may prove something, or only show the depth. The index is `nil` if the subscription was removed meanwhile.
        case looking(Int?, isProof: Bool)
        /// `channel.close` is sent.
        case closing
    }

    /// When to check, for each subscription that is not proven yet.
    private var looks: [Int: Instant] = [:]
    private var channel = Channel.closed
    /// Subscriptions that have begun once and were not removed. They are checked in turn.
    private var watched: [Int] = []
    private var turn = 0
    private var nextTurn: Instant?

    /// When ``tick(now:)`` has something to do.
    var deadline: Instant? {
        guard channel == .closed else { return nil }
        guard let proofDue = looks.values.min() else { return nextTurn }
        return nextTurn.map { min($0, proofDue) } ?? proofDue
    }
    /// True from `channel.open` until either side sends `channel.close`.
    var isChannelOpen: Bool { if case .looking = channel { true } else { false } }
    /// True while our `channel.close` waits for its answer.
    var isChannelClosing: Bool { channel == .closing }

    /// A session begins.
    mutating func subscribed(_ index: Int, now: Instant) {
        settled(index)
        looks[index] = now + Self.patience
        if !watched.contains(index) { watched.append(index) }
        if nextTurn == nil { nextTurn = now + Self.round }
    }

    /// A delivery has come, or the session is over. Nothing is left to prove.
    mutating func settled(_ index: Int) {
        looks[index] = nil
        if channel == .looking(index, isProof: true) { channel = .looking(index, isProof: false) }
    }

    /// The subscription is removed. Its queue is no longer checked, and a late answer is not reported.
    mutating func removed(_ index: Int) {
        looks[index] = nil
        watched.removeAll { $0 == index }
        if watched.isEmpty { nextTurn = nil }
        if case .looking(index, _) = channel { channel = .looking(nil, isProof: false) }
    }

    /// Time has passed, and everything that has come in was handled.
    mutating func tick(now: Instant) -> [Action] {
        guard channel == .closed else { return [] }
        if let next = looks.filter({ $0.value <= now }).keys.min() {
            looks[next] = nil
            channel = .looking(next, isProof: true)
            return [.look(next)]
        }
        guard let nextTurn, nextTurn <= now else { return [] }
        self.nextTurn = now + max(Self.shortestPause, Self.round / watched.count)
        turn = (turn + 1) % watched.count
        channel = .looking(watched[turn], isProof: false)
        return [.look(watched[turn])]
    }

    /// `queue.declare-ok`.
    mutating func declared(_ depth: QueueDepth) throws(ProtocolViolation) -> [Action] {
        guard case .looking(let index, let isProof) = channel else { throw ProtocolViolation("declare-ok without queue.declare") }
        channel = .closing
        guard let index else { return [.closeChannel] }
        let unproven: [Action] = isProof && depth.messages > 0 ? [.unproven(index, ready: depth.messages)] : []
        return [.depth(index, depth)] + unproven + [.closeChannel]
    }

    /// `channel.close` from the broker: the queue is missing. Its consumer learns that on its own channel.
    mutating func channelClosed() -> [Action] {
        // If both sides close at once, the answer to ours may still come, and is ignored.
        channel = .closed
        return [.confirmClose]
    }

    /// `channel.close-ok`.
    mutating func closeOk() {
        if channel == .closing { channel = .closed }
    }
}
