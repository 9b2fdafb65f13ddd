internal import Messages

extension PipelineMachine {
    /// What a request that sweeps asks for.
    func sweep(_ id: RequestID, of slot: Lanes.Slot) -> EdgeSweep {
        let entry = lanes[slot]
        guard case .sweep(let index, let below) = entry.step, let relations = entry.write.relations else {
            preconditionFailure("only sweeps are asked to sweep")
        }
        let plan = relations.sweeps[index]
        guard let below, let attribute = plan.target.versionAttribute else {
            return EdgeSweep(id: id, plan: plan, scope: .besides(relations.keys(keptBy: plan)))
        }
        return EdgeSweep(id: id, plan: plan, scope: .below(below, attribute: attribute))
    }
}

/// Edges are read from the messages' text when they are sent, and their outcomes are gathered for their message.
extension PipelineMachine {
    /// Plans the edges that a request carries, and notes how many belong to which write.
    mutating func planEdges(of request: inout RequestQueue.Request) -> [PlannedWrite] {
        var writes: [PlannedWrite] = []
        var room = queue.bounds
        for slot in request.slots {
            let entry = lanes[slot]
            guard case .edges(let cursor) = entry.step, let relations = entry.write.relations else {
                preconditionFailure("the targets of edges and of documents differ")
            }
            let documents = min(max(1, room.documents), entry.progress.chunkBound ?? .max)
            let chunk = relations.chunk(of: entry.write, from: cursor, documents: documents, bytes: room.bytes)
            request.chunks.append(RequestQueue.Chunk(count: chunk.writes.count, next: chunk.next))
            room.documents -= chunk.writes.count
            room.bytes -= chunk.writes.reduce(0) { $0 + $1.document.byteCount(key: $1.key) }
            writes += chunk.writes
        }
        request.bytes = queue.bounds.bytes - room.bytes
        return writes
    }

    /// The outcome of a chunk of edges: the worst outcome of any of them.
    func gathered(_ outcomes: ArraySlice<Outcome>, of slot: Lanes.Slot) -> Outcome {
        guard let worst = outcomes.indices.max(by: { outcomes[$0].severity < outcomes[$1].severity }) else { return .written }
        let index = worst - outcomes.startIndex
        return switch outcomes[worst] {
        case .written, .stale, .stored: .written
        case .conflict(let fault): .conflict(named(fault, of: slot, edge: index))
        case .unavailable(let fault): .unavailable(named(fault, of: slot, edge: index))
        case .transient(let fault): .transient(named(fault, of: slot, edge: index))
        case .refused(let fault): .refused(named(fault, of: slot, edge: index))
        }
    }

    /// Whether all edges of a chunk that was read back are there; the first that is not, otherwise.
    func gathered(_ states: ArraySlice<StoredState>, of slot: Lanes.Slot) -> Verification {
        let entry = lanes[slot]
        for (index, state) in states.enumerated() {
            let verdict = Verification.verdict(
                entry.target.mode, version: entry.write.version, isConfirmed: entry.isConfirmed, state)
            if case .failed(let fault) = verdict { return .failed(named(fault, of: slot, edge: index)) }
        }
        return .written
    }

    /// The fault with the name of the edge, for people: the chunk is planned once more, because edges are not kept.
    private func named(_ fault: Fault, of slot: Lanes.Slot, edge index: Int) -> Fault {
        let entry = lanes[slot]
        guard case .edges(let cursor) = entry.step, let relations = entry.write.relations else { return fault }
        let chunk = relations.chunk(of: entry.write, from: cursor, documents: index + 1, bytes: .max)
        let name = chunk.writes.count > index ? " \(chunk.writes[index].key)" : ""
        return Fault(
            errorNum: fault.errorNum, status: fault.status, message: "edge\(name) in \(entry.target.collection): \(fault.message)")
    }
}

extension Outcome {
    /// The rank of one edge's outcome among others of its message.
    fileprivate var severity: Int {
        switch self {
        case .written, .stale, .stored: 0
        case .unavailable: 1
        case .conflict: 2
        case .transient: 3
        case .refused: 4
        }
    }
}
