internal import Messages
internal import Settings

/// Handles the database's answers, and what follows for each write.
extension PipelineMachine {
    mutating func settleWrite(_ id: RequestID, _ reply: WriteReply, at now: ContinuousClock.Instant) {
        guard let request = takeInFlight(id) else { return }
        switch reply {
        case .success(let outcomes):
            precondition(outcomes.count == request.documents, "one outcome for each write")
            let tally = Tally(outcomes)
            if let failure = judge(tally, of: request, at: now) { return settleFailure(request, failure, at: now) }
            if request.chunks.isEmpty {
                for (slot, outcome) in zip(request.slots, outcomes) { settleWrite(slot, outcome, among: tally, at: now) }
            } else {
                for (slot, chunk, own) in request.chunked(outcomes) {
                    settleWrite(slot, gathered(own, of: slot), chunk, among: tally, at: now)
                }
            }
        case .failure(let failure):
            settleFailure(request, failure, at: now)
        }
    }

    mutating func settleSweep(_ id: RequestID, _ reply: SweepReply, at now: ContinuousClock.Instant) {
        guard let request = takeInFlight(id) else { return }
        switch reply {
        case .success(let outcome):
            let tally = Tally([outcome])
            if let failure = judge(tally, of: request, at: now) { return settleFailure(request, failure, at: now) }
            for slot in request.slots { settleWrite(slot, outcome, among: tally, at: now) }
        case .failure(let failure):
            settleFailure(request, failure, at: now)
        }
    }

    mutating func settleRead(_ id: RequestID, _ reply: ReadReply, at now: ContinuousClock.Instant) {
        guard let request = takeInFlight(id) else { return }
        switch reply {
        case .success(let states):
            precondition(states.count == request.documents, "one state for each document")
            // A database that answers reads need not accept writes.
            if queue[breakerOf: request.target].proof?.kind == .read {
                closeBreaker(of: request.target, at: now)
            } else {
                queue[breakerOf: request.target].released()
            }
            let unreadable = states.count { $0.isUnreadable }
            if unreadable == states.count, states.count > 1, case .unreadable(let fault)? = states.first {
                return investigate(request, fault, at: now)
            }
            wasDone(request, storing: states.count - unreadable, at: now)
            if request.chunks.isEmpty {
                for (slot, state) in zip(request.slots, states) { settleRead(slot, state, at: now) }
            } else {
                for (slot, chunk, own) in request.chunked(states) { settleVerdict(slot, gathered(own, of: slot), chunk, at: now) }
            }
        case .failure(let failure):
            settleFailure(request, failure, at: now)
        }
    }

    /// `chunk` has the edges of the outcome; `nil` if it is the document's.
    private mutating func settleWrite(
        _ slot: Lanes.Slot, _ outcome: Outcome, _ chunk: RequestQueue.Chunk? = nil, among tally: Tally, at now: ContinuousClock.Instant
    ) {
        switch outcome {
        case .written where processors[lanes[slot].write.processor].verify == .always && !lanes[slot].step.isSweep:
            lanes.update(slot) { $0.isConfirmed = true }
            move(slot, to: .readingBack)
        case .written, .stale:
            stepDone(slot, chunk, isStale: outcome == .stale, at: now)
        case .stored(let revision, let isStale):
            lanes.update(slot) { $0.progress.revision = revision }
            settleWrite(slot, isStale ? Outcome.stale : .written, among: tally, at: now)
        case .conflict where lanes[slot].conflicts < Self.conflictBound:
            lanes.update(slot) { $0.conflicts += 1 }
            tryAgain(slot, at: now + delay.afterConflict())
        case .conflict(let fault): failed(slot, fault, at: now)
        // It failed among many documents, and the others are stored.
        case .transient(let fault) where tally.failing * Investigation.window <= tally.stored: failed(slot, fault, at: now)
        case .transient(let fault): suspect(slot, fault, stored: tally.stored, at: now)
        case .unavailable(let fault):
            if !lanes[slot].isTurnedAway { actions.append(.note(.turnedAway(lanes[slot].write, fault))) }
            lanes.update(slot) { $0.isTurnedAway = true }
            tryAgain(slot, at: now + delay.afterUnavailable())
        case .refused(let fault) where lanes[slot].leadsConflation: fallApart(slot, fault)
        case .refused(let fault):
            giveUp(slot, Refusal(.refusedByDatabase, "\(fault)"), attempts: lanes[slot].attempts + 1, at: now)
        }
    }

    private mutating func settleRead(_ slot: Lanes.Slot, _ state: StoredState, at now: ContinuousClock.Instant) {
        let entry = lanes[slot]
        if entry.step.asks { return stepRead(slot, state, at: now) }
        // The write's own answer is better: another client may have written since.
        if case .found(_, _, let revision?) = state, entry.progress.revision == nil {
            lanes.update(slot) { $0.progress.revision = revision }
        }
        if case .unreadable(let fault) = state { return suspect(slot, fault, kind: .readBack, at: now) }
        settleVerdict(slot, Verification.verdict(on: lanes.outgoing(slot), isConfirmed: entry.isConfirmed, state), at: now)
    }

    private mutating func settleVerdict(
        _ slot: Lanes.Slot, _ verdict: Verification, _ chunk: RequestQueue.Chunk? = nil, at now: ContinuousClock.Instant
    ) {
        let entry = lanes[slot]
        switch verdict {
        case .written, .stale:
            stepDone(slot, chunk, isStale: verdict == .stale, at: now)
        case .failed(let fault) where entry.isConfirmed: failed(slot, fault, at: now)
        case .failed(let fault): undone(slot, fault, at: now)
        }
    }

    /// The request has no outcomes: what follows depends on whether it was done, and on whose fault it is.
    private mutating func settleFailure(_ request: RequestQueue.Request, _ failure: RequestFailure, at now: ContinuousClock.Instant) {
        switch failure {
        // A proof has just passed, and something between us and ArangoDB refuses this request: it would keep all others from being sent.
        case .outage(let fault) where fault.isForeign && (breaker.isHalfOpen || queue[breakerOf: request.target].isHalfOpen):
            investigate(request, fault, at: now)
        case .outage(let fault):
            let proof = proof(for: request)
            queue[breakerOf: request.target].released()
            giveBack(request)
            databaseLost(fault, proof: proof, at: now)
        case .collection(let fault):
            lose(request, fault, .outage, at: now)
        case .configuration(let fault):
            lose(request, fault, .configuration, at: now)
        case .unknown(let fault):
            unknown(request, fault, at: now)
        case .rejected(let fault) where request.kind != .readBack && request.documents > 1:
            released(request, at: now)
            actions.append(.note(.requestRejected(documents: request.documents, fault)))
            guard request.slots.count == 1 else {
                for slot in request.slots { lanes.setStage(slot, .ready) }
                return queue.split(request)
            }
            // Edges of one message: fewer of them may pass, and of a single one there is no doubt.
            let slot = request.slots[0]
            lanes.update(slot) { $0.progress.chunkBound = request.documents / 2 }
            if hasChannel(slot) { proceed(slot) } else { drop(slot) }
        case .rejected(let fault) where request.kind != .readBack:
            released(request, at: now)
            for slot in request.slots { settleWrite(slot, Outcome.refused(fault), among: Tally(), at: now) }
        case .rejected(let fault), .failing(let fault):
            serverAnswered(at: now)
            investigate(request, fault, at: now)
        }
    }

    /// The server has answered, but its answer does not show whether the target accepts writes.
    private mutating func released(_ request: RequestQueue.Request, at now: ContinuousClock.Instant) {
        serverAnswered(at: now)
        queue.answered(request.target)
        queue[breakerOf: request.target].released()
    }

    /// It was not done, because its target accepts nothing.
    private mutating func lose(
        _ request: RequestQueue.Request, _ fault: Fault, _ cause: CircuitBreaker.Cause, at now: ContinuousClock.Instant
    ) {
        let proof = proof(for: request)
        serverAnswered(at: now)
        giveBack(request)
        targetLost(proof, fault, cause, at: now)
    }

    /// It was sent, and no whole answer came: reading back shows whether it was done. If a second one gets none, a sign of life is asked for.
    private mutating func unknown(_ request: RequestQueue.Request, _ fault: Fault, at now: ContinuousClock.Instant) {
        let proof = proof(for: request)
        let target = request.target
        actions.append(.note(.outcomeUnknown(documents: request.documents, fault)))
        if queue.countUnanswered(target) > 1 || breaker.isShut || queue[breakerOf: target].isShut {
            if breaker.isHalfOpen { databaseLost(fault, proof: proof, at: now) } else if !breaker.isShut { actions.append(.probe) }
            targetLost(proof, fault, .outage, at: now)
        } else {
            investigations[proof, request.kind].wantsProof = true
        }
        guard request.kind == .write else { return giveBack(request) }
        for slot in request.slots {
            let entry = lanes[slot]
            if !hasChannel(slot) {
                drop(slot)
            } else if processors[entry.write.processor].verify != .off {
                move(slot, to: .readingBack)
            } else {
                undone(slot, fault, at: now)
            }
        }
    }

    /// A write that got no answer was not done, as far as is known. The first time, that says nothing about its message.
    private mutating func undone(_ slot: Lanes.Slot, _ fault: Fault, at now: ContinuousClock.Instant) {
        guard !lanes[slot].leadsConflation else { return fallApart(slot, fault) }
        guard !lanes[slot].wasUndone else { return suspect(slot, fault, isElement: false, at: now) }
        lanes.update(slot) { $0.wasUndone = true }
        failedWithOthers(slot, fault, at: now)
    }

    /// The delivery's effect is confirmed: its ledger may acknowledge it, if its channel still lives.
    mutating func finish(_ slot: Lanes.Slot, _ verdict: Decision.Verdict, at now: ContinuousClock.Instant) {
        guard !lanes[slot].leadsConflation else { return finishConflation(slot, verdict, at: now) }
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

    /// Removes a write, and sends the next of its document if this is the last of its conflation.
    mutating func release(_ slot: Lanes.Slot, isLast: Bool = true) {
        if !investigations.isEmpty { investigations.settled(slot) }
        if let next = lanes.finish(slot), isLast { proceed(next) }
    }

    private mutating func takeInFlight(_ id: RequestID) -> RequestQueue.Request? {
        inFlight.removeValue(forKey: id)?.request
    }

    /// What a reply shows about its target. Returns why the request counts as failed, if no document of it was stored or judged: what happens to all
    /// of them at once has to do with what they have in common.
    private mutating func judge(_ tally: Tally, of request: RequestQueue.Request, at now: ContinuousClock.Instant) -> RequestFailure? {
        if tally.stored + tally.judged > 0 {
            databaseAnswered(request, at: now)
            wasDone(request, storing: tally.stored, at: now)
            return nil
        }
        serverAnswered(at: now)
        queue.answered(request.target)
        guard let fault = tally.fault else { return nil }
        if tally.failing == 0 { return .collection(fault) }
        return request.documents > 1 ? .failing(fault) : nil
    }

    /// Conflicts of one write in a row that do not count as an attempt.
    static let conflictBound = 50
}

/// What became of the documents of one request.
private struct Tally {
    var stored = 0
    /// Refused, or met by another writer.
    var judged = 0
    /// Failed for a reason that may be theirs.
    var failing = 0
    /// The first failure of those that were neither stored nor judged.
    var fault: Fault?

    init() {}

    init(_ outcomes: [Outcome]) {
        for outcome in outcomes {
            switch outcome {
            case .written, .stale, .stored: stored += 1
            case .refused, .conflict: judged += 1
            case .transient(let fault):
                failing += 1
                self.fault = self.fault ?? fault
            case .unavailable(let fault): self.fault = self.fault ?? fault
            }
        }
    }
}

extension StoredState {
    fileprivate var isUnreadable: Bool { if case .unreadable = self { true } else { false } }
}

extension Fault {
    /// A proxy between us and ArangoDB has answered.
    fileprivate var isForeign: Bool { status != nil && errorNum == nil }
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
