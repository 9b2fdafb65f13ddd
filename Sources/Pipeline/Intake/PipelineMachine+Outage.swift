internal import Mapping
internal import Messages
internal import Settings

/// When deliveries are accepted, and when held ones are returned to RabbitMQ: see ``Readiness``.
extension PipelineMachine {
    /// What keeps a processor from settling what it holds; `nil` if nothing does but its messages.
    func trouble(of processor: SubscriptionID) -> Trouble? {
        guard isTroubled else { return nil }
        let database = [breaker.closure?.since, closureOfTargets(of: processor)].compactMap(\.self).min()
        let (untold, unparked) = (onwardQueue.troubledSince(processor), parking.failingSince(processor))
        guard let since = [database, untold, unparked].compactMap(\.self).min() else { return nil }
        var trouble = Trouble(since: since, isDatabase: database != nil, needs: [])
        if database != nil { trouble.needs.insert(.collections) }
        if untold != nil { trouble.needs.insert(.exchange) }
        if unparked != nil { trouble.needs.insert(.deadLetterQueue) }
        return trouble
    }

    /// Computed at each event: cheap if nothing is wrong.
    private var isTroubled: Bool { breaker.isShut || queue.isAnyShut || onwardQueue.isTroubled || parking.isFailing }

    /// Since when a target with held writes of this processor accepts none.
    private func closureOfTargets(of processor: SubscriptionID) -> ContinuousClock.Instant? {
        guard queue.isAnyShut else { return nil }
        var since: ContinuousClock.Instant?
        lanes.forEach { entry in
            guard entry.write.processor == processor, let closure = queue.closure(of: entry.target) else { return }
            since = min(since ?? closure.since, closure.since)
        }
        return since
    }

    /// When a processor's deliveries are returned to RabbitMQ, if it still cannot settle them then.
    private func returnTime(of processor: SubscriptionID) -> ContinuousClock.Instant? {
        let readiness = readiness[processor]
        guard readiness.state == .ready || readiness.state == .trial, let trouble = trouble(of: processor), held(of: processor) > 0 else {
            return nil
        }
        let end = max(trouble.since, readiness.since ?? trouble.since) + longestHold
        return max(end, readiness.heldUntil ?? end)
    }

    /// The last process did not stop in order: few deliveries at a time, until something is settled. Should this one end as well, only these come back.
    mutating func beCareful() { for index in processors.indices { readiness[index].isTrialDue = true } }

    /// When deliveries are returned, or a question is due.
    var readinessTime: ContinuousClock.Instant? {
        var earliest: ContinuousClock.Instant?
        func take(_ time: ContinuousClock.Instant?) { if let time { earliest = min(earliest ?? time, time) } }
        let isTroubled = isTroubled
        for index in processors.indices {
            if isTroubled { take(returnTime(of: index)) }
            if !readiness[index].isSubscribed { take(askTime(of: index, now)) }
        }
        return earliest
    }

    /// Not before its channel is gone: deliveries that must be returned would stay. And not while one of its collections is known to refuse writes:
    /// each delivery counts against the limit of its queue.
    private func askTime(of processor: SubscriptionID, _ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard !breaker.isShut, processors[processor].session == nil else { return nil }
        if queue.isAnyShut, queue.shutTargets.contains(where: { processors[processor].collections.contains(Exact($0.target.collection)) }) {
            return nil
        }
        return readiness[processor].askTime(now: now)
    }

    /// Returns deliveries that were held for too long, and asks whether unsubscribed processors are ready.
    mutating func watchOutage(at now: ContinuousClock.Instant) {
        if isTroubled || processors.indices.contains(where: { readiness[$0].isKeeping }) {
            for index in processors.indices where readiness[index].isSubscribed { watch(index, at: now) }
        }
        closeIdleBreakers(at: now)
        guard !breaker.isShut else { return }
        // At each event: without an array while all are subscribed.
        guard processors.indices.contains(where: { !readiness[$0].isSubscribed }) else { return }
        let due = processors.indices.filter { askTime(of: $0, now).map { $0 <= now } ?? false }
        guard !due.isEmpty else { return }
        actions.append(.ask(due.map { readiness[$0].ask($0) }))
    }

    private mutating func watch(_ processor: SubscriptionID, at now: ContinuousClock.Instant) {
        if readiness[processor].isKeeping {
            guard trouble(of: processor) == nil else { return }
            readiness[processor].resume(at: now)
            return actions.append(.setConsuming(processor, .on))
        }
        guard isTroubled, let time = returnTime(of: processor), time <= now, let trouble = trouble(of: processor) else { return }
        let hasWaited = readiness[processor].heldUntil != nil
        if !hasWaited, parkLast(of: processor, includingNear: !trouble.isDatabase, because: trouble.text) {
            readiness[processor].heldUntil = now + Readiness.partingTime
            sendParking(at: now)
            return
        }
        guard !holdsNearLimit(processor), !(hasWaited && parking.count(of: processor) > 0) else {
            readiness[processor].keep()
            actions += [.setConsuming(processor, .kept), .note(.keeping(processor, held: held(of: processor), trouble.text))]
            return
        }
        let held = held(of: processor)
        giveBack(processor, trouble, at: now)
        actions.append(.note(.returning(processor, held: held, after: longestHold, trouble.text)))
    }

    /// Its deliveries are returned, or gone: it is not subscribed before everything that it needs is there.
    private mutating func giveBack(_ processor: SubscriptionID, _ trouble: Trouble, at now: ContinuousClock.Instant) {
        readiness[processor].gaveBack(trouble, at: now)
        processors[processor].awaitsSettling = true
        actions.append(.setConsuming(processor, .off))
    }

    /// The channel is gone; `trouble` is what its processor had at that moment. `isLost`: we did not close it.
    mutating func channelGone(_ processor: SubscriptionID, _ trouble: Trouble?, isLost: Bool, at now: ContinuousClock.Instant) {
        guard readiness[processor].isSubscribed, !readiness[processor].isVacant else { return }
        if let trouble { return giveBack(processor, trouble, at: now) }
        guard isLost else { return }
        // An instance that has lost RabbitMQ may have lost the database as well.
        readiness[processor].lost()
        actions.append(.setConsuming(processor, .off))
    }

    /// The answer about processors: what each lacks, or why the database does not answer.
    mutating func settleQuestions(
        _ questions: [ReadinessQuestion], _ answer: Result<[SubscriptionID: String], RequestFailure>, at now: ContinuousClock.Instant
    ) {
        let valid = questions.filter { readiness[$0.processor].takeAnswer(to: $0) }
        switch answer {
        case .failure(let failure): databaseLost(failure.fault, proof: nil, at: now)
        case .success(let lacks):
            for index in valid.lazy.map(\.processor) {
                if let text = lacks[index] {
                    let (isNew, wait) = readiness[index].refuse(text, at: now, &delay)
                    actions.append(.note(.notReady(index, text, retryIn: wait, isNew: isNew)))
                } else {
                    actions.append(.setConsuming(index, readiness[index].admit(at: now)))
                    processors[index].awaitsSettling = true
                }
            }
        }
    }

    /// A delivery of this processor is settled.
    mutating func passed(_ processor: SubscriptionID) {
        if processors[processor].awaitsSettling { learn(from: processor) }
    }

    // Not inlined: otherwise the layout of a ``Readiness`` would be looked up for each delivery.
    @inline(never) private mutating func learn(from processor: SubscriptionID) {
        if readiness[processor].settled(), let consuming = readiness[processor].passed(isClear: trouble(of: processor) == nil) {
            actions.append(.setConsuming(processor, consuming))
        }
        processors[processor].awaitsSettling = readiness[processor].awaitsSettling
    }

    /// A server that answers a probe need not accept writes. The probe shows whether the server is there at all.
    mutating func settleProbe(_ failure: RequestFailure?, at now: ContinuousClock.Instant) {
        if let failure {
            databaseLost(failure.fault, proof: breaker.proof, at: now)
        } else if breaker.isProving {
            serverAnswered(at: now)
        }
    }

    /// A request of this kind was done, or judged.
    mutating func databaseAnswered(_ request: RequestQueue.Request, at now: ContinuousClock.Instant) {
        serverAnswered(at: now)
        queue.answered(request.target)
        // Writes that work prove nothing about reads that do not, and the other way round.
        if queue[breakerOf: request.target].proof?.kind.isOf(request.kind) ?? true {
            closeBreaker(of: request.target, at: now)
        } else {
            queue[breakerOf: request.target].released()
        }
    }
}

extension WriteProof.Kind {
    /// A request of this kind shows what the proof shows.
    func isOf(_ kind: RequestQueue.Request.Kind) -> Bool {
        switch (self, kind) {
        case (.write, .write), (.read, .readBack), (.sweep, .sweep): true
        default: false
        }
    }
}
