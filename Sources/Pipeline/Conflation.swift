internal import Mapping

/// What becomes of the deliveries that left as one write.
extension PipelineMachine {
    /// The one write is confirmed, or is older than what is stored. Each delivery counts as if it had been written by itself: one that came
    /// after a newer one is stale, whatever became of that.
    mutating func finishRun(_ slot: Lanes.Slot, _ verdict: Decision.Verdict, at now: ContinuousClock.Instant) {
        let slots = lanes.slots(leavingWith: slot)
        hotDocuments.written(lanes.document(of: lanes[slot].write), messages: slots.count)
        let processor = lanes[slot].write.processor
        processors[processor].counters.conflated += slots.count - 1
        var newest: UInt64?
        for slot in slots {
            let entry = lanes[slot]
            let isOld = if let version = entry.write.version, let newest { version <= newest } else { false }
            if !isOld { newest = entry.write.version }
            confirm(entry, isOld ? .stale : verdict, detail: "one write for \(slots.count) messages")
            let next = lanes.finish(slot)
            if slot == slots.last, let next { leave(next, at: now) }
        }
    }

    /// A write that is the first of its document, and new, leaves, now or after the rest that a hot document has.
    mutating func leave(_ slot: Lanes.Slot, at now: ContinuousClock.Instant) {
        guard hotDocuments.isActive, canGrow(slot), hotDocuments.rests(slot, of: lanes.document(of: lanes[slot].write), at: now) else {
            return queue.add(slot, lanes[slot].write.target)
        }
    }

    /// Whether what comes next may be folded into the first write of its document.
    private func canGrow(_ slot: Lanes.Slot) -> Bool {
        let first = lanes[slot]
        guard lanes.conflates[first.write.processor], !first.isAlone else { return false }
        return lanes.last(of: lanes.document(of: first.write))?.write.processor == first.write.processor
    }

    /// Lets the hot documents leave whose rest is over.
    mutating func wakeRested(at now: ContinuousClock.Instant) {
        guard hotDocuments.end != nil else { return }
        let isPressed = processors.contains { $0.session != nil && $0.ledger.isPressed }
        for slot in hotDocuments.takeRested(isPressed: isPressed, at: now) { queue.add(slot, lanes[slot].write.target) }
    }

    /// The one write failed, or was refused: whose fault that is shows when each is written by itself.
    mutating func fallApart(_ slot: Lanes.Slot, _ fault: Fault) {
        guard hasChannel(slot) else { return drop(slot) }
        actions.append(.note(.fellApart(lanes[slot].write, messages: lanes.slots(leavingWith: slot).count, fault)))
        lanes.dissolve(slot)
        queue.add(slot, lanes[slot].write.target)
    }
}
