internal import HeapModule
internal import Mapping

/// From stage to stage.
extension PipelineMachine {
    /// Moves a held write, and puts it into what the machine keeps for its new stage. It has left what was kept for the one before.
    ///
    /// Where several writes of a request move together and keep their order (``giveBack(_:)``, a split), their stage is set alone, and the request goes
    /// back as a whole.
    mutating func move(_ slot: Lanes.Slot, to stage: WriteStage, at now: ContinuousClock.Instant? = nil) {
        lanes.setStage(slot, stage)
        switch stage {
        case .ready:
            let entry = lanes[slot]
            if entry.step.isSweep { queue.addSweep(slot, entry.target) } else { queue.add(slot, entry.target) }
        case .readingBack: queue.addReadBack(slot, lanes[slot].target)
        case .resting: hotDocuments.rest(slot, at: now ?? self.now)
        case .delayed(let time): delayed.insert(Delayed(until: time, slot: slot))
        case .publishing(isSent: false): onwardQueue.add(slot, of: lanes[slot].write.processor)
        case .waiting, .answered, .inFlight, .publishing(isSent: true), .deadLettering: break
        }
    }
}
