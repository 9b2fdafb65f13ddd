internal import Mapping

/// Where a held write is on its way: its document first, then what its relations ask for, then the message that tells of it.
enum WriteStage: Equatable {
    /// The document is to be written.
    case document
    /// The document was stale. Whether what follows it is still due is to be read: the process may have ended between the two.
    case standing
    /// The edges from here on are to be written.
    case edges(EdgeCursor)
    /// All edges are written. Whether a newer message has had its say about them meanwhile is to be read: elsewhere, where our lanes are
    /// not known.
    case review
    /// Edges that the message does not name are to go: by the number of the sweep, up to this version.
    case sweep(Int, below: UInt64?)
    /// All is written. The onward message is to be published.
    case emit
}

extension WriteStage {
    /// It only reads the document.
    var asks: Bool { self == .standing || self == .review }
    var isSweep: Bool { if case .sweep = self { true } else { false } }
}

extension Lanes.Entry {
    /// Where its present step goes.
    var target: WriteTarget {
        switch step {
        case .document, .standing, .review, .emit: write.target
        case .edges(let cursor): write.relations?.target(at: cursor) ?? write.target
        case .sweep(let index, _): write.relations?.sweeps[index].target ?? write.target
        }
    }
}

extension Lanes {
    /// What the present step of a write adds to a request, at most.
    mutating func load(_ slot: Slot) -> RequestQueue.Load {
        guard case .edges = step(of: slot), let relations = self[slot].write.relations else {
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
        case .emit: onwardQueue.add(slot, of: entry.write.processor)
        }
    }

    /// The database has done the present step; `chunk` are the edges that were written, if it was about edges.
    mutating func stepDone(_ slot: Lanes.Slot, _ chunk: RequestQueue.Chunk?, isStale: Bool, at now: ContinuousClock.Instant) {
        settledCount += 1
        let write = lanes[slot].write
        guard write.hasSequel else { return finish(slot, isStale ? .stale : .written, at: now) }
        switch lanes[slot].step {
        case .document:
            lanes.update(slot) { $0.progress.isStale = isStale }
            let isToBeRead = isStale && (write.relations?.marker != nil || write.onward != nil)
            go(slot, to: isToBeRead ? .standing : firstStep(of: write), at: now)
        case .edges: go(slot, to: chunk?.next.map { .edges($0) } ?? stepAfterEdges(of: write), at: now)
        case .sweep(let index, let below):
            let hasMore = index + 1 < write.relations?.sweeps.count ?? 0
            go(slot, to: hasMore ? .sweep(index + 1, below: below) : nil, at: now)
        case .standing, .review: preconditionFailure("these are settled by what was read")
        case .emit: preconditionFailure("this is settled by RabbitMQ")
        }
    }

    /// What was read for a step that asks about the document.
    mutating func stepRead(_ slot: Lanes.Slot, _ state: StoredState, at now: ContinuousClock.Instant) {
        let (write, step) = (lanes[slot].write, lanes[slot].step)
        let version = write.version ?? 0
        switch (step, state) {
        case (_, .unreadable(let fault)): failed(slot, fault, at: now)
        case (.review, .found(_, let edgesVersion, _)):
            // What this message wrote after a newer one had had its say would stay for ever: that one has looked already.
            go(slot, to: .sweep(0, below: max(version, edgesVersion ?? 0)), at: now)
        case (.review, .missing): go(slot, to: .sweep(0, below: version), at: now)
        case (_, .found(let stored, let edgesVersion, let revision)):
            lanes.update(slot) {
                $0.progress.isOvertaken = max(stored ?? 0, edgesVersion ?? 0) > version
                $0.progress.revision = revision
            }
            go(slot, to: stepAfterStanding(of: write, stored: stored, edgesVersion: edgesVersion), at: now)
        // It was removed since: that is newer too.
        case (_, .missing):
            lanes.update(slot) { $0.progress.isOvertaken = true }
            go(slot, to: nil, at: now)
        }
    }

    /// What of the relations is still due for a stale document that is stored with these versions.
    private func stepAfterStanding(of write: PlannedWrite, stored: UInt64?, edgesVersion: UInt64?) -> WriteStage? {
        guard let relations = write.relations, let version = write.version else { return nil }
        if let edgesVersion, edgesVersion > version {
            // Delivered before, it may have written edges after the newer message had looked, and not have come to its review.
            let mayHaveWritten = write.delivery.redelivered && !relations.sweeps.isEmpty && relations.first != nil
            return mayHaveWritten ? .sweep(0, below: edgesVersion) : nil
        }
        return stored == version || edgesVersion == version ? firstStep(of: write) : nil
    }

    private func firstStep(of write: PlannedWrite) -> WriteStage? {
        write.relations?.first.map { .edges($0) } ?? stepAfterEdges(of: write)
    }

    private func stepAfterEdges(of write: PlannedWrite) -> WriteStage? {
        guard let relations = write.relations, !relations.sweeps.isEmpty else { return nil }
        // Who writes no edges leaves none behind.
        return relations.marker != nil && relations.first != nil ? .review : .sweep(0, below: relations.marker == nil ? nil : write.version)
    }

    /// Begins a step, with a fresh count of attempts; nil: all is written.
    private mutating func go(_ slot: Lanes.Slot, to step: WriteStage?, at now: ContinuousClock.Instant) {
        guard let step = step ?? lastStep(of: slot) else { return finish(slot, lanes[slot].progress.isStale ? .stale : .written, at: now) }
        // RabbitMQ delivers it again, and then all is done again.
        guard hasChannel(slot) else { return drop(slot) }
        lanes.update(slot) {
            $0.progress.step = step
            $0.attempts = 0
            $0.conflicts = 0
            $0.isConfirmed = false
        }
        enqueue(slot)
    }

    /// Once all is written: the onward message, if there is one to be told; nil: the delivery is settled.
    private func lastStep(of slot: Lanes.Slot) -> WriteStage? {
        guard let onward = lanes[slot].write.onward else { return nil }
        return lanes[slot].progress.isOvertaken && !onward.tellsStale ? nil : .emit
    }
}
