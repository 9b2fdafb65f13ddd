internal import HeapModule
internal import Messages
internal import Settings

/// What a failure costs a write: another try later, an attempt, or everything, when it is parked.
extension PipelineMachine {
    /// The write failed for a reason of its own while others to the same target are done: that costs an attempt. It has `least` of them,
    /// even if the settings say fewer.
    mutating func failed(_ slot: Lanes.Slot, _ fault: Fault, least: Int = 1, at now: ContinuousClock.Instant) {
        guard !lanes[slot].leadsConflation else { return fallApart(slot, fault) }
        let write = lanes[slot].write
        let policy = processors[write.processor].retry
        let attempts = lanes[slot].attempts + 1
        let bound = max(policy.attempts, least)
        guard attempts < bound else {
            return giveUp(slot, Refusal(.retryExhausted, "after \(attempts) attempts: \(fault)"), attempts: attempts, at: now)
        }
        lanes.update(slot) {
            $0.attempts = attempts
            $0.conflicts = 0
            $0.isConfirmed = false
        }
        let wait = delay.afterFailure(attempts: attempts, policy: policy)
        processors[write.processor].counters.retried += 1
        decided(slot, .retried, detail: fault.description)
        actions.append(.note(.retrying(write, attempt: attempts + 1, of: bound, delay: wait, fault)))
        tryAgain(slot, at: now + wait)
    }

    /// The same, but nothing shows that the message is to blame: it is tried again, and nothing is counted.
    mutating func failedWithOthers(_ slot: Lanes.Slot, _ fault: Fault, at now: ContinuousClock.Instant) {
        let write = lanes[slot].write
        processors[write.processor].counters.retried += 1
        decided(slot, .retried, detail: fault.description)
        lanes.update(slot) { $0.isConfirmed = false }
        tryAgain(slot, at: now + delay.afterFailure(attempts: max(1, lanes[slot].attempts), policy: processors[write.processor].retry))
    }

    mutating func tryAgain(_ slot: Lanes.Slot, at time: ContinuousClock.Instant) {
        guard hasChannel(slot) else { return drop(slot) }
        move(slot, to: .delayed(until: nanosecondsNow(time)))
    }

    /// A request that was not done goes first when the database is back.
    mutating func giveBack(_ request: RequestQueue.Request) {
        var request = request
        for slot in request.slots where !hasChannel(slot) { drop(slot) }
        request.slots.removeAll { !lanes.isTaken($0) }
        for slot in request.slots { lanes.setStage(slot, request.kind == .readBack ? .readingBack : .ready) }
        queue.giveBack(request)
    }

    func hasChannel(_ slot: Lanes.Slot) -> Bool {
        let entry = lanes[slot]
        return processors[entry.write.processor].session == entry.session
    }

    /// Without a version, later writes of the document wait until the dead letter is confirmed: were the channel lost before, RabbitMQ would
    /// deliver this message again, and it might then be written over them.
    mutating func giveUp(_ slot: Lanes.Slot, _ refusal: Refusal, attempts: Int, at now: ContinuousClock.Instant) {
        if !investigations.isEmpty { investigations.convict(slot, at: now) }
        let entry = lanes[slot]
        let keepsLane = parks && entry.write.version == nil && hasChannel(slot)
        park(
            entry.write.processor, entry.session, entry.write.delivery, refusal, attempts: attempts,
            Subject(
                key: entry.write.key, version: entry.write.version, eventID: entry.write.eventID,
                receivedNanoseconds: entry.receivedNanoseconds),
            slot: keepsLane ? slot : nil)
        if keepsLane { lanes.setStage(slot, .deadLettering) } else { release(slot) }
    }
}
