internal import Messages

/// Publishing onward messages, once everything of a message is written.
extension PipelineMachine {
    /// Sends onward messages whose time has come.
    mutating func sendOnward(at now: ContinuousClock.Instant) {
        guard !onwardQueue.isEmpty else { return }
        for (processor, slots) in onwardQueue.takeBulks(at: now, bytes: { lanes[$0].write.heldBytes }) {
            for slot in slots { lanes.setStage(slot, .publishing(isSent: true)) }
            actions.append(.emit(processor, slots.compactMap { order($0) }))
        }
    }

    private func order(_ slot: Lanes.Slot) -> OnwardOrder? {
        let (write, progress) = (lanes[slot].write, lanes[slot].progress)
        guard let onward = write.onward else { return nil }
        return OnwardOrder(
            id: slot, write: write, onward: onward, outcome: progress.isOvertaken ? .stale : .written, revision: progress.revision)
    }

    /// Handles the result of a bulk of onward messages. The delivery of one that is not confirmed is kept, as with a fault of the database: it is
    /// never parked, and costs no attempt.
    mutating func settleOnward(_ processor: SubscriptionID, _ failures: [Int: OnwardFailure], at now: ContinuousClock.Instant) {
        let result = onwardQueue.settle(processor, failures, at: now, delay: &delay)
        processors[processor].counters.emitted += result.published.count
        processors[processor].counters.emitFailed += result.failed.count
        // They are in their line again, at positions that it chose.
        for slot in result.failed { lanes.setStage(slot, .publishing(isSent: false)) }
        for slot in result.published { finish(slot, lanes[slot].progress.isStale ? .stale : .written, at: now) }
        let dropped = Set(result.failed.filter { !hasChannel($0) })
        onwardQueue.remove(dropped)
        for slot in dropped { drop(slot) }
        if let trouble = result.trouble {
            actions.append(.note(.emitFailing(processor, trouble.text, retryIn: trouble.wait, isNew: trouble.isNew)))
        }
        if let trouble = result.ended { actions.append(.note(.emitBack(processor, after: now - trouble.since))) }
    }
}
