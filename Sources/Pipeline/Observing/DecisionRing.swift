internal import Messages

/// The last decisions, oldest overwritten first.
///
/// Bounded in entries and, because every text is cut, in bytes (about 5 MB at the very most). A delivery's buffer is not kept: of its bytes
/// only the message id is copied, into memory that the ring has once and for all.
struct DecisionRing {
    /// Decisions kept.
    static let bound = 8192

    private struct Entry {
        let processor: SubscriptionID
        /// `nil` if the message was refused before that was known.
        let key: DocumentKey?
        let version: UInt64?
        let verdict: Decision.Verdict
        let detail: String?
        let route: Route
        let idBytes: Int
        let nanoseconds: Int
        let latencyNanoseconds: Int

        func fits(_ filter: DecisionFilter) -> Bool { filter.fits(processor, key, verdict) }
    }

    private let bound: Int
    /// `nil` for a processor that was removed, whose subscription another one may have now.
    private var entries: [Entry?] = []
    private var ids: [UInt8] = []
    /// Decisions that were ever kept; the next one gets this number.
    private(set) var total = 0

    /// An empty ring.
    init(bound: Int = Self.bound) { self.bound = bound }

    /// Decisions that are kept now.
    var count: Int { entries.count { $0 != nil } }

    /// Keeps a decision.
    mutating func append(
        _ processor: SubscriptionID, _ key: DocumentKey?, version: UInt64?, _ verdict: Decision.Verdict, detail: String?,
        _ delivery: Delivery, eventID: String? = nil,
        at nanoseconds: Int, latencyNanoseconds: Int
    ) {
        let range = eventID == nil ? delivery.messageIDPlace : nil
        let entry = Entry(
            processor: processor, key: key, version: version, verdict: verdict, detail: detail, route: delivery.route,
            idBytes: min(range?.count ?? eventID?.utf8.count ?? 0, Decision.idBytes), nanoseconds: nanoseconds,
            latencyNanoseconds: latencyNanoseconds)
        let next = total % bound
        if next == entries.count {
            entries.append(entry)
            ids.append(contentsOf: repeatElement(0, count: Decision.idBytes))
        } else {
            entries[next] = entry
        }
        if let range {
            let start = next * Decision.idBytes
            for offset in 0..<entry.idBytes { ids[start + offset] = delivery.bytes[range.lowerBound + offset] }
        } else if let eventID {
            ids.replaceSubrange(next * Decision.idBytes..<next * Decision.idBytes + entry.idBytes, with: eventID.utf8.prefix(entry.idBytes))
        }
        total += 1
    }

    /// Forgets the decisions of a processor that leaves its subscription.
    mutating func forget(_ processor: SubscriptionID) {
        for index in entries.indices where entries[index]?.processor == processor { entries[index] = nil }
    }

    /// The decisions about each of some documents, the newest first: one pass for all of them. `choose` picks one of the indices of `keys` that have
    /// a decision's key, by its processor; `nil` if none of them is meant.
    func decisions(about keys: [String], choose: ([Int], SubscriptionID) -> Int?) -> [[Decision]] {
        var found = [[Decision]](repeating: [], count: keys.count)
        let indices = Dictionary(grouping: keys.indices) { keys[$0] }
        for number in (total - entries.count..<total).reversed() {
            let index = number % bound
            // Read in place: a copy of the entry would count references of five texts.
            guard let key = entries[index]?.key?.text, let wanted = indices[key], let entry = entries[index] else { continue }
            if let chosen = choose(wanted, entry.processor) { found[chosen].append(decision(entry, at: index)) }
        }
        return found
    }

    /// The decisions from number `start` on that match, in their order, `most` at most; and how many of the others were not looked at, or had no
    /// room.
    func look(from start: Int, atMost most: Int, fitting filter: DecisionFilter) -> (decisions: [Decision], left: Int) {
        // Those before it are overwritten.
        let first = max(start, total - entries.count)
        var (decisions, left) = ([Decision](), first - start)
        for number in first..<total {
            if filter.isEmpty, decisions.count == most { return (decisions, left + total - number) }
            let index = number % bound
            // Read in place: most do not match a filter, and a copy would count references of five texts.
            guard entries[index]?.fits(filter) == true else { continue }
            if decisions.count < most, let entry = entries[index] { decisions.append(decision(entry, at: index)) } else { left += 1 }
        }
        return (decisions, left)
    }

    private func decision(_ entry: Entry, at index: Int) -> Decision {
        let id = ids[index * Decision.idBytes..<index * Decision.idBytes + entry.idBytes]
        return Decision(
            processor: entry.processor, key: entry.key, version: entry.version, verdict: entry.verdict, detail: entry.detail,
            route: entry.route, messageID: id.isEmpty ? nil : String(decoding: id, as: UTF8.self), nanoseconds: entry.nanoseconds,
            latencyNanoseconds: entry.latencyNanoseconds)
    }
}
