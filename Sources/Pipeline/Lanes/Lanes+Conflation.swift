internal import Mapping
internal import Messages

/// Conflation: what has gathered behind a write while it waited leaves with it, as one write.
extension Lanes {
    /// What is sent for the first write of a document: itself, or the write that it and those behind it were folded into.
    func outgoing(_ slot: Slot) -> PlannedWrite {
        let entry = self[slot]
        return entry.leadsConflation ? conflations[slot]?.write ?? entry.write : entry.write
    }

    /// The writes that are sent with this one, itself first.
    func slots(leavingWith slot: Slot) -> [Slot] {
        self[slot].leadsConflation ? conflations[slot]?.slots ?? [slot] : [slot]
    }

    /// Bytes of the document that leaves for the first write of a document, once what waits behind it is folded in.
    mutating func outgoingBytes(_ slot: Slot) -> Int {
        if self[slot].next != nil { conflate(slot) }
        let write = outgoing(slot)
        return write.document.byteCount(key: write.key)
    }

    /// Dissolves a conflation. Its writes are where they were, and each goes by itself from now on.
    mutating func dissolve(_ slot: Slot) {
        for member in slots(leavingWith: slot) { update(member) { $0.isAlone = true } }
        update(slot) { $0.leadsConflation = false }
        conflations.remove(slot)
    }

    /// Dissolves those conflations that are not in flight.
    mutating func dissolveConflations(where isMeant: (Entry) -> Bool) {
        for slot in conflations.leaders where !self[slot].stage.isInFlight && isMeant(self[slot]) { dissolve(slot) }
    }

    /// Folds into the first write of a document what waits directly behind it, from the same channel.
    ///
    /// Neighbours only, so an invalidation, or any message of another processor, ends a conflation.
    private mutating func conflate(_ slot: Slot) {
        let first = self[slot]
        guard conflates[first.write.processor], !first.hasLeft, !first.isAlone else { return }
        var slots = slots(leavingWith: slot)
        let count = slots.count
        var conflation = Conflation(outgoing(slot), mergedBytes: mergedBytes)
        while let next = slots.last.flatMap({ self[$0].next }) {
            let entry = self[next]
            guard entry.write.processor == first.write.processor, entry.session == first.session, !entry.isAlone,
                conflation.take(entry.write)
            else { break }
            slots.append(next)
        }
        guard slots.count > count else { return }
        let write = conflation.write
        let isOneOfThem = slots.contains { self[$0].write === write }
        conflations.set(ConflatedWrites(slots: slots, write: write, addedBytes: isOneOfThem ? 0 : write.document.additions.count))
        update(slot) { $0.leadsConflation = true }
    }
}
