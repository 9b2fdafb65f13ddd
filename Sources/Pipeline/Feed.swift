internal import DequeModule
internal import Mapping
internal import Settings

/// What the broker read and the machine has not taken yet: what is mapped is bounded by `hold`, and after a start what came before goes alone.
struct Feed {
    /// Deliveries mapped in one go.
    static let bulkBound = 128

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

    /// Nothing is waiting.
    var isEmpty: Bool { items.isEmpty && endings.isEmpty }

    /// Takes what the broker read, in its order. What a closed channel had delivered is forgotten: RabbitMQ delivers it again.
    mutating func append(_ arrival: Arrival) {
        switch arrival {
        case .subscribed(let processor, let session): items.append(.subscribed(processor, session))
        case .deliveries(let processor, let session, let list): items.append(.deliveries(processor, session, list[...]))
        case .unsubscribed(let processor, let session):
            items.removeAll { item in
                switch item {
                case .subscribed(processor, session), .deliveries(processor, session, _): true
                case .subscribed, .deliveries: false
                }
            }
            // It waits for nothing: what it frees may be what the others wait for.
            endings.append((processor, session))
        }
    }

    /// The next portion, if the machine may have it: `hasRoom` while it holds fewer bytes than `hold`, `isIdle` while it holds nothing.
    mutating func next(hasRoom: Bool, isIdle: Bool) -> Portion? {
        if let (processor, session) = endings.popFirst() { return .unsubscribed(processor, session) }
        switch items.first {
        case nil: return nil
        case .subscribed(let processor, let session)?:
            items.removeFirst()
            return .subscribed(processor, session)
        case .deliveries(let processor, let session, let list)?:
            guard hasRoom, let first = list.first else { return nil }
            if crashGuard.mustGoAlone(first, of: processor) {
                guard isIdle else { return nil }
                shorten(processor, session, list.dropFirst())
                return .alone(processor, session, first)
            }
            let bulk = list.prefix(Self.bulkBound)
            shorten(processor, session, list.dropFirst(bulk.count))
            return .deliveries(processor, session, bulk)
        }
    }

    /// See ``CrashGuard/suspect(_:of:)``.
    mutating func suspect(_ delivery: Delivery, of processor: ProcessorSettings) -> (suspect: Suspect, isGuilty: Bool) {
        crashGuard.suspect(delivery, of: processor)
    }

    private mutating func shorten(_ processor: ProcessorIndex, _ session: SessionID, _ rest: ArraySlice<Delivery>) {
        items.removeFirst()
        if !rest.isEmpty { items.prepend(.deliveries(processor, session, rest)) }
    }
}
