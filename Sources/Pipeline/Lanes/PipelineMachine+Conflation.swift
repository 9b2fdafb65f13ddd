internal import Messages

/// What becomes of deliveries that were sent as one write.
extension PipelineMachine {
    /// The one write is confirmed, or is older than what is stored. Each delivery counts as if it had been written by itself: one that came
    /// after a newer one is stale, whatever became of that.
    mutating func finishConflation(_ slot: Lanes.Slot, _ verdict: Decision.Verdict, at now: ContinuousClock.Instant) {
        let slots = lanes.slots(leavingWith: slot)
        hotDocuments.written(lanes.document(of: lanes[slot].write), messages: slots.count)
        let processor = lanes[slot].write.processor
        processors[processor].counters.conflated += slots.count - 1
        let detail = "one write for \(slots.count) messages"
        var newest: UInt64?
        for slot in slots {
            let entry = lanes[slot]
            let isOld = if let version = entry.write.version, let newest { version <= newest } else { false }
            if !isOld { newest = entry.write.version }
            confirm(slot, isOld ? .stale : verdict, detail: detail)
            let next = lanes.finish(slot)
            if slot == slots.last, let next { leave(next, lanes[next].write, at: now) }
        }
    }

    /// The one write failed, or was refused: writing each by itself shows whose fault that is.
    mutating func fallApart(_ slot: Lanes.Slot, _ fault: Fault) {
        guard hasChannel(slot) else { return drop(slot) }
        actions.append(.note(.fellApart(lanes[slot].write, messages: lanes.slots(leavingWith: slot).count, fault)))
        // First, because those that were sent with it wait again from then on.
        move(slot, to: .ready)
        lanes.dissolve(slot)
    }
}
