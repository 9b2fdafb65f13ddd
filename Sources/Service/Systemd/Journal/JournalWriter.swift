internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import Synchronization
internal import Threads

/// Sends log lines to journald without ever waiting for it.
///
/// While journald is behind, entries wait in a ``LogBacklog`` that a thread sends as it can. Without journald they go to standard error.
public final class JournalWriter: Sendable {
    struct Waiting: Sendable {
        let level: Logger.Level
        let entry: [UInt8]
        /// The line as standard error would show it, should journald turn out to be away.
        let line: [UInt8]
    }

    private struct State {
        var backlog = LogBacklog<Waiting>()
        /// A thread sends waiting entries, so later ones must wait, too, to keep their order.
        var isDraining = false
    }

    private let socket: JournalSocket
    private let state = Mutex(State())

    init(_ socket: JournalSocket) { self.socket = socket }

    func write(_ level: Logger.Level, _ text: String, _ facts: Logger.Metadata) {
        let next = Waiting(level, text, facts)
        let outcome = state.withLock { state -> JournalSocket.Outcome in
            if !state.isDraining {
                let outcome = socket.send(next.entry, mayWait: false)
                guard outcome == .full else { return outcome }
                state.isDraining = true
                startThread(named: "journal") { self.drain() }
            }
            state.backlog.append(next, bytes: next.entry.count, level)
            return .full
        }
        if outcome == .away { next.writeToStandardError() }
    }

    /// Returns when nothing waits any more, or after ``LogBound/flushTime``.
    func flush() {
        let deadline = ContinuousClock.now + LogBound.flushTime
        while state.withLock(\.isDraining), .now < deadline { usleep(5000) }
    }

    /// The thread's whole life: it ends when nothing waits.
    private func drain() {
        while true {
            let next = state.withLock { state in
                let next = state.backlog.takeFirst() ?? state.backlog.takeLost().map(Waiting.lost)
                state.isDraining = next != nil
                return next
            }
            guard let next else { return }
            switch socket.send(next.entry, mayWait: true) {
            case .sent: break
            case .away: next.writeToStandardError()
            case .full:
                state.withLock { $0.backlog.putBack(next, bytes: next.entry.count) }
                // If the kernel is short of memory, it fails at once.
                usleep(10_000)
            }
        }
    }
}

extension JournalWriter.Waiting {
    /// A log line.
    init(_ level: Logger.Level, _ text: String, _ facts: Logger.Metadata) {
        self.level = level
        entry = JournalEntry(level, text, facts).bytes
        line = Array(LogStyle.journal.line(level, text, facts, at: .distantPast).utf8)
    }

    /// Reports that so many were lost.
    static func lost(_ count: Int) -> Self {
        Self(.warning, "Log entries were lost because the journal did not accept them in time", [LogKey.lost.rawValue: "\(count)"])
    }

    fileprivate func writeToStandardError() { LineWriter.standardError.write(line, level, .journal) }
}
