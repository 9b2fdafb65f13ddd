internal import Messages

/// Failures that ArangoDB blames on nothing: see ``Investigation``.
extension PipelineMachine {
    /// A request failed as a whole. Its writes wait until others like it are known to succeed.
    ///
    /// `stored`: documents of the same request that were stored nevertheless. `isElement` if ArangoDB has blamed this very document.
    mutating func investigate(
        _ request: RequestQueue.Request, _ fault: Fault, isElement: Bool = false, stored: Int = 0, at now: ContinuousClock.Instant
    ) {
        // It is known already that nothing is written.
        guard !breaker.isOpen, !queue[breakerOf: request.target].isOpen else { return giveBack(request) }
        var request = request
        let documents = request.documents
        for slot in request.slots where !hasChannel(slot) { drop(slot) }
        request.slots.removeAll { !lanes.isTaken($0) }
        guard let first = request.slots.first else { return }
        if documents == 1, lanes[first].leadsConflation { return fallApart(first, fault) }
        let proof = proof(for: request)
        if investigations[proof, request.kind].isQuiet, !queue[breakerOf: request.target].isShut {
            actions.append(.note(.requestRejected(documents: documents, fault)))
        }
        for slot in request.slots { lanes.setStage(slot, .suspected) }
        investigations[proof, request.kind].add(request, fault, isElement: isElement, stored: stored)
        reachVerdicts(on: request.target, at: now)
    }

    /// One document of a request failed, or could not be read, or was not there when it was read back.
    mutating func suspect(
        _ slot: Lanes.Slot, _ fault: Fault, kind: RequestQueue.Request.Kind? = nil, isElement: Bool = true, stored: Int = 0,
        at now: ContinuousClock.Instant
    ) {
        var request = requestAlone(of: slot)
        if let kind { request.kind = kind }
        investigate(request, fault, isElement: isElement, stored: stored, at: now)
    }

    /// How the request is proven to be taken.
    func proof(for request: RequestQueue.Request) -> WriteProof {
        let kind: WriteProof.Kind =
            switch request.kind {
            case .write: .write
            case .readBack: .read
            case .sweep:
                if let slot = request.slots.first, lanes.isTaken(slot), case .sweep(let index, _) = lanes.step(of: slot),
                    let plan = lanes[slot].write.relations?.sweeps[index]
                {
                    .sweep(verticesIn: String(plan.vertex.prefix { $0 != "/" }), plan.direction)
                } else {
                    .write
                }
            }
        return WriteProof(target: request.target, kind: kind)
    }

    private func requestAlone(of slot: Lanes.Slot) -> RequestQueue.Request {
        let (target, isSweep) = lanes.due(slot)
        let kind: RequestQueue.Request.Kind = isSweep ? .sweep : lanes.step(of: slot).waitingStage == .readingBack ? .readBack : .write
        return RequestQueue.Request(kind: kind, target: target, slots: [slot])
    }

    /// A write that failed alone is sent alone: it holds up no other, and its outcome says nothing about others.
    mutating func proceedAlone(_ slot: Lanes.Slot) {
        let request = requestAlone(of: slot)
        guard lanes.step(of: slot) != .emit else { return proceed(slot) }
        lanes.setStage(slot, request.kind == .readBack ? .readingBack : .ready)
        queue.addAlone(request)
    }

    /// Requests of this kind to this target are done.
    mutating func wasDone(_ request: RequestQueue.Request, storing count: Int, at now: ContinuousClock.Instant) {
        guard !investigations.isEmpty else { return }
        investigations.done(request.target, request.kind, storing: count)
        reachVerdicts(on: request.target, at: now)
    }

    private mutating func reachVerdicts(on target: WriteTarget, at now: ContinuousClock.Instant) {
        for index in investigations.indices(of: target) {
            for verdict in investigations[index].verdicts(othersAreDue: queue.hasHalves(of: target), at: now) {
                switch verdict {
                case .divide(let suspect): divide(suspect)
                case .blame(let suspect):
                    let least = suspect.isElement ? 1 : Investigation.leastAttempts
                    failed(suspect.request.slots[0], suspect.fault, least: least, at: now)
                case .acquit(let suspect): failedWithOthers(suspect.request.slots[0], suspect.fault, at: now)
                case .shared(let fault):
                    let proof = investigations[index].proof
                    // Proofs pass, so what they share should have ended by then. Otherwise of several messages that always fail none would ever be
                    // given up.
                    let since = queue[breakerOf: target].closure?.since ?? now
                    abandon(index, keepingAttempts: now - since >= Investigation.sharedBound)
                    targetLost(
                        WriteProof(target: target, kind: proof.kind),
                        Fault(
                            errorNum: fault.errorNum, status: fault.status,
                            message: "it currently stores no document, whatever is sent; the last failure: \(fault.message)"),
                        CircuitBreaker.Cause(of: fault), at: now)
                }
            }
        }
    }

    /// The target accepts writes, so some of these are to blame.
    private mutating func divide(_ suspect: Investigation.Suspect) {
        var request = suspect.request
        request.slots.removeAll { !lanes.isTaken($0) }
        guard let first = request.slots.first else { return }
        if request.slots.count > 1 {
            for slot in request.slots { lanes.setStage(slot, request.kind == .readBack ? .readingBack : .ready) }
            return queue.split(request)
        }
        // Edges of one message: fewer of them may pass, and of a single one there is no doubt.
        lanes.update(first) { if case .edges = $0.step { $0.progress.chunkBound = max(1, suspect.documents / 2) } }
        proceed(first)
    }

    /// Nothing more can be found out now: the suspects are queued again behind other writes, and this failure is not counted against them.
    private mutating func abandon(_ index: Int, keepingAttempts: Bool = false) {
        for suspect in investigations[index].abandon() {
            if !keepingAttempts { for slot in suspect.request.slots { lanes.update(slot) { $0.attempts = 0 } } }
            guard suspect.isAlone else {
                giveBack(suspect.request)
                continue
            }
            let slot = suspect.request.slots[0]
            if hasChannel(slot) { proceedAlone(slot) } else { drop(slot) }
        }
    }

    private mutating func abandonAll(on target: WriteTarget? = nil) {
        for index in investigations.list.indices where target == nil || investigations[index].proof.target == target { abandon(index) }
    }

    /// Asks for every proof that is due: of breakers that are open, and of investigations that wait.
    mutating func askForProofs(at now: ContinuousClock.Instant) {
        if let time = breaker.proofTime, time <= now, inFlight.isEmpty {
            breaker.startProof()
            if let proof = breaker.proof { ask(proof) } else { actions.append(.probe) }
        }
        guard !breaker.isOpen else { return }
        if queue.isAnyShut {
            for target in queue.targetsToProve(at: now) {
                queue[breakerOf: target].startProof()
                ask(queue[breakerOf: target].proof ?? WriteProof(target: target, kind: .write))
            }
        }
        guard !investigations.isEmpty else { return }
        investigations.clear()
        for investigation in investigations.list where investigation.needsProof {
            if !queue[breakerOf: investigation.proof.target].isOpen { ask(investigation.proof) }
        }
    }

    /// A proof that is under way serves every suspect that needs it.
    private mutating func ask(_ proof: WriteProof) {
        if proofsInFlight.insert(proof).inserted { actions.append(.prove(proof)) }
    }

    mutating func settleProof(_ proof: WriteProof, _ failure: RequestFailure?, at now: ContinuousClock.Instant) {
        proofsInFlight.remove(proof)
        let target = proof.target
        guard let failure else {
            if breaker.proof == proof { breaker.proofPassed() }
            queue[breakerOf: target].proofPassed()
            queue.answered(target)
            for index in investigations.indices(of: target) where investigations[index].proof == proof { investigations[index].pass() }
            return reachVerdicts(on: target, at: now)
        }
        let fault = failure.fault
        switch failure {
        case .outage: return proofUndone(proof, fault, at: now)
        case .unknown:
            if breaker.isProving { return proofUndone(proof, fault, at: now) }
            // A sign of life will show whether that is the server or this target.
            actions.append(.probe)
        case .collection, .configuration, .rejected, .failing:
            // The server answers, so the fault is the target's.
            serverAnswered(at: now)
        }
        guard !queue[breakerOf: target].isProving else {
            return targetLost(proof, fault, failure.cause, at: now)
        }
        for index in investigations.indices(of: target) where investigations[index].proof == proof {
            investigations[index].proofFailed()
            let isCertain = failure.cause == .configuration || investigations[index].failedProofs >= Investigation.failedProofsBound
            if isCertain { return targetLost(proof, fault, failure.cause, at: now) }
        }
    }

    /// The server did not take the proof: nothing is known about its target, which must be proven again when the server is back.
    private mutating func proofUndone(_ proof: WriteProof, _ fault: Fault, at now: ContinuousClock.Instant) {
        _ = queue[breakerOf: proof.target].proofFailed(.outage, fault, at: now, delay: &delay)
        databaseLost(fault, proof: proof, at: now)
    }

    /// The database did not do a request, and that is not the fault of what was in it.
    mutating func databaseLost(_ fault: Fault, proof: WriteProof?, at now: ContinuousClock.Instant) {
        if breaker.isProving {
            _ = breaker.proofFailed(.outage, fault, at: now, delay: &delay)
        } else if breaker.failed(.outage, fault, proof: proof, at: now, delay: &delay) != nil {
            actions.append(.note(.databaseLost(fault)))
        }
        abandonAll()
    }

    /// This target accepts no writes; others are not affected.
    mutating func targetLost(
        _ proof: WriteProof, _ fault: Fault, _ cause: CircuitBreaker.Cause, at now: ContinuousClock.Instant
    ) {
        let target = proof.target
        let isNew =
            if queue[breakerOf: target].isProving {
                queue[breakerOf: target].proofFailed(cause, fault, at: now, delay: &delay) != nil
            } else {
                queue[breakerOf: target].failed(cause, fault, proof: proof, at: now, delay: &delay) != nil
            }
        abandonAll(on: target)
        if isNew { actions.append(.note(.targetLost(target, fault))) }
    }

    /// The fault counts as over, because nothing is left to try with.
    mutating func closeIdleBreakers(at now: ContinuousClock.Instant) {
        guard queue.isAnyShut || breaker.isShut else { return }
        for target in queue.idlyHalfOpenTargets where investigations.indices(of: target).allSatisfy({ investigations[$0].isQuiet }) {
            closeBreaker(of: target, at: now)
        }
        if breaker.isIdlyHalfOpen, inFlight.isEmpty, !queue.hasWork, !investigations.areWaiting { serverAnswered(at: now) }
    }

    /// The next real request may try once the one before is answered and, if it failed, judged. Were another one sent while proofs about the first are
    /// under way, it would fail as well if it is to blame too, and both would be taken for a failure of the target, again and again.
    mutating func releaseHalfOpenBreakers() {
        guard queue.isAnyShut else { return }
        for target in queue.busilyHalfOpenTargets {
            let isJudging = investigations.indices(of: target).contains { !investigations[$0].waiting.isEmpty }
            guard !isJudging, !inFlight.values.contains(where: { $0.request.target == target }) else { continue }
            queue[breakerOf: target].released()
        }
    }

    mutating func closeBreaker(of target: WriteTarget, at now: ContinuousClock.Instant) {
        guard let closure = queue[breakerOf: target].succeeded() else { return }
        actions.append(.note(.targetBack(target, after: now - closure.since)))
    }

    /// The server is there, whatever it says.
    mutating func serverAnswered(at now: ContinuousClock.Instant) {
        guard let closure = breaker.succeeded() else { return }
        window.restart()
        actions.append(.note(.databaseBack(after: now - closure.since)))
    }
}

extension RequestFailure {
    /// Who must act: the server or an administrator.
    fileprivate var cause: CircuitBreaker.Cause {
        switch self {
        case .configuration: .configuration
        case .failing(let fault), .rejected(let fault): CircuitBreaker.Cause(of: fault)
        case .outage, .collection, .unknown: .outage
        }
    }
}

extension CircuitBreaker.Cause {
    /// Of a failure that ArangoDB blames on no document: what it refuses, it refuses until an administrator acts. The same for a real request and for
    /// a proof, so that one trouble is reported once.
    fileprivate init(of fault: Fault) { self = (fault.status ?? 500) < 500 ? .configuration : .outage }
}
