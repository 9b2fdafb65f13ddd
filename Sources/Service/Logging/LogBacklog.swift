internal import DequeModule
internal import Logging

/// Log lines that their reader has not taken yet, in order and within a bound: a reader that is behind, or gone, must cost neither time nor memory.
///
/// Faults have room of their own: lines below `warning` may fill one half only. What finds no room is counted.
struct LogBacklog<Entry: Sendable>: Sendable {
    private struct Waiting {
        let entry: Entry
        let bytes: Int
    }

    private var waiting: Deque<Waiting> = []
    private var bytes = 0
    private var lost = 0

    /// Adds a line behind the others, or counts it as lost.
    mutating func append(_ entry: Entry, bytes count: Int, _ level: Logger.Level) {
        let room = level >= .warning ? LogBound.bytes : LogBound.bytes / 2
        guard bytes + count <= room else { return lost += 1 }
        waiting.append(Waiting(entry: entry, bytes: count))
        bytes += count
    }

    /// Takes out the line to be sent next; `nil` if none waits.
    mutating func takeFirst() -> Entry? {
        guard let first = waiting.popFirst() else { return nil }
        bytes -= first.bytes
        return first.entry
    }

    /// Takes out the count of lost lines, to be reported; `nil` if none was lost.
    mutating func takeLost() -> Int? {
        guard lost > 0 else { return nil }
        defer { lost = 0 }
        return lost
    }

    /// It could not be sent, and stays the next one.
    mutating func putBack(_ entry: Entry, bytes count: Int) {
        waiting.prepend(Waiting(entry: entry, bytes: count))
        bytes += count
    }

    /// So many could not be sent, and are lost.
    mutating func lose(_ count: Int) { lost += count }
}

/// The bounds of what waits for a log's reader.
enum LogBound {
    /// Bytes of all lines that wait, at most.
    static let bytes = 1 << 20
    /// For the reader to take what waits before the process ends.
    static let flushTime: Duration = .seconds(1)
}
