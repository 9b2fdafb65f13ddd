internal import DequeModule
internal import Messages

/// Writes that may leave, gathered by target until a request takes them.
///
/// There is no linger timer: a request takes whatever is there when a connection is free, so batches grow with the load by themselves.
struct RequestQueue {
    /// What one request carries.
    struct Request: Equatable {
        enum Kind: Equatable { case write, readBack, sweep }
        var kind: Kind
        var target: WriteTarget
        var slots: [Lanes.Slot]
        /// Bytes of its body, about.
        var bytes = 0
        /// Of edges: which part of each write's relations it carries. Empty otherwise, when each write is one document.
        var chunks: [Chunk] = []

        /// How many outcomes its answer has.
        var documents: Int { chunks.isEmpty ? slots.count : chunks.reduce(0) { $0 + $1.count } }
    }

    /// Some edges of one write.
    struct Chunk: Equatable {
        let count: Int
        /// The edge after them; nil: those were the last.
        let next: EdgeCursor?
    }

    /// What a write adds to a request, or a request has room for.
    struct Load {
        var documents: Int
        var bytes: Int
    }

    private struct Group {
        var writes: Deque<Lanes.Slot> = []
        var readBacks: Deque<Lanes.Slot> = []
        var sweeps: Deque<Lanes.Slot> = []
        /// Shut when an administrator must act: other targets go on.
        var breaker = CircuitBreaker()

        var isEmpty: Bool { writes.isEmpty && readBacks.isEmpty && sweeps.isEmpty }
    }

    /// What one request may carry.
    var bounds = Load(documents: 1, bytes: 0)
    /// Each has its group at the same place. A handful, compared by pointer-sized strings: faster than hashing.
    private var targets: [WriteTarget] = []
    private var groups: [Group] = []
    /// Requests to be sent exactly as they are: the halves of one that was rejected as a whole.
    private var halves: Deque<Request> = []
    /// The group that is asked first: each gets its turn.
    private var turn = 0

    /// When the next target that is shut may be tried.
    var nextTry: ContinuousClock.Instant? { groups.indices.lazy.compactMap { groups[$0].isEmpty ? nil : groups[$0].breaker.nextTry }.min() }

    /// Some target takes nothing.
    var isAnyShut: Bool { groups.indices.contains { groups[$0].breaker.isShut } }

    /// Targets that take nothing though something waits for them, or tries.
    var shutTargets: [(target: WriteTarget, closure: CircuitBreaker.Closure)] {
        groups.indices.compactMap { index in
            guard let closure = groups[index].breaker.closure else { return nil }
            let isTrying = groups[index].breaker.nextTry == nil
            let isWaitedFor = isTrying || !groups[index].isEmpty || halves.contains { $0.target == targets[index] }
            return isWaitedFor ? (targets[index], closure) : nil
        }
    }

    /// Why nothing leaves for this target; nil: it may.
    func closure(of target: WriteTarget) -> CircuitBreaker.Closure? {
        targets.firstIndex(of: target).flatMap { groups[$0].breaker.closure }
    }

    /// The gate of one target.
    subscript(breakerOf target: WriteTarget) -> CircuitBreaker {
        mutating get { groups[group(target)].breaker }
        set { groups[group(target)].breaker = newValue }
    }

    /// A write that may leave.
    mutating func add(_ slot: Lanes.Slot, _ target: WriteTarget) {
        groups[group(target)].writes.append(slot)
    }

    /// A write whose document is to be read back.
    mutating func addReadBack(_ slot: Lanes.Slot, _ target: WriteTarget) {
        groups[group(target)].readBacks.append(slot)
    }

    /// A write some of whose document's edges are to go.
    mutating func addSweep(_ slot: Lanes.Slot, _ target: WriteTarget) {
        groups[group(target)].sweeps.append(slot)
    }

    /// A request that was not done: its writes go first again, in their order.
    mutating func giveBack(_ request: Request) {
        let index = group(request.target)
        switch request.kind {
        case .write: groups[index].writes.prepend(contentsOf: request.slots)
        case .readBack: groups[index].readBacks.prepend(contentsOf: request.slots)
        case .sweep: groups[index].sweeps.prepend(contentsOf: request.slots)
        }
    }

    /// A request of several writes that was rejected as a whole: each half goes alone, until the guilty one is alone.
    mutating func split(_ request: Request) {
        let middle = request.slots.count / 2
        for part in [request.slots[..<middle], request.slots[middle...]] {
            halves.append(Request(kind: request.kind, target: request.target, slots: Array(part), bytes: request.bytes))
        }
    }

    /// The next request of a target that is not shut, or nil. `load` tells what a write adds to it, at most.
    mutating func next(at now: ContinuousClock.Instant, load: (Lanes.Slot) -> Load) -> Request? {
        if let half = halves.popFirst() { return half }
        for offset in 0..<groups.count {
            let index = (turn + offset) % groups.count
            guard groups[index].breaker.mayTry(at: now) else { continue }
            let target = targets[index]
            let request: Request
            if !groups[index].readBacks.isEmpty {
                let room = Load(documents: bounds.documents, bytes: .max)
                let (slots, _) = Self.take(&groups[index].readBacks, upTo: room) { Load(documents: load($0).documents, bytes: 0) }
                request = Request(kind: .readBack, target: target, slots: slots)
            } else if let slot = groups[index].sweeps.popFirst() {
                request = Request(kind: .sweep, target: target, slots: [slot])
            } else if !groups[index].writes.isEmpty {
                let (slots, bytes) = Self.take(&groups[index].writes, upTo: bounds, load: load)
                request = Request(kind: .write, target: target, slots: slots, bytes: bytes)
            } else {
                continue
            }
            turn = index + 1
            groups[index].breaker.sent()
            return request
        }
        return nil
    }

    /// Shows each write that waits for a request, for which kind, and to which target.
    func forEach(_ body: (Lanes.Slot, Request.Kind, WriteTarget) -> Void) {
        for (group, target) in zip(groups, targets) {
            for slot in group.writes { body(slot, .write, target) }
            for slot in group.readBacks { body(slot, .readBack, target) }
            for slot in group.sweeps { body(slot, .sweep, target) }
        }
        for half in halves { for slot in half.slots { body(slot, half.kind, half.target) } }
    }

    /// Forgets writes that were dropped.
    mutating func remove(_ dropped: Set<Lanes.Slot>) {
        for index in groups.indices {
            groups[index].writes.removeAll(where: dropped.contains)
            groups[index].readBacks.removeAll(where: dropped.contains)
            groups[index].sweeps.removeAll(where: dropped.contains)
        }
        for index in halves.indices { halves[index].slots.removeAll(where: dropped.contains) }
        halves.removeAll { $0.slots.isEmpty }
    }

    /// At least one, then as many as both bounds allow.
    private static func take(
        _ queue: inout Deque<Lanes.Slot>, upTo room: Load, load: (Lanes.Slot) -> Load
    ) -> (slots: [Lanes.Slot], bytes: Int) {
        var slots: [Lanes.Slot] = []
        slots.reserveCapacity(min(room.documents, queue.count))
        var left = room
        while left.documents > 0, let slot = queue.first {
            let load = load(slot)
            guard slots.isEmpty || (load.documents <= left.documents && load.bytes <= left.bytes) else { break }
            left.documents -= load.documents
            left.bytes -= load.bytes
            slots.append(slot)
            queue.removeFirst()
        }
        return (slots, room.bytes - left.bytes)
    }

    private mutating func group(_ target: WriteTarget) -> Int {
        if let index = targets.firstIndex(of: target) { return index }
        targets.append(target)
        groups.append(Group())
        return groups.count - 1
    }
}
