internal import DequeModule

/// Documents that are written again and again, and a short rest before their next write, so that more is folded into it.
///
/// Without a rest, a database as fast as the broker would be sent each message of a hot document by itself, because little comes while one
/// write is under way. A document is hot after a write for several messages, and stays hot while a rest brings at least four together. It
/// rests only as long as messages keep coming, and not so that many deliveries of others wait for their acknowledgement; a document that
/// is not hot never rests, and costs nothing here.
struct HotDocuments {
    /// After this time without a message there is nothing to wait for.
    static let pause: Duration = .milliseconds(20)
    /// No write rests longer.
    static let longestRest: Duration = .milliseconds(100)
    /// A rest was worth while if it brought this many messages.
    private static let worth = 4
    /// This many rests in a row may bring fewer.
    private static let patience = 3

    /// A document that was not written for this long is forgotten, after twice that time at the latest.
    private static let memory: Duration = .seconds(1)

    /// Rests of little use that a document may still have, as noted in the last second, and in the one before.
    private var heat: [Lanes.Document: Int] = [:]
    private var olderHeat: [Lanes.Document: Int] = [:]
    private var heatSince: ContinuousClock.Instant?
    private var resting: Deque<(slot: Lanes.Slot, since: ContinuousClock.Instant)> = []
    private var lastArrival: ContinuousClock.Instant?

    /// Some document is hot.
    var isActive: Bool { !heat.isEmpty || !olderHeat.isEmpty }
    /// Some write rests.
    var hasResting: Bool { !resting.isEmpty }

    /// When resting writes leave, if nothing else comes; `nil` if none rests. With `isFull` nothing comes, because RabbitMQ waits for
    /// acknowledgements.
    func end(isFull: Bool) -> ContinuousClock.Instant? {
        guard let first = resting.first else { return nil }
        let longest = first.since + Self.longestRest
        return isFull ? longest : min(longest, pauseEnd ?? longest)
    }

    /// When nothing will have come for long enough. An answer counts as well: its acknowledgement lets more come.
    private var pauseEnd: ContinuousClock.Instant? {
        [lastArrival, resting.last?.since].compactMap(\.self).max().map { $0 + Self.pause }
    }

    /// A write of this document carried so many messages.
    mutating func written(_ document: Lanes.Document, messages: Int) {
        if messages >= Self.worth {
            heat[document] = Self.patience
        } else if let left = heat[document] ?? olderHeat[document] {
            heat[document] = left > 1 ? left - 1 : nil
            olderHeat[document] = nil
        } else if messages > 1 {
            heat[document] = 1
        }
    }

    /// Whether the first write of this document should rest.
    func isHot(_ document: Lanes.Document) -> Bool { heat[document] != nil || olderHeat[document] != nil }

    /// The first write of a document rests from now on.
    mutating func rest(_ slot: Lanes.Slot, at now: ContinuousClock.Instant) { resting.append((slot, now)) }

    /// Deliveries have come.
    mutating func arrived(at now: ContinuousClock.Instant) {
        lastArrival = now
        guard isActive, let heatSince, now - heatSince < Self.memory else {
            heatSince = now
            (olderHeat, heat) = (heat, [:])
            return
        }
    }

    /// The writes whose rest is over: all if nothing more is to come (by `isUseless`, or by the pause), otherwise those that have rested for the
    /// longest time allowed.
    mutating func takeRested(isUseless: Bool, isFull: Bool, at now: ContinuousClock.Instant) -> [Lanes.Slot] {
        let hasPaused = !isFull && pauseEnd.map { $0 <= now } ?? false
        let count = isUseless || hasPaused ? resting.count : resting.prefix { $0.since + Self.longestRest <= now }.count
        defer { resting.removeFirst(count) }
        return resting.prefix(count).map(\.slot)
    }

    /// Shows each write that rests.
    func forEach(_ body: (Lanes.Slot) -> Void) { for (slot, _) in resting { body(slot) } }

    /// Forgets writes that were dropped.
    mutating func remove(_ dropped: Set<Lanes.Slot>) {
        resting.removeAll { dropped.contains($0.slot) }
    }
}
