internal import DequeModule
internal import Messages
internal import Settings

/// What the broker read and the machine has not taken yet: what is mapped is bounded by `hold`, and what may have ended the last process is
/// handled as ``PoisonGuard`` says.
struct IntakeQueue {
    /// Deliveries, and bytes of memory that they may take, mapped at once: between such bulks it is checked whether there is room. A larger delivery
    /// is mapped by itself.
    static let bulkBound = 128, bulkBytes = 1 << 20

    /// What the machine gets next.
    enum Portion {
        case subscribed(SubscriptionID, SessionID)
        case unsubscribed(SubscriptionID, SessionID, isLost: Bool)
        case deliveries(SubscriptionID, SessionID, ArraySlice<Delivery>)
        /// Each is named while it is mapped.
        case watched(SubscriptionID, SessionID, ArraySlice<Delivery>)
        /// One that goes alone, and is named until something came back.
        case alone(SubscriptionID, SessionID, Delivery)
    }

    private enum Item {
        case subscribed(SubscriptionID, SessionID)
        case deliveries(SubscriptionID, SessionID, ArraySlice<Delivery>)
    }

    private var items: Deque<Item> = []
    private var endings: Deque<(processor: SubscriptionID, session: SessionID, isLost: Bool)> = []
    var poisonGuard: PoisonGuard
    /// What does not go on yet because its processor has a rate.
    var rates = RateLimits()
    /// Bytes that the text of a message may have; a longer one is refused.
    var largestText = 0

    init(_ caution: Caution) { poisonGuard = PoisonGuard(caution) }

    /// Bytes of the deliveries that wait.
    private(set) var bytes = 0
    /// Nothing is waiting.
    var isEmpty: Bool { items.isEmpty && endings.isEmpty }

    /// Deliveries of this processor are waiting.
    func isHolding(_ processor: SubscriptionID) -> Bool {
        endings.contains { $0.processor == processor }
            || items.contains { item in
                switch item {
                case .subscribed(processor, _), .deliveries(processor, _, _): true
                case .subscribed, .deliveries: false
                }
            }
    }

    /// Takes what the broker read, in its order. Deliveries of a closed channel are forgotten: RabbitMQ delivers them again.
    mutating func append(_ arrival: Arrival) {
        switch arrival {
        case .subscribed(let processor, let session): items.append(.subscribed(processor, session))
        case .deliveries(let processor, let session, let list):
            bytes += list[...].byteCount
            if rates.isEmpty || !joinLast(processor, session, list) { items.append(.deliveries(processor, session, list[...])) }
        case .unsubscribed(let processor, let session, let isLost):
            items.removeAll { item in
                switch item {
                case .subscribed(processor, session): return true
                case .deliveries(processor, session, let list):
                    bytes -= list.byteCount
                    return true
                case .subscribed, .deliveries: return false
                }
            }
            // It is not delayed: it may free what the others wait for.
            endings.append((processor, session, isLost))
        }
    }

    /// Puts deliveries behind those that came last, if they are of the same session and few: what waits for a rate comes one by one, and would be
    /// looked at one by one each time. True if that was possible.
    private mutating func joinLast(_ processor: SubscriptionID, _ session: SessionID, _ list: [Delivery]) -> Bool {
        guard case .deliveries(processor, session, let last)? = items.last, last.count + list.count <= Self.bulkBound else { return false }
        items[items.endIndex - 1] = .deliveries(processor, session, (Array(last) + list)[...])
        return true
    }

    /// The next portion, if the machine may have it: `hasRoom` while it holds fewer bytes than `hold`. A processor whose message goes alone waits
    /// until something came back, and one that has used its rate up until there is some again; the others do not.
    mutating func next(hasRoom: Bool, at now: ContinuousClock.Instant) -> Portion? {
        if let (processor, session, isLost) = endings.popFirst() { return .unsubscribed(processor, session, isLost: isLost) }
        var waiting: Set<SubscriptionID> = []
        for index in items.indices {
            switch items[index] {
            case .subscribed(let processor, let session):
                guard !waiting.contains(processor) else { continue }
                items.remove(at: index)
                poisonGuard.subscribed(processor)
                return .subscribed(processor, session)
            case .deliveries(let processor, let session, let list):
                guard hasRoom, let first = list.first else { return nil }
                guard !waiting.contains(processor) else { continue }
                let allowance = rates.isEmpty ? .max : rates.allowance(of: processor, at: now)
                let treatment = allowance > 0 ? poisonGuard.treatment(first, of: processor) : .waits
                guard treatment != .waits else {
                    waiting.insert(processor)
                    continue
                }
                let run = treatment == .alone ? list.prefix(1) : bulk(poisonGuard.run(of: list.prefix(allowance), of: processor, treatment))
                poisonGuard.took(run, of: processor)
                if !rates.isEmpty { rates.take(run.count, from: processor, at: now) }
                shorten(at: index, processor, session, list.dropFirst(run.count))
                switch treatment {
                case .alone: return .alone(processor, session, first)
                case .watched: return .watched(processor, session, run)
                case .usual, .waits: return .deliveries(processor, session, run)
                }
            }
        }
        return nil
    }

    /// When a processor that waits for its rate may go on; `nil` if none waits for that. One that may go on now waits for something else.
    func nextRateTime(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard !rates.isEmpty else { return nil }
        return items.lazy.compactMap { item in
            if case .deliveries(let processor, _, _) = item { rates.nextTime(of: processor, at: now) } else { nil }
        }.min()
    }

    /// Deliveries of this processor that wait.
    func waiting(of processor: SubscriptionID) -> Int {
        items.reduce(0) { sum, item in
            if case .deliveries(processor, _, let list) = item { sum + list.count } else { sum }
        }
    }

    /// A compressed delivery counts as the size that it may expand to, because its own statement is not trusted.
    private func bulk(_ list: ArraySlice<Delivery>) -> ArraySlice<Delivery> {
        var bytes = 0
        let count = list.prefix(Self.bulkBound).prefix { delivery in
            defer { bytes += delivery.mostHeldBytes(largestText: largestText) }
            return bytes == 0 || bytes < Self.bulkBytes
        }.count
        return list.prefix(count)
    }

    private mutating func shorten(at index: Int, _ processor: SubscriptionID, _ session: SessionID, _ rest: ArraySlice<Delivery>) {
        guard case .deliveries(_, _, let list) = items[index] else { return }
        bytes -= list.byteCount - rest.byteCount
        if rest.isEmpty { items.remove(at: index) } else { items[index] = .deliveries(processor, session, rest) }
    }
}

extension ArraySlice<Delivery> {
    var byteCount: Int { reduce(0) { $0 + $1.bytes.count } }
}

extension Result<PlannedWrite, Refusal> {
    /// Bytes of memory that the delivery takes now, decoded texts included.
    func heldBytes(of delivery: Delivery) -> Int {
        switch self {
        case .success(let write): write.heldBytes
        case .failure: delivery.bytes.count
        }
    }
}
