internal import Messages
internal import Settings

/// What the database answered, and what follows from it for each write.
extension PipelineMachine {
    mutating func settleWrite(_ id: RequestID, _ reply: WriteReply, at now: ContinuousClock.Instant) {
        guard let request = takeInFlight(id) else { return }
        switch reply {
        case .success(let outcomes):
            precondition(outcomes.count == request.documents, "one outcome for each write")
            judge(outcomes, of: request.target, at: now)
            if request.chunks.isEmpty {
                for (slot, outcome) in zip(request.slots, outcomes) { settleWrite(slot, outcome, at: now) }
            } else {
                for (slot, chunk, own) in request.chunked(outcomes) { settleWrite(slot, gathered(own, of: slot), chunk, at: now) }
            }
        case .failure(let failure):
            settleFailure(request, failure, at: now)
        }
    }

    mutating func settleSweep(_ id: RequestID, _ reply: SweepReply, at now: ContinuousClock.Instant) {
        guard let request = takeInFlight(id) else { return }
        switch reply {
        case .success(let outcome):
            judge([outcome], of: request.target, at: now)
            for slot in request.slots { settleWrite(slot, outcome, at: now) }
        case .failure(let failure):
            settleFailure(request, failure, at: now)
        }
    }

    mutating func settleRead(_ id: RequestID, _ reply: ReadReply, at now: ContinuousClock.Instant) {
        guard let request = takeInFlight(id) else { return }
        switch reply {
        case .success(let states):
            precondition(states.count == request.documents, "one state for each document")
            // A database that reads need not be one that writes.
            release(request.target, at: now)
            if request.chunks.isEmpty {
                for (slot, state) in zip(request.slots, states) { settleRead(slot, state, at: now) }
            } else {
                for (slot, chunk, own) in request.chunked(states) { settleVerdict(slot, gathered(own, of: slot), chunk, at: now) }
            }
        case .failure(let failure):
            settleFailure(request, failure, at: now)
        }
    }

    /// `chunk` are the edges that the outcome is of; nil: it is the document's.
    private mutating func settleWrite(
        _ slot: Lanes.Slot, _ outcome: Outcome, _ chunk: RequestQueue.Chunk? = nil, at now: ContinuousClock.Instant
    ) {
        switch outcome {
        case .written where processors[lanes[slot].write.processor].verify == .always && !lanes[slot].step.isSweep:
            lanes.update(slot) { $0.isConfirmed = true }
            move(slot, to: .readingBack)
        case .written, .stale:
            stepDone(slot, chunk, isStale: outcome == .stale, at: now)
        case .stored(let revision, let isStale):
            lanes.update(slot) { $0.progress.revision = revision }
            settleWrite(slot, isStale ? Outcome.stale : .written, at: now)
        case .conflict where lanes[slot].conflicts < Self.conflictBound:
            lanes.update(slot) { $0.conflicts += 1 }
            tryAgain(slot, at: now + delay.afterConflict())
        case .conflict(let fault), .transient(let fault): failed(slot, fault, at: now)
        case .unavailable(let fault):
            if !lanes[slot].isTurnedAway { actions.append(.note(.turnedAway(lanes[slot].write, fault))) }
            lanes.update(slot) { $0.isTurnedAway = true }
            tryAgain(slot, at: now + delay.afterUnavailable())
        case .refused(let fault) where lanes[slot].leadsRun: fallApart(slot, fault)
        case .refused(let fault): giveUp(slot, Refusal(.refusedByDatabase, "\(fault)"), attempts: lanes[slot].attempts + 1)
        }
    }

    private mutating func settleRead(_ slot: Lanes.Slot, _ state: StoredState, at now: ContinuousClock.Instant) {
        let entry = lanes[slot]
        if entry.step.asks { return stepRead(slot, state, at: now) }
        // What the write itself told is better: somebody else may have written since.
        if case .found(_, _, let revision?) = state, entry.progress.revision == nil {
            lanes.update(slot) { $0.progress.revision = revision }
        }
        settleVerdict(slot, Verification.verdict(on: lanes.outgoing(slot), isConfirmed: entry.isConfirmed, state), at: now)
    }

    private mutating func settleVerdict(
        _ slot: Lanes.Slot, _ verdict: Verification, _ chunk: RequestQueue.Chunk? = nil, at now: ContinuousClock.Instant
    ) {
        let entry = lanes[slot]
        switch verdict {
        case .written, .stale:
            stepDone(slot, chunk, isStale: verdict == .stale, at: now)
        // Writes get no answer, one after the other: that is not this one's fault.
        case .failed where !entry.isConfirmed && unknownInARow > 1: tryAgain(slot, at: now + processors[entry.write.processor].retry.delay)
        case .failed(let fault): failed(slot, fault, at: now)
        }
    }

    /// The request has no outcomes: what that means depends on whether it was done, and on whose fault it is.
    private mutating func settleFailure(_ request: RequestQueue.Request, _ failure: RequestFailure, at now: ContinuousClock.Instant) {
        switch failure {
        case .outage(let fault):
            giveBack(request)
            queue[breakerOf: request.target].released(at: now)
            databaseLost(fault, at: now)
        case .configuration(let fault):
            giveBack(request)
            targetLost(request.target, fault, at: now)
        case .unknown(let fault):
            queue[breakerOf: request.target].released(at: now)
            unknown(request, fault, at: now)
        case .rejected(let fault) where request.kind == .readBack, .failing(let fault) where request.kind == .readBack:
            release(request.target, at: now)
            for slot in request.slots { failed(slot, fault, at: now) }
        case .rejected(let fault) where request.slots.count > 1, .failing(let fault) where request.slots.count > 1:
            databaseAnswered(request.target, at: now)
            actions.append(.note(.requestRejected(documents: request.documents, fault)))
            for slot in request.slots { lanes.setStage(slot, request.kind == .readBack ? .readingBack : .ready) }
            queue.split(request)
        case .rejected(let fault) where request.documents > 1, .failing(let fault) where request.documents > 1:
            databaseAnswered(request.target, at: now)
            actions.append(.note(.requestRejected(documents: request.documents, fault)))
            // Edges of one message: fewer of them may pass, and of a single one there is no doubt.
            for slot in request.slots {
                lanes.update(slot) { $0.progress.chunkBound = request.documents / 2 }
                if hasChannel(slot) { proceed(slot) } else { drop(slot) }
            }
        case .rejected(let fault):
            databaseAnswered(request.target, at: now)
            for slot in request.slots { settleWrite(slot, Outcome.refused(fault), at: now) }
        case .failing(let fault):
            databaseAnswered(request.target, at: now)
            for slot in request.slots {
                if isSharedFailure(slot) { countNothing(slot) }
                settleWrite(slot, Outcome.transient(fault), at: now)
            }
        }
    }

    /// It left, and no whole answer came. Reading back tells whether it was done; if that is not answered either, the database is away.
    private mutating func unknown(_ request: RequestQueue.Request, _ fault: Fault, at now: ContinuousClock.Instant) {
        unknownInARow += 1
        actions.append(.note(.outcomeUnknown(documents: request.documents, fault)))
        if unknownInARow > 1 || breaker.closure != nil { databaseLost(fault, at: now) }
        guard request.kind == .write else { return giveBack(request) }
        for slot in request.slots {
            let entry = lanes[slot]
            if !hasChannel(slot) {
                drop(slot)
            } else if processors[entry.write.processor].verify != .off {
                move(slot, to: .readingBack)
            } else if breaker.closure != nil {
                proceed(slot)
            } else {
                failed(slot, fault, at: now)
            }
        }
    }

    /// The delivery's effect is confirmed: its ledger may acknowledge it, if its channel still lives.
    mutating func finish(_ slot: Lanes.Slot, _ verdict: Decision.Verdict, at now: ContinuousClock.Instant) {
        guard !lanes[slot].leadsRun else { return finishRun(slot, verdict, at: now) }
        if hotDocuments.isActive { hotDocuments.written(lanes.document(of: lanes[slot].write), messages: 1) }
        confirm(slot, verdict)
        release(slot)
    }

    /// Counts a delivery as settled, and lets its ledger acknowledge it.
    mutating func confirm(_ slot: Lanes.Slot, _ verdict: Decision.Verdict, detail: @autoclosure () -> String? = nil) {
        let (write, session) = (lanes[slot].write, lanes[slot].session)
        let processor = write.processor
        processors[processor].counters.count(verdict)
        decided(slot, verdict, detail: detail())
        if processors[processor].session == session { processors[processor].ledger.settle(write.delivery.tag) }
        passed(processor)
    }

    /// Its channel closed while it was in flight, and it was not done: RabbitMQ delivers it again.
    mutating func drop(_ slot: Lanes.Slot) {
        let slots = lanes.slots(leavingWith: slot)
        processors[lanes[slot].write.processor].counters.returned += slots.count
        for slot in slots { release(slot, isLast: slot == slots.last) }
    }

    /// Lets a write go, and the next of its document leave, if this is the last of a run.
    mutating func release(_ slot: Lanes.Slot, isLast: Bool = true) {
        if let next = lanes.finish(slot), isLast { proceed(next) }
    }

    private mutating func takeInFlight(_ id: RequestID) -> RequestQueue.Request? {
        inFlight.removeValue(forKey: id)?.request
    }

    /// A reply in which documents were only turned away because the database could not take them is no proof that it works.
    private mutating func judge(_ outcomes: [Outcome], of target: WriteTarget, at now: ContinuousClock.Instant) {
        var turnedAway: Fault?
        for outcome in outcomes {
            guard case .unavailable(let fault) = outcome else { return databaseAnswered(target, at: now) }
            turnedAway = fault
        }
        queue[breakerOf: target].released(at: now)
        if let turnedAway { databaseLost(turnedAway, at: now) }
    }

    private mutating func release(_ target: WriteTarget, at now: ContinuousClock.Instant) {
        breaker.released(at: now)
        queue[breakerOf: target].released(at: now)
    }

    /// Conflicts of one write in a row that do not count as an attempt.
    static let conflictBound = 50
}

extension RequestQueue.Request {
    /// The answer to a request with edges, by the write that each part of it is about.
    fileprivate func chunked<Element>(_ elements: [Element]) -> [(Lanes.Slot, RequestQueue.Chunk, ArraySlice<Element>)] {
        var rest = elements[...]
        return zip(slots, chunks).map { slot, chunk in
            defer { rest = rest.dropFirst(chunk.count) }
            return (slot, chunk, rest.prefix(chunk.count))
        }
    }
}
