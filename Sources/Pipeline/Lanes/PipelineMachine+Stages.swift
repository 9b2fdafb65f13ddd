internal import HeapModule
internal import Messages

/// From stage to stage.
extension PipelineMachine {
    /// Moves a held write, and puts it into the container of its new stage. It was taken out of the one before.
    ///
    /// Where several writes of a request move together and keep their order (``giveBack(_:)``, a split), their stage is set alone, and the request goes
    /// back as a whole.
    ///
    /// Inlined, because the stage is most often known where it is called.
    @inline(__always) mutating func move(_ slot: Lanes.Slot, to stage: WriteStage) {
        lanes.setStage(slot, stage)
        switch stage {
        case .ready:
            let (target, isSweep) = lanes.due(slot)
            if isSweep { queue.addSweep(slot, target) } else { queue.add(slot, target) }
        case .readingBack: queue.addReadBack(slot, lanes.due(slot).target)
        case .resting: hotDocuments.rest(slot, at: now)
        case .delayed(let time): delayed.insert(Delayed(until: time, slot: slot))
        case .publishing(isSent: false): onwardQueue.add(slot, of: lanes[slot].write.processor)
        case .waiting, .inFlight, .suspected, .publishing(isSent: true), .deadLettering: break
        }
    }
}
