internal import Messages

/// From step to step.
extension PipelineMachine {
    /// Moves a held write to the stage of its next step.
    mutating func proceed(_ slot: Lanes.Slot) { move(slot, to: lanes.step(of: slot).waitingStage) }

    /// The database has done the current step; `chunk` are the edges that were written, if it was about edges.
    mutating func stepDone(_ slot: Lanes.Slot, _ chunk: RequestQueue.Chunk?, isStale: Bool, at now: ContinuousClock.Instant) {
        if !investigations.isEmpty { investigations.settled(slot) }
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
        if !investigations.isEmpty { investigations.settled(slot) }
        switch (step, state) {
        case (_, .unreadable(let fault)): suspect(slot, fault, at: now)
        case (.review, .found(_, let edgesVersion, _)):
            // Edges that this message wrote after a newer one has made its review would stay for ever: that review is over.
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
    private func stepAfterStanding(of write: PlannedWrite, stored: UInt64?, edgesVersion: UInt64?) -> WriteStep? {
        guard let relations = write.relations, let version = write.version else { return nil }
        if let edgesVersion, edgesVersion > version {
            // Delivered before, it may have written edges after the newer message's review, and not have reached its own.
            let mayHaveWritten = write.delivery.redelivered && !relations.sweeps.isEmpty && relations.first != nil
            return mayHaveWritten ? .sweep(0, below: edgesVersion) : nil
        }
        return stored == version || edgesVersion == version ? firstStep(of: write) : nil
    }

    private func firstStep(of write: PlannedWrite) -> WriteStep? {
        write.relations?.first.map { .edges($0) } ?? stepAfterEdges(of: write)
    }

    private func stepAfterEdges(of write: PlannedWrite) -> WriteStep? {
        guard let relations = write.relations, !relations.sweeps.isEmpty else { return nil }
        // A message without edges leaves none behind.
        return relations.marker != nil && relations.first != nil ? .review : .sweep(0, below: relations.marker == nil ? nil : write.version)
    }

    /// Begins a step, with a fresh count of attempts; `nil` if everything is written.
    private mutating func go(_ slot: Lanes.Slot, to step: WriteStep?, at now: ContinuousClock.Instant) {
        guard let step = step ?? lastStep(of: slot) else { return finish(slot, lanes[slot].progress.isStale ? .stale : .written, at: now) }
        // RabbitMQ delivers it again, and then all is done again.
        guard hasChannel(slot) else { return drop(slot) }
        lanes.update(slot) {
            $0.progress.step = step
            $0.attempts = 0
            $0.conflicts = 0
            $0.isConfirmed = false
            $0.wasUndone = false
        }
        proceed(slot)
    }

    /// Once everything is written: the onward message, if there is one to publish; `nil` if the delivery is settled.
    private func lastStep(of slot: Lanes.Slot) -> WriteStep? {
        guard let onward = lanes[slot].write.onward else { return nil }
        return lanes[slot].progress.isOvertaken && !onward.tellsStale ? nil : .emit
    }
}
