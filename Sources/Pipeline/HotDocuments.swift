/// Documents that are written again and again, and a short rest before their next write, so that more is folded into it.
///
/// Without a rest, a database as fast as the broker would be sent each message of a hot document by itself, because little comes while one
/// write is under way. A document is hot after a write for several messages, until three writes in a row were for one. It rests only as
/// long as messages keep coming, and never so that deliveries of others wait for their acknowledgement; a document that is not hot never
/// rests, and costs nothing here.
struct HotDocuments {
    /// When nothing came for so long there is nothing to wait for.
    static let pause: Duration = .milliseconds(2)
    /// No write waits longer.
    static let longestRest: Duration = .milliseconds(100)
    /// Writes for one message each until a document is not hot any more.
    private static let patience = 3

    /// A document that was not written for so long is forgotten, after twice that at the latest.
    private static let memory: Duration = .seconds(1)

    /// Writes for one message each that a document may still have, as noted in the last second, and in the one before.
    private var heat: [Lanes.Document: Int] = [:]
    private var olderHeat: [Lanes.Document: Int] = [:]
    private var heatSince: ContinuousClock.Instant?
    private var resting: [Lanes.Slot] = []
    private var since: ContinuousClock.Instant?
    private var lastArrival: ContinuousClock.Instant?

    /// Some document is hot.
    var isActive: Bool { !heat.isEmpty || !olderHeat.isEmpty }
    /// When those that rest leave at the latest, if nothing else comes; nil: none rests.
    var end: ContinuousClock.Instant? {
        guard !resting.isEmpty, let since, let lastArrival else { return nil }
        return min(since + Self.longestRest, lastArrival + Self.pause)
    }

    /// A write of this document was for so many messages.
    mutating func written(_ document: Lanes.Document, messages: Int) {
        if messages > 1 {
            heat[document] = Self.patience
        } else if let left = heat[document] ?? olderHeat[document] {
            heat[document] = left > 1 ? left - 1 : nil
            olderHeat[document] = nil
        }
    }

    /// The first write of a document could leave now. True: it rests instead.
    mutating func rests(_ slot: Lanes.Slot, of document: Lanes.Document, at now: ContinuousClock.Instant) -> Bool {
        guard heat[document] != nil || olderHeat[document] != nil else { return false }
        resting.append(slot)
        if since == nil { since = now }
        return true
    }

    /// Deliveries have come.
    mutating func arrived(at now: ContinuousClock.Instant) {
        lastArrival = now
        guard isActive, let heatSince, now - heatSince < Self.memory else {
            heatSince = now
            (olderHeat, heat) = (heat, [:])
            return
        }
    }

    /// The writes whose rest is over. `isPressed`: acknowledgements would have to wait for them, or no more would come.
    mutating func takeRested(isPressed: Bool, at now: ContinuousClock.Instant) -> [Lanes.Slot] {
        guard let end, isPressed || end <= now else { return [] }
        defer { (resting, since) = ([], nil) }
        return resting
    }

    /// Forgets writes that were dropped.
    mutating func remove(_ dropped: Set<Lanes.Slot>) {
        resting.removeAll(where: dropped.contains)
        if resting.isEmpty { since = nil }
    }
}
