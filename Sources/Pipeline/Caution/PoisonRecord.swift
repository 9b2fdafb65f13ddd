/// A message that a process has named, because the process may end by it.
public struct PoisonRecord: Sendable, Equatable {
    /// What the process does with the message. Raw values are the words of the record.
    public enum Stage: String, Sendable, CaseIterable {
        /// It computes on the message: decodes, inflates, maps it, or plans what follows from it.
        case mapping
        /// It computes on the message: encodes it for a request.
        case encoding
        /// It waits for a server, with the message in a request.
        case handling
        /// Nothing: an earlier process has named it, and it has not come again, or is not settled.
        case before
    }

    /// Identifies the message: its queue, routing key and body.
    public let fingerprint: UInt64
    /// What the process does with it.
    public let stage: Stage
    /// Processes that named it, this one included unless the stage is ``Stage/before``.
    public let processes: Int

    /// A suspect by its parts.
    package init(fingerprint: UInt64, stage: Stage, processes: Int) {
        self.fingerprint = fingerprint
        self.stage = stage
        self.processes = processes
    }
}

/// What a process writes down of the messages that it handles with caution.
public struct PoisonRecords: Sendable, Equatable {
    /// Messages that are named at a time, at most: more processors than that do not have one alone at once.
    public static let bound = 128

    /// The messages named.
    public var records: [PoisonRecord]
    /// The process computes on several messages at once that are under caution, and cannot say which.
    public var isComputing: Bool

    /// Records by their parts; empty by default.
    package init(records: [PoisonRecord] = [], isComputing: Bool = false) {
        self.records = records
        self.isComputing = isComputing
    }
}
