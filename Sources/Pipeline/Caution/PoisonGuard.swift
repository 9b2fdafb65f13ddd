internal import Messages
internal import Settings

/// Keeps a message that ends the process from taking others along, again and again.
///
/// Under caution are, for each processor, the deliveries that came before among the first `prefetch` of its first session: that is what an
/// unclean process can have held. Should the channel be lost meanwhile, the next session is the first one, unless a fresh delivery has come.
struct PoisonGuard {
    /// Processes in a row that a message may end before it is parked unread.
    static let patience = 3

    /// What to do with a delivery.
    enum Treatment: Equatable { case usual, watched, alone, waits }

    /// One that went alone.
    struct Alone {
        let tag: DeliveryTag
        let fingerprint: UInt64
        var stage: PoisonRecord.Stage
        let processes: Int
        /// Something has come back since it left.
        var hasReturned = false
    }

    private struct Watch {
        var queue = ""
        var prefetch = 0
        /// Deliveries of the session that are still handled with caution; `nil` once that is over.
        var left: Int?
        /// A fresh delivery has come: what was held before is all there, but for queues with priorities, in the same session.
        var sawFresh = false
        /// The last delivery under caution.
        var lastTag: DeliveryTag?
        /// The delivery at the head, so that it is not read again each time.
        var head: (tag: DeliveryTag, fingerprint: UInt64)?
    }

    private var caution: Caution
    private var watches = PerSubscription<Watch>()
    private var alone: [SubscriptionID: Alone] = [:]

    init(_ caution: Caution) { self.caution = caution }

    /// No caution is needed: the usual case.
    var isOff: Bool { caution.measure == .none }

    /// The delivery goes alone.
    func isAlone(_ delivery: Delivery, of processor: SubscriptionID) -> Bool { alone[processor]?.tag == delivery.tag }

    /// Whose message goes alone.
    var processorsAlone: some Collection<SubscriptionID> { alone.keys }

    /// A processor has this subscription. If it had it from the start, messages that the previous process held are still to come.
    mutating func settle(_ processor: SubscriptionID, queue: String, prefetch: Int, isFirst: Bool) {
        while watches.endIndex <= processor { watches.append(Watch()) }
        watches[processor].prefetch = prefetch
        guard isFirst || !watches[processor].queue.isExactly(queue) else { return }
        watches[processor] = Watch(queue: queue, prefetch: prefetch, left: isFirst && !isOff ? prefetch : nil)
    }

    /// Takes over from the pipeline before this one, in the same process: `pairs` has each processor's subscription there and here.
    mutating func adopt(_ other: PoisonGuard, subscriptions pairs: [(there: SubscriptionID, here: SubscriptionID)]) {
        caution = other.caution
        for index in watches.indices { watches[index].left = nil }
        for (there, here) in pairs where !other.watches[there].sawFresh && other.watches[there].left != nil {
            watches[here].left = watches[here].prefetch
        }
    }

    /// A channel consumes.
    mutating func subscribed(_ processor: SubscriptionID) {
        watches[processor].head = nil
        watches[processor].lastTag = nil
        guard watches[processor].left != nil else { return }
        watches[processor].left = watches[processor].sawFresh ? nil : watches[processor].prefetch
    }

    /// How to treat the next delivery of a processor.
    mutating func treatment(_ delivery: Delivery, of processor: SubscriptionID) -> Treatment {
        guard !isOff else { return .usual }
        if alone[processor] != nil { return .waits }
        guard watches[processor].left != nil, delivery.redelivered else { return .usual }
        guard caution.measure == .alone || !caution.named.isEmpty else { return .watched }
        let isNamed = caution.named[fingerprint(delivery, of: processor)] != nil
        guard isNamed || caution.measure == .alone else { return .watched }
        // If two were named together, one at a time shows which of them it is.
        let isTaken = isNamed && alone.values.contains { caution.named[$0.fingerprint] != nil }
        return isTaken || alone.count >= PoisonRecords.bound ? .waits : .alone
    }

    /// Counts deliveries that are handed on.
    mutating func took(_ deliveries: ArraySlice<Delivery>, of processor: SubscriptionID) {
        guard let left = watches[processor].left, let last = deliveries.last else { return }
        if !last.redelivered { watches[processor].sawFresh = true } else { watches[processor].lastTag = last.tag }
        watches[processor].left = deliveries.count < left ? left - deliveries.count : nil
    }

    /// The first of these deliveries that are treated alike.
    mutating func run(of list: ArraySlice<Delivery>, of processor: SubscriptionID, _ treatment: Treatment) -> ArraySlice<Delivery> {
        guard !isOff, let left = watches[processor].left else { return list }
        return list.prefix(left).prefix { self.treatment($0, of: processor) == treatment }
    }

    mutating func fingerprint(_ delivery: Delivery, of processor: SubscriptionID) -> UInt64 {
        if let head = watches[processor].head, head.tag == delivery.tag { return head.fingerprint }
        let fingerprint = delivery.fingerprint(queue: watches[processor].queue)
        watches[processor].head = (delivery.tag, fingerprint)
        return fingerprint
    }

    /// The write is of a message that is under caution and may still be held.
    func isWatching(_ write: PlannedWrite) -> Bool {
        guard write.delivery.redelivered, let last = watches[write.processor].lastTag else { return false }
        return write.delivery.tag <= last
    }
}

/// What is written down.
extension PoisonGuard {
    /// What the process does right now. `mapping`: the fingerprint of a message that is watched and mapped.
    func poisonRecords(mapping: UInt64? = nil, isComputing: Bool = false) -> PoisonRecords {
        var records = alone.values.map { PoisonRecord(fingerprint: $0.fingerprint, stage: $0.stage, processes: $0.processes) }
        if let mapping { records.append(PoisonRecord(fingerprint: mapping, stage: .mapping, processes: 1)) }
        for (fingerprint, processes) in caution.named where !alone.values.contains(where: { $0.fingerprint == fingerprint }) {
            guard records.count < PoisonRecords.bound else { break }
            records.append(PoisonRecord(fingerprint: fingerprint, stage: .before, processes: processes))
        }
        return PoisonRecords(records: records, isComputing: isComputing)
    }

    /// A message goes alone from here on. Returns true if it has ended too many processes, and must be parked unread.
    mutating func isolate(_ delivery: Delivery, of processor: SubscriptionID) -> (isGuilty: Bool, before: Int) {
        let fingerprint = fingerprint(delivery, of: processor)
        let before = caution.named[fingerprint] ?? 0
        alone[processor] = Alone(
            tag: delivery.tag, fingerprint: fingerprint, stage: .mapping, processes: min(before, Self.patience) + 1)
        return (before >= Self.patience, before)
    }

    /// What is done with the messages of these processors that go alone.
    mutating func set(_ stage: PoisonRecord.Stage, of processors: some Sequence<SubscriptionID>) {
        for processor in processors { alone[processor]?.stage = stage }
    }

    /// Something came back for the message that went alone.
    mutating func returned(_ processor: SubscriptionID) { alone[processor]?.hasReturned = true }

    func hasReturned(_ processor: SubscriptionID) -> Bool { alone[processor]?.hasReturned == true }

    /// The message does not go alone any more. `isSettled`: what became of it is known, and the process lives.
    mutating func release(_ processor: SubscriptionID, isSettled: Bool) {
        guard let message = alone.removeValue(forKey: processor), isSettled else { return }
        caution.named[message.fingerprint] = nil
    }
}
