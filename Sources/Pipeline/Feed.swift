internal import DequeModule
internal import Mapping
internal import Settings

/// What the broker read and the machine has not taken yet: what is mapped is bounded by `hold`, and after a start what came before goes alone.
struct Feed {
    /// Deliveries, and bytes of them, mapped in one go: in between it is seen whether reading has to pause. A larger one goes by itself.
    static let bulkBound = 128, bulkBytes = 1 << 20

    /// What to hand to the machine next.
    enum Portion {
        case subscribed(ProcessorIndex, SessionID)
        case unsubscribed(ProcessorIndex, SessionID)
        case deliveries(ProcessorIndex, SessionID, ArraySlice<Delivery>)
        /// One that goes alone, after its suspicion is written down.
        case alone(ProcessorIndex, SessionID, Delivery)
    }

    private enum Item {
        case subscribed(ProcessorIndex, SessionID)
        case deliveries(ProcessorIndex, SessionID, ArraySlice<Delivery>)
    }

    private var items: Deque<Item> = []
    private var endings: Deque<(ProcessorIndex, SessionID)> = []
    private(set) var crashGuard: CrashGuard

    init(processors: Int, suspect: Suspect?) {
        crashGuard = CrashGuard(processors: processors, suspect: suspect)
    }

    /// Bytes of the deliveries that wait.
    private(set) var bytes = 0
    /// Nothing is waiting.
    var isEmpty: Bool { items.isEmpty && endings.isEmpty }

    /// Something of this processor is waiting.
    func isHolding(_ processor: ProcessorIndex) -> Bool {
        endings.contains { $0.0 == processor }
            || items.contains { item in
                switch item {
                case .subscribed(processor, _), .deliveries(processor, _, _): true
                case .subscribed, .deliveries: false
                }
            }
    }

    /// There are so many places for processors now.
    mutating func grow(to processors: Int) { crashGuard.grow(to: processors) }

    /// Takes what the broker read, in its order. What a closed channel had delivered is forgotten: RabbitMQ delivers it again.
    mutating func append(_ arrival: Arrival) {
        switch arrival {
        case .subscribed(let processor, let session): items.append(.subscribed(processor, session))
        case .deliveries(let processor, let session, let list):
            items.append(.deliveries(processor, session, list[...]))
            bytes += list[...].byteCount
        case .unsubscribed(let processor, let session):
            items.removeAll { item in
                switch item {
                case .subscribed(processor, session): return true
                case .deliveries(processor, session, let list):
                    bytes -= list.byteCount
                    return true
                case .subscribed, .deliveries: return false
                }
            }
            // It waits for nothing: what it frees may be what the others wait for.
            endings.append((processor, session))
        }
    }

    /// The next portion, if the machine may have it: `hasRoom` while it holds fewer bytes than `hold`, `isSuspecting` while
    /// nothing has come back since the last one that went alone.
    mutating func next(hasRoom: Bool, isSuspecting: Bool) -> Portion? {
        if let (processor, session) = endings.popFirst() { return .unsubscribed(processor, session) }
        switch items.first {
        case nil: return nil
        case .subscribed(let processor, let session)?:
            items.removeFirst()
            return .subscribed(processor, session)
        case .deliveries(let processor, let session, let list)?:
            guard hasRoom, let first = list.first else { return nil }
            if crashGuard.mustGoAlone(first, of: processor) {
                guard !isSuspecting else { return nil }
                shorten(processor, session, list.dropFirst())
                return .alone(processor, session, first)
            }
            let bulk = Self.bulk(list)
            shorten(processor, session, list.dropFirst(bulk.count))
            return .deliveries(processor, session, bulk)
        }
    }

    /// See ``CrashGuard/suspect(_:of:)``.
    mutating func suspect(_ delivery: Delivery, of processor: ProcessorSettings) -> (suspect: Suspect, isGuilty: Bool) {
        crashGuard.suspect(delivery, of: processor)
    }

    private static func bulk(_ list: ArraySlice<Delivery>) -> ArraySlice<Delivery> {
        var bytes = 0
        let count = list.prefix(bulkBound).prefix { delivery in
            defer { bytes += delivery.bytes.count }
            return bytes < bulkBytes
        }.count
        return list.prefix(count)
    }

    private mutating func shorten(_ processor: ProcessorIndex, _ session: SessionID, _ rest: ArraySlice<Delivery>) {
        if case .deliveries(_, _, let list)? = items.popFirst() { bytes -= list.byteCount - rest.byteCount }
        if !rest.isEmpty { items.prepend(.deliveries(processor, session, rest)) }
    }
}

extension ArraySlice<Delivery> {
    var byteCount: Int { reduce(0) { $0 + $1.bytes.count } }
}
