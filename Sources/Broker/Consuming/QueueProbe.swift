/// Proves that queues are consumed: a subscription is proven when it has had a delivery, or when its queue was empty.
///
/// It checks queues by passive declarations, one at a time, on a channel of its own: if a queue is missing, the broker closes that channel and not a
/// consumer's. Subscriptions have their index here.
///
/// It also checks every queue now and then, to report its depth, and less often the queues of dead letters.
struct QueueProbe {
    /// How long a subscription may be without a delivery before its queue is checked.
    static let patience: Duration = .seconds(3)
    /// In this time each queue is checked once, if there are at most ten.
    static let round: Duration = .seconds(5)
    /// The shortest time between two checks.
    static let shortestPause: Duration = .milliseconds(500)
    /// Between two checks of a queue of dead letters.
    static let letterRound: Duration = .seconds(30)
    /// The same after it was missing: RabbitMQ logs each such check as an error.
    static let missingLetterRound: Duration = .seconds(600)

    typealias Instant = ContinuousClock.Instant

    /// What to do, in order.
    enum Action: Equatable {
        /// Send `channel.open` and a passive `queue.declare` for the queue of this subscription.
        case look(Int)
        /// The same for the queue of its dead letters.
        case lookAtLetters(Int)
        /// Send `channel.close`.
        case closeChannel
        /// Send `channel.close-ok`.
        case confirmClose
        /// Report the depth of the queue.
        case depth(Int, QueueDepth)
        /// Report how many dead letters are ready.
        case letters(Int, ready: Int)
        /// Report that messages are ready and none has come.
        case unproven(Int, ready: Int)
    }

    private enum Channel: Equatable {
        case closed
        /// The answer has not come yet. It may prove something, or only show the depth. The index is `nil` if the subscription was removed meanwhile.
        case looking(Int?, isProof: Bool)
        /// The same of a queue of dead letters.
        case lookingAtLetters(Int?)
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
    /// When to check for dead letters, for each subscription that has a queue of them.
    private var letterLooks: [Int: Instant] = [:]

    /// When ``tick(now:)`` has something to do.
    var deadline: Instant? {
        guard channel == .closed else { return nil }
        return [looks.values.min(), nextTurn, letterLooks.values.min()].compactMap(\.self).min()
    }
    /// True from `channel.open` until either side sends `channel.close`.
    var isChannelOpen: Bool {
        switch channel {
        case .looking, .lookingAtLetters: true
        case .closed, .closing: false
        }
    }
    /// True while our `channel.close` waits for its answer.
    var isChannelClosing: Bool { channel == .closing }

    /// A session begins. `hasLetters`: the subscription has a queue of dead letters.
    mutating func subscribed(_ index: Int, hasLetters: Bool = false, now: Instant) {
        settled(index)
        looks[index] = now + Self.patience
        if !watched.contains(index) { watched.append(index) }
        if nextTurn == nil { nextTurn = now + Self.round }
        if hasLetters, letterLooks[index] == nil { letterLooks[index] = now + Self.patience }
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
        letterLooks[index] = nil
        if case .looking(index, _) = channel { channel = .looking(nil, isProof: false) }
        if channel == .lookingAtLetters(index) { channel = .lookingAtLetters(nil) }
    }

    /// Time has passed, and everything that has come in was handled.
    mutating func tick(now: Instant) -> [Action] {
        guard channel == .closed else { return [] }
        if let next = looks.filter({ $0.value <= now }).keys.min() {
            looks[next] = nil
            channel = .looking(next, isProof: true)
            return [.look(next)]
        }
        if let next = letterLooks.filter({ $0.value <= now }).keys.min() {
            letterLooks[next] = now + Self.letterRound
            channel = .lookingAtLetters(next)
            return [.lookAtLetters(next)]
        }
        guard let nextTurn, nextTurn <= now else { return [] }
        self.nextTurn = now + max(Self.shortestPause, Self.round / watched.count)
        turn = (turn + 1) % watched.count
        channel = .looking(watched[turn], isProof: false)
        return [.look(watched[turn])]
    }

    /// `queue.declare-ok`.
    mutating func declared(_ depth: QueueDepth) throws(ProtocolViolation) -> [Action] {
        if case .lookingAtLetters(let index) = channel {
            channel = .closing
            return (index.map { [.letters($0, ready: depth.messages)] } ?? []) + [.closeChannel]
        }
        guard case .looking(let index, let isProof) = channel else { throw ProtocolViolation("declare-ok without queue.declare") }
        channel = .closing
        guard let index else { return [.closeChannel] }
        let unproven: [Action] = isProof && depth.messages > 0 ? [.unproven(index, ready: depth.messages)] : []
        return [.depth(index, depth)] + unproven + [.closeChannel]
    }

    /// `channel.close` from the broker: the queue is missing. Its consumer learns that on its own channel; no letter is in a queue that is not there.
    mutating func channelClosed() -> [Action] {
        if case .lookingAtLetters(let index?) = channel {
            letterLooks[index]? += Self.missingLetterRound - Self.letterRound
            channel = .closed
            return [.letters(index, ready: 0), .confirmClose]
        }
        // If both sides close at once, the answer to ours may still come, and is ignored.
        channel = .closed
        return [.confirmClose]
    }

    /// `channel.close-ok`.
    mutating func closeOk() {
        if channel == .closing { channel = .closed }
    }
}
