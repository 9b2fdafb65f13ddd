internal import Messages

/// Writes of one document that are sent as one, in delivery order. They stay where they are in their lane.
struct ConflatedWrites {
    /// The writes, the first of the lane first; at least two.
    let slots: [Lanes.Slot]
    /// What is sent for all of them.
    let write: PlannedWrite
    /// Bytes that the sent document has of its own, beside those of the deliveries.
    let addedBytes: Int
}

/// The conflated writes, by their first write.
struct ConflationTable {
    private var conflations: [Lanes.Slot: ConflatedWrites] = [:]
    /// Bytes that the conflated documents have of their own.
    private(set) var bytes = 0

    /// Their first writes.
    var leaders: [Lanes.Slot] { Array(conflations.keys) }

    subscript(slot: Lanes.Slot) -> ConflatedWrites? { conflations[slot] }

    /// Adds conflated writes, instead of fewer that began with the same write.
    mutating func set(_ writes: ConflatedWrites) {
        bytes += writes.addedBytes - (conflations.updateValue(writes, forKey: writes.slots[0])?.addedBytes ?? 0)
    }

    mutating func remove(_ slot: Lanes.Slot) {
        bytes -= conflations.removeValue(forKey: slot)?.addedBytes ?? 0
    }
}
