internal import DequeModule
internal import Mapping
internal import Messages
internal import Settings

/// Writes that may be sent, gathered by target until a request carries them.
///
/// There is no linger timer: a request carries whatever is there when a connection is free, so batches grow with the load by themselves.
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

        /// The number of outcomes in its answer.
        var documents: Int { chunks.isEmpty ? slots.count : chunks.reduce(0) { $0 + $1.count } }
    }

    /// Some edges of one write.
    struct Chunk: Equatable {
        let count: Int
        /// The edge after them; `nil` if those were the last.
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
        /// Open when this target accepts no writes; other targets are not affected.
        var breaker = CircuitBreaker()
        /// Requests in a row that got no whole answer.
        var unanswered = 0

        var isEmpty: Bool { writes.isEmpty && readBacks.isEmpty && sweeps.isEmpty }
    }

    /// What one request may carry.
    var bounds = Load(documents: 1, bytes: 0)
    /// Each has its group at the same index. A handful, compared by pointer-sized strings: faster than hashing.
    private var targets: [WriteTarget] = []
    private var groups: [Group] = []
    /// Requests to be sent exactly as they are: the halves of one that was rejected as a whole.
    private var halves: Deque<Request> = []
    /// Writes that have failed by themselves: each is sent alone, so that it holds up no other.
    private var alone: Deque<Request> = []
    /// They take turns with the rest.
    private var wasAlone = false
    /// The group whose turn it is.
    private var turn = 0

    /// When the next proof of a target that accepts nothing is due.
    var proofTime: ContinuousClock.Instant? { groups.indices.lazy.compactMap { groups[$0].breaker.proofTime }.min() }

    /// Some target accepts nothing.
    var isAnyShut: Bool { groups.indices.contains { groups[$0].breaker.isShut } }

    /// Targets that accept nothing.
    var shutTargets: [(target: WriteTarget, closure: CircuitBreaker.Closure)] {
        groups.indices.compactMap { index in groups[index].breaker.closure.map { (targets[index], $0) } }
    }

    /// All breakers.
    var breakers: [(target: WriteTarget, breaker: CircuitBreaker)] { zip(targets, groups).map { ($0, $1.breaker) } }

    /// Targets whose breaker is half open, with nothing under way and nothing that could be.
    var idlyHalfOpenTargets: [WriteTarget] {
        groups.indices.filter { groups[$0].breaker.isIdlyHalfOpen && !hasWork(for: targets[$0]) }.map { targets[$0] }
    }

    /// Targets whose breaker is half open, with a request under way, or one whose failure is being judged.
    var busilyHalfOpenTargets: [WriteTarget] {
        groups.indices.filter { groups[$0].breaker.isHalfOpen && !groups[$0].breaker.isIdlyHalfOpen }.map { targets[$0] }
    }

    /// Why nothing may be sent to this target; `nil` if it may.
    func closure(of target: WriteTarget) -> CircuitBreaker.Closure? {
        targets.firstIndex(of: target).flatMap { groups[$0].breaker.closure }
    }

    /// Writes are ready to be sent, to any target.
    var hasWork: Bool { !halves.isEmpty || !alone.isEmpty || groups.contains { !$0.isEmpty } }

    private func hasWork(for target: WriteTarget) -> Bool {
        let isGathered = targets.firstIndex(of: target).map { !groups[$0].isEmpty } ?? false
        return isGathered || hasHalves(of: target) || alone.contains { $0.target == target }
    }

    /// Parts of a request that failed as a whole are still to be tried.
    func hasHalves(of target: WriteTarget) -> Bool { halves.contains { $0.target == target } }

    /// Targets whose proof is due.
    func targetsToProve(at now: ContinuousClock.Instant) -> [WriteTarget] {
        groups.indices.filter { groups[$0].breaker.proofTime.map { $0 <= now } ?? false }.map { targets[$0] }
    }

    /// A request to this target got no whole answer. Returns how many in a row.
    mutating func countUnanswered(_ target: WriteTarget) -> Int {
        let index = group(target)
        groups[index].unanswered += 1
        return groups[index].unanswered
    }

    mutating func answered(_ target: WriteTarget) { groups[group(target)].unanswered = 0 }

    /// No processor writes to other collections any more: their faults no longer matter.
    mutating func forget(besides collections: Set<Exact<String>>) {
        for index in groups.indices where groups[index].isEmpty && !collections.contains(Exact(targets[index].collection)) {
            groups[index].breaker = CircuitBreaker()
        }
    }

    /// The circuit breaker of one target.
    subscript(breakerOf target: WriteTarget) -> CircuitBreaker {
        mutating get { groups[group(target)].breaker }
        set { groups[group(target)].breaker = newValue }
    }

    /// Adds a write that may be sent.
    mutating func add(_ slot: Lanes.Slot, _ target: WriteTarget) {
        groups[group(target)].writes.append(slot)
    }

    /// Adds a write whose document must be read back.
    mutating func addReadBack(_ slot: Lanes.Slot, _ target: WriteTarget) {
        groups[group(target)].readBacks.append(slot)
    }

    /// A write of a document some of whose edges must be removed.
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

    /// A request of several writes that was rejected as a whole: each half goes alone, until the one to blame is alone.
    mutating func split(_ request: Request) {
        let middle = request.slots.count / 2
        for part in [request.slots[..<middle], request.slots[middle...]] {
            halves.append(Request(kind: request.kind, target: request.target, slots: Array(part), bytes: request.bytes))
        }
    }

    /// A write that failed by itself is sent alone the next time.
    mutating func addAlone(_ request: Request) { alone.append(request) }

    /// The next request of a target that accepts some, or `nil`. `load` is what a write adds to it, at most.
    mutating func next(load: (Lanes.Slot) -> Load) -> Request? {
        if !halves.isEmpty, let half = take(from: \.halves) { return half }
        if !alone.isEmpty, !wasAlone, let request = take(from: \.alone) {
            wasAlone = true
            return request
        }
        if let gathered = nextGathered(load: load) {
            wasAlone = false
            return gathered
        }
        return alone.isEmpty ? nil : take(from: \.alone)
    }

    private mutating func take(from queue: WritableKeyPath<Self, Deque<Request>>) -> Request? {
        guard let index = self[keyPath: queue].firstIndex(where: { mayTry($0.target) }) else { return nil }
        let request = self[keyPath: queue].remove(at: index)
        groups[group(request.target)].breaker.sent()
        return request
    }

    private func mayTry(_ target: WriteTarget) -> Bool { targets.firstIndex(of: target).map { groups[$0].breaker.mayTry } ?? true }

    private mutating func nextGathered(load: (Lanes.Slot) -> Load) -> Request? {
        for offset in 0..<groups.count {
            let index = (turn + offset) % groups.count
            guard groups[index].breaker.mayTry else { continue }
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
        for request in [halves, alone].joined() { for slot in request.slots { body(slot, request.kind, request.target) } }
    }

    /// Forgets writes that were dropped.
    mutating func remove(_ dropped: Set<Lanes.Slot>) {
        for index in groups.indices {
            groups[index].writes.removeAll(where: dropped.contains)
            groups[index].readBacks.removeAll(where: dropped.contains)
            groups[index].sweeps.removeAll(where: dropped.contains)
        }
        for queue in [\Self.halves, \.alone] {
            for index in self[keyPath: queue].indices { self[keyPath: queue][index].slots.removeAll(where: dropped.contains) }
            self[keyPath: queue].removeAll { $0.slots.isEmpty }
        }
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
        // Nearly always the same object; names are compared only of the others.
        if let index = targets.firstIndex(where: { $0 === target }) ?? targets.firstIndex(of: target) { return index }
        targets.append(target)
        groups.append(Group())
        return groups.count - 1
    }
}
