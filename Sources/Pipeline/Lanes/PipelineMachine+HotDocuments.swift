internal import Messages

/// When hot documents rest, and how long.
extension PipelineMachine {
    /// A new write that is the first of its document is sent, now or after the rest of a hot document.
    mutating func leave(_ slot: Lanes.Slot, _ write: PlannedWrite, at now: ContinuousClock.Instant) {
        guard hotDocuments.isActive, canGrow(slot), hotDocuments.isHot(lanes.document(of: write)) else {
            return move(slot, to: .ready)
        }
        move(slot, to: .resting)
    }

    /// Whether what comes next may be folded into the first write of its document.
    private func canGrow(_ slot: Lanes.Slot) -> Bool {
        let first = lanes[slot]
        guard lanes.conflates[first.write.processor], !first.isAlone else { return false }
        return lanes.last(of: lanes.document(of: first.write))?.write.processor == first.write.processor
    }

    /// When the rest ends, of some at least, if nothing else happens; `nil` if nothing rests.
    var restEnd: ContinuousClock.Instant? {
        hotDocuments.hasResting ? hotDocuments.end(isFull: isWindowNearlyFull) : nil
    }

    private var isWindowNearlyFull: Bool { processors.contains { $0.session != nil && $0.ledger.isNearlyFull } }

    /// Sends hot documents that have rested enough.
    mutating func wakeRested(at now: ContinuousClock.Instant) {
        guard hotDocuments.hasResting else { return }
        for slot in hotDocuments.takeRested(isUseless: isRestUseless, isFull: isWindowNearlyFull, at: now) {
            move(slot, to: .ready)
        }
    }

    /// RabbitMQ sends nothing more before these are written; or more deliveries than these wait for their acknowledgement because of them.
    private var isRestUseless: Bool {
        let waiting = lanes.count - lanes.inFlightCount
        return processors.contains { processor in
            guard processor.session != nil else { return false }
            return processor.ledger.heldUpCount > waiting || (processor.ledger.isNearlyFull && waiting * 4 >= lanes.count * 3)
        }
    }
}
