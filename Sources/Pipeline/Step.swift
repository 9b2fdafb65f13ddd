internal import Mapping

/// Where a held write is on its way: its document first, then what its relations ask for.
enum Step: Equatable {
    /// The document is to be written.
    case document
    /// The document was stale. Whether its edges are still due is to be read: the process may have ended between the two.
    case standing
    /// The edges from here on are to be written.
    case edges(EdgeCursor)
    /// All edges are written. Whether a newer message has had its say about them meanwhile is to be read: elsewhere, where our lanes are
    /// not known.
    case review
    /// Edges that the message does not name are to go: by the number of the sweep, up to this version.
    case sweep(Int, below: UInt64?)
}

extension Step {
    /// It only reads the document.
    var asks: Bool { self == .standing || self == .review }
    var isSweep: Bool { if case .sweep = self { true } else { false } }
}

extension Lanes.Entry {
    /// Where its present step goes.
    var target: WriteTarget {
        switch step {
        case .document, .standing, .review: write.target
        case .edges(let cursor): write.relations?.target(at: cursor) ?? write.target
        case .sweep(let index, _): write.relations?.sweeps[index].target ?? write.target
        }
    }
}

extension Lanes {
    /// What the present step of a write adds to a request, at most.
    mutating func load(_ slot: Slot) -> RequestQueue.Load {
        let entry = self[slot]
        guard case .edges = entry.step, let relations = entry.write.relations else {
            return RequestQueue.Load(documents: 1, bytes: outgoingBytes(slot))
        }
        return RequestQueue.Load(documents: relations.count, bytes: relations.byteCount)
    }
}

/// From step to step.
extension PipelineMachine {
    /// Puts a held write where its present step waits for a request.
    mutating func enqueue(_ slot: Lanes.Slot) {
        let entry = lanes[slot]
        switch entry.step {
        case .document, .edges: queue.add(slot, entry.target)
        case .standing, .review: queue.addReadBack(slot, entry.target)
        case .sweep: queue.addSweep(slot, entry.target)
        }
    }

    /// The present step is done; `chunk` are the edges that were written, if it was about edges.
    mutating func stepDone(_ slot: Lanes.Slot, _ chunk: RequestQueue.Chunk?, isStale: Bool, at now: ContinuousClock.Instant) {
        let entry = lanes[slot]
        guard let relations = entry.write.relations else { return finish(slot, isStale ? .stale : .written, at: now) }
        if entry.step != .document { settledCount += 1 }
        switch entry.step {
        case .document:
            lanes.update(slot) { $0.isStale = isStale }
            go(slot, to: isStale && relations.marker != nil ? .standing : firstStep(of: relations, version: entry.write.version), at: now)
        case .edges: go(slot, to: chunk?.next.map { .edges($0) } ?? stepAfterEdges(of: relations, version: entry.write.version), at: now)
        case .sweep(let index, let below): go(slot, to: index + 1 < relations.sweeps.count ? .sweep(index + 1, below: below) : nil, at: now)
        case .standing, .review: preconditionFailure("these are settled by what was read")
        }
    }

    /// What was read for a step that asks about the document.
    mutating func stepRead(_ slot: Lanes.Slot, _ state: StoredState, at now: ContinuousClock.Instant) {
        let entry = lanes[slot]
        guard let relations = entry.write.relations else { preconditionFailure("only relations have such steps") }
        let version = entry.write.version ?? 0
        switch (entry.step, state) {
        case (_, .unreadable(let fault)): failed(slot, fault, at: now)
        case (.review, .found(_, let edgesVersion)):
            // What this message wrote after a newer one had had its say would stay for ever: that one has looked already.
            go(slot, to: .sweep(0, below: max(version, edgesVersion ?? 0)), at: now)
        case (.review, .missing): go(slot, to: .sweep(0, below: version), at: now)
        case (_, .found(_, let edgesVersion?)) where edgesVersion > version:
            // Delivered before, it may have written edges after the newer message had looked, and not have come to its review.
            let mayHaveWritten = entry.write.delivery.redelivered && !relations.sweeps.isEmpty && relations.first != nil
            go(slot, to: mayHaveWritten ? .sweep(0, below: edgesVersion) : nil, at: now)
        case (_, .found(let stored, let edgesVersion)):
            let isOurs = stored == version || edgesVersion == version
            go(slot, to: isOurs ? firstStep(of: relations, version: version) : nil, at: now)
        // It was removed since: that is newer too.
        case (_, .missing): go(slot, to: nil, at: now)
        }
    }

    private func firstStep(of relations: Relations, version: UInt64?) -> Step? {
        relations.first.map { .edges($0) } ?? stepAfterEdges(of: relations, version: version)
    }

    private func stepAfterEdges(of relations: Relations, version: UInt64?) -> Step? {
        guard !relations.sweeps.isEmpty else { return nil }
        // Who writes no edges leaves none behind.
        return relations.marker != nil && relations.first != nil ? .review : .sweep(0, below: relations.marker == nil ? nil : version)
    }

    /// Begins a step, with a fresh count of attempts; nil: all is done, and the delivery is settled.
    private mutating func go(_ slot: Lanes.Slot, to step: Step?, at now: ContinuousClock.Instant) {
        guard let step else { return finish(slot, lanes[slot].isStale ? .stale : .written, at: now) }
        // RabbitMQ delivers it again, and then all is done again.
        guard hasChannel(slot) else { return drop(slot) }
        lanes.update(slot) {
            $0.step = step
            $0.attempts = 0
            $0.conflicts = 0
            $0.isConfirmed = false
        }
        enqueue(slot)
    }
}
