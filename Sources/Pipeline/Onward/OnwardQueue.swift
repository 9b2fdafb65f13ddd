internal import DequeModule
internal import Messages

/// Onward messages that wait until RabbitMQ has confirmed each: in bulks, for each processor one at a time.
///
/// Each processor has a line of its own, with an exchange of its own. A message that is returned as unroutable is set aside and tried again from time
/// to time. While the exchange accepts nothing at all, one message at a time is tried. The writes stay in their lanes meanwhile.
struct OnwardQueue {
    private var lines = PerSubscription<OnwardLine>()

    /// A line for one processor more.
    mutating func addLine() { lines.append(OnwardLine()) }

    /// Another processor has the subscription from now on.
    mutating func resetLine(_ processor: SubscriptionID) { lines[processor] = OnwardLine() }

    /// Nothing is waiting for a confirmation.
    var isEmpty: Bool { lines.indices.allSatisfy { lines[$0].isEmpty } }
    /// A message of this processor waits for a confirmation.
    func isSending(of processor: SubscriptionID) -> Bool { !lines[processor].sent.isEmpty }
    /// When the next bulk is due, if one is waiting for its time.
    var nextTry: ContinuousClock.Instant? {
        isEmpty ? nil : lines.compactMap(\.nextTry).min()
    }
    /// An onward message cannot be published.
    var isTroubled: Bool { lines.indices.contains { !lines[$0].isEmpty && lines[$0].trouble != nil } }
    /// Since when an onward message of this processor cannot be published; `nil` if all can.
    func troubledSince(_ processor: SubscriptionID) -> ContinuousClock.Instant? {
        lines[processor].isEmpty ? nil : lines[processor].trouble?.since
    }

    /// Why an onward message of this processor is not confirmed; `nil` if all are, or there are none.
    func fault(of processor: SubscriptionID) -> StandingFault? {
        guard !lines[processor].isEmpty, let trouble = lines[processor].trouble else { return nil }
        return StandingFault(trouble.text, since: trouble.since)
    }

    /// Takes in a write with an onward message.
    mutating func add(_ slot: Lanes.Slot, of processor: SubscriptionID) { lines[processor].waiting.append(slot) }

    /// The next bulk of each processor that has none under way, if its time has come.
    mutating func takeBulks(at now: ContinuousClock.Instant, bytes: (Lanes.Slot) -> Int) -> [(
        processor: SubscriptionID, slots: [Lanes.Slot]
    )] {
        var bulks: [(SubscriptionID, [Lanes.Slot])] = []
        for index in lines.indices where lines[index].sent.isEmpty && !lines[index].isEmpty {
            lines[index].fill(at: now, bytes: bytes)
            if !lines[index].sent.isEmpty { bulks.append((index, lines[index].sent)) }
        }
        return bulks
    }

    /// What became of a processor's bulk; `failures` has those that were not confirmed.
    mutating func settle(
        _ processor: SubscriptionID, _ failures: [Int: OnwardFailure], at now: ContinuousClock.Instant, delay: inout RetryDelay
    ) -> OnwardLine.Result { lines[processor].settle(failures, at: now, delay: &delay) }

    /// Shows each write whose onward message waits for its exchange, or, with `isSent`, for RabbitMQ's answer.
    func forEach(_ body: (Lanes.Slot, _ isSent: Bool) -> Void) {
        for line in lines {
            for slot in line.waiting { body(slot, false) }
            for slot in line.aside { body(slot, false) }
            for slot in line.sent { body(slot, true) }
        }
    }

    /// Forgets writes that were dropped.
    mutating func remove(_ dropped: Set<Lanes.Slot>) {
        for index in lines.indices {
            lines[index].waiting.removeAll(where: dropped.contains)
            lines[index].aside.removeAll(where: dropped.contains)
        }
    }
}
