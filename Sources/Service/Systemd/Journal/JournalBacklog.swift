internal import DequeModule
internal import FoundationEssentials
internal import Logging

/// Entries that journald has not taken yet, in order and within a bound: a journal that is behind must cost neither time nor memory.
///
/// What tells of faults has room of its own: entries below `warning` may fill one half only. What finds no room is counted, and the count is
/// an entry itself when there is room again.
struct JournalBacklog {
    struct Waiting: Equatable {
        let entry: [UInt8]
        /// The line as standard error would show it, should journald turn out to be away.
        let line: String
    }

    /// Bytes of all entries at most.
    static let longestBytes = 1 << 20

    private var waiting: Deque<Waiting> = []
    private var bytes = 0
    private var lost = 0

    var isEmpty: Bool { waiting.isEmpty && lost == 0 }

    /// Puts one behind the others, or counts it as lost.
    mutating func append(_ next: Waiting, _ level: Logger.Level) {
        let room = level >= .warning ? Self.longestBytes : Self.longestBytes / 2
        guard bytes + next.entry.count <= room else { return lost += 1 }
        waiting.append(next)
        bytes += next.entry.count
    }

    /// Takes the one to be sent next; the count of the lost ones comes last.
    mutating func takeFirst() -> Waiting? {
        if let first = waiting.popFirst() {
            bytes -= first.entry.count
            return first
        }
        guard lost > 0 else { return nil }
        let facts: Logger.Metadata = [LogKey.lost.rawValue: "\(lost)"]
        lost = 0
        return Waiting(.warning, "Log entries were lost, because the journal did not take them in time", facts)
    }

    /// It could not be sent, and stays the next one.
    mutating func putBack(_ first: Waiting) {
        waiting.prepend(first)
        bytes += first.entry.count
    }
}

extension JournalBacklog.Waiting {
    /// A log line.
    init(_ level: Logger.Level, _ text: String, _ facts: Logger.Metadata) {
        entry = JournalEntry(level, text, facts).bytes
        line = LogStyle.journal.line(level, text, facts, at: .distantPast)
    }
}
