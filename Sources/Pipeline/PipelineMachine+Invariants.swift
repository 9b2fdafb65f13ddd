internal import HeapModule
internal import Messages

/// What holds between two events. Simulations ask after each; the daemon never does, because it looks at everything.
extension PipelineMachine {
    /// What is wrong, in words; empty if nothing is.
    func violations() -> [String] { stageViolations() + laneViolations() + ledgerViolations() + breakerViolations() }

    /// What a breaker or an investigation waits for is under way.
    private func breakerViolations() -> [String] {
        var violations: [String] = []
        if breaker.isProving, let proof = breaker.proof, !proofsInFlight.contains(proof) {
            violations.append("the database waits for no proof")
        }
        for (target, breaker) in queue.breakers {
            if breaker.isProving, !proofsInFlight.contains(where: { $0.target == target }) {
                violations.append("\(target) waits for no proof")
            }
            let isJudging = investigations.indices(of: target).contains { !investigations[$0].waiting.isEmpty }
            if breaker.isHalfOpen, !breaker.isIdlyHalfOpen, !isJudging, !inFlight.values.contains(where: { $0.request.target == target }) {
                violations.append("\(target) waits for no request")
            }
        }
        for investigation in investigations.list where investigation.needsProof {
            if !breaker.isOpen, !proofsInFlight.contains(investigation.proof) { violations.append("suspects wait for no proof") }
        }
        return violations
    }

    /// Each write is kept once, where its stage says, and nothing is kept that is not there.
    private func stageViolations() -> [String] {
        var violations: [String] = []
        var stages: [Lanes.Slot: [WriteStage]] = [:]
        func note(_ slot: Lanes.Slot, _ stage: WriteStage) { stages[slot, default: []].append(stage) }
        queue.forEach { slot, kind, target in
            note(slot, kind == .readBack ? .readingBack : .ready)
            guard lanes.isTaken(slot) else { return }
            let due = lanes.due(slot)
            if due.target != target || kind != .readBack && due.isSweep != (kind == .sweep) {
                violations.append("slot \(slot) waits as \(kind) for \(target), and \(lanes.step(of: slot)) is due")
            }
        }
        hotDocuments.forEach { note($0, .resting) }
        onwardQueue.forEach { note($0, .publishing(isSent: $1)) }
        for investigation in investigations.list { investigation.forEach { note($0, .suspected) } }
        for entry in delayed.unordered { note(entry.slot, .delayed(until: entry.until)) }
        for (id, sent) in inFlight {
            for slot in sent.request.slots { for member in lanes.slots(leavingWith: slot) { note(member, .inFlight(id)) } }
        }
        // A write that was sent for a channel that is gone is no longer in the lanes.
        parking.forEach { order in
            if let slot = order.slot, processors[order.processor].session == order.session { note(slot, .deadLettering) }
        }
        for slot in stages.keys where !lanes.isTaken(slot) { violations.append("slot \(slot) is free, and kept as \(stages[slot] ?? [])") }
        lanes.forEachSlot { slot, entry in
            let expected = entry.stage == .waiting ? [] : [entry.stage]
            let found = stages[slot] ?? []
            if found != expected { violations.append("slot \(slot) is \(entry.stage), and kept as \(found)") }
        }
        return violations
    }

    /// The first write of a document is on its way; those behind it wait, or leave with it.
    private func laneViolations() -> [String] {
        var violations: [String] = []
        var (count, inFlightCount) = (0, 0)
        lanes.forEachLane { slots in
            count += slots.count
            inFlightCount += slots.count { lanes[$0].stage.isInFlight }
            guard let first = slots.first else { return }
            if lanes[first].stage == .waiting { violations.append("slot \(first) is first of its document, and waits") }
            let leaving = Set(lanes.slots(leavingWith: first))
            for slot in slots
            where lanes[slot].leadsConflation != (lanes.conflations[slot] != nil) || lanes[slot].leadsConflation && slot != first {
                violations.append("slot \(slot) leads others, or does not, against what is noted of them")
            }
            for slot in slots.dropFirst() {
                let isRight = lanes[slot].stage == .waiting || leaving.contains(slot) && lanes[slot].stage == lanes[first].stage
                if !isRight { violations.append("slot \(slot) is \(lanes[slot].stage) behind one that is \(lanes[first].stage)") }
            }
        }
        if count != lanes.count { violations.append("\(count) writes in lanes, \(lanes.count) counted") }
        if inFlightCount != lanes.inFlightCount { violations.append("\(inFlightCount) writes in flight, \(lanes.inFlightCount) counted") }
        return violations
    }

    /// Each unsettled delivery is held exactly once: none is lost, and none is held that no channel waits for.
    private func ledgerViolations() -> [String] {
        var violations: [String] = []
        var held = PerSubscription(repeating: 0, count: processors.count)
        func note(_ processor: SubscriptionID, _ session: SessionID, _ tag: DeliveryTag) {
            guard processors[processor].session == session else { return }
            held[processor] += 1
            if !processors[processor].ledger.isOpen(tag) {
                violations.append("delivery \(tag.rawValue) of \(processor) is held, and settled")
            }
        }
        lanes.forEach { note($0.write.processor, $0.session, $0.write.delivery.tag) }
        parking.forEach { if $0.slot == nil { note($0.processor, $0.session, $0.delivery.tag) } }
        for index in processors.indices where processors[index].session != nil {
            let open = processors[index].ledger.unsettledCount
            if open != held[index] { violations.append("\(open) deliveries of \(index) are not settled, and \(held[index]) held") }
        }
        return violations
    }
}
