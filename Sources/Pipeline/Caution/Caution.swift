/// How to treat what the last process may have held, judged by what it wrote down and how it ended.
public struct Caution: Sendable, Equatable {
    /// For messages that came before. Messages that were named go alone in every case but ``none``.
    public enum Measure: Sendable, Equatable {
        /// They are messages like any other.
        case none
        /// Each is named while it is mapped; nothing waits for a server.
        case watched
        /// Each goes alone, one in flight at a time for each processor, and is named until something came back.
        case alone
    }

    /// For messages that came before.
    public var measure: Measure
    /// How many processes in a row have named a message, by its fingerprint: all that have met it since it was first named.
    public var named: [UInt64: Int]

    /// A caution by its parts.
    package init(measure: Measure, named: [UInt64: Int] = [:]) {
        self.measure = measure
        self.named = named
    }

    /// No reason for any.
    public static let none = Caution(measure: .none)
}

extension Caution {
    /// What is known when a process starts.
    public enum Knowledge: Sendable, Equatable {
        /// No process was here before.
        case nothing
        /// The record is damaged, or of another version, or not ours.
        case unreadable
        /// What the last one wrote.
        case process(LastProcess)
    }

    /// Judges. `ending` counts only if it is about the process that wrote the record.
    ///
    /// A process that computed on a message counts against it however it ended. One that only waited for a server counts if there is hard
    /// evidence that it ended by itself: an operator or a machine that loses its power kills as well, and no message can help that.
    public init(after knowledge: Knowledge, ending: ProcessEnding?) {
        guard case .process(let last) = knowledge else {
            self.init(measure: knowledge == .nothing ? .none : .watched)
            return
        }
        let isHard = ending.map { $0.invocation == last.invocation && $0.isHardEvidence } ?? false
        guard last.state == .running || last.state == .stopping && isHard else {
            self = .none
            return
        }
        var named: [UInt64: Int] = [:], isFound = false
        for poisonRecord in last.poisonRecords.records.prefix(PoisonRecords.bound) {
            let counts: Bool
            switch poisonRecord.stage {
            case .mapping, .encoding, .before: counts = true
            case .handling: counts = isHard
            }
            if poisonRecord.stage == .mapping { isFound = true }
            let processes = poisonRecord.processes - (counts ? 0 : 1)
            if processes > 0 { named[poisonRecord.fingerprint] = processes }
        }
        // A message that computing ended with is known now. Otherwise only one at a time can show which it is.
        let mustSearch = isHard || last.poisonRecords.isComputing || last.poisonRecords.records.contains { $0.stage == .encoding }
        self.init(measure: mustSearch && !isFound ? .alone : .watched, named: named)
    }
}
