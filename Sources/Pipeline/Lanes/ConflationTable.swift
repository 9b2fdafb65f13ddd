internal import Messages

/// Writes of one document that leave as one, in delivery order. They stay where they are in their lane.
struct ConflatedWrites {
    /// The writes, the first of the lane first; at least two.
    let slots: [Lanes.Slot]
    /// What is sent for all of them.
    let write: PlannedWrite
    /// Bytes that the sent document has of its own, beside those of the deliveries.
    let addedBytes: Int
}

/// The runs there are, by their first write.
struct ConflationTable {
    private var runs: [Lanes.Slot: ConflatedWrites] = [:]
    /// Bytes that the runs' documents have of their own.
    private(set) var bytes = 0

    /// Their first writes.
    var leaders: [Lanes.Slot] { Array(runs.keys) }

    subscript(slot: Lanes.Slot) -> ConflatedWrites? { runs[slot] }

    /// Puts a run in, instead of a shorter one that began with the same write.
    mutating func set(_ run: ConflatedWrites) {
        bytes += run.addedBytes - (runs.updateValue(run, forKey: run.slots[0])?.addedBytes ?? 0)
    }

    mutating func remove(_ slot: Lanes.Slot) {
        bytes -= runs.removeValue(forKey: slot)?.addedBytes ?? 0
    }
}
