internal import HeapModule
internal import Messages
internal import Settings

/// What a failure costs a write: another try later, an attempt, or its place in the collection.
extension PipelineMachine {
    /// The write failed for a reason of its own while the database is reachable: that costs an attempt.
    mutating func failed(_ slot: Lanes.Slot, _ fault: Fault, at now: ContinuousClock.Instant) {
        guard !lanes[slot].leadsRun else { return fallApart(slot, fault) }
        let write = lanes[slot].write
        let policy = processors[write.processor].retry
        let attempts = lanes[slot].attempts + 1
        guard attempts < policy.attempts else {
            return giveUp(slot, Refusal(.retryExhausted, "after \(attempts) attempts: \(fault)"), attempts: attempts)
        }
        let settledCount = settledCount
        lanes.update(slot) {
            if $0.attempts == 0 { $0.settledBefore = settledCount }
            $0.attempts = attempts
            $0.conflicts = 0
            $0.isConfirmed = false
        }
        let wait = delay.afterFailure(attempts: attempts, policy: policy)
        processors[write.processor].counters.retried += 1
        decided(slot, .retried, detail: fault.description)
        actions.append(.note(.retrying(write, attempt: attempts + 1, of: policy.attempts, delay: wait, fault)))
        tryAgain(slot, at: now + wait)
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

    /// Whole requests fail, nothing at all was written since this write began to fail, and others fail like it: then it is not the message.
    func isSharedFailure(_ slot: Lanes.Slot) -> Bool {
        let entry = lanes[slot]
        return entry.attempts > 0 && entry.settledBefore == settledCount && lanes.isAnotherFailing(than: slot)
    }

    mutating func countNothing(_ slot: Lanes.Slot) {
        lanes.update(slot) { $0.attempts -= 1 }
    }

    /// Without a version, later writes of the document wait until the dead letter is confirmed: were the channel lost before, RabbitMQ would
    /// deliver this message again, and it might then be written over them.
    mutating func giveUp(_ slot: Lanes.Slot, _ refusal: Refusal, attempts: Int) {
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
