internal import Glibc
internal import Logging
internal import Synchronization
internal import Threads

/// Sends log lines to journald without ever waiting for it.
///
/// While journald is behind, entries wait in a ``JournalBacklog`` that a thread sends as it can. Without journald they go to standard error.
public final class JournalWriter: Sendable {
    private struct State {
        var backlog = JournalBacklog()
        /// A thread sends what waits, and order demands that all go its way.
        var isDraining = false
    }

    private let socket: JournalSocket
    private let state = Mutex(State())

    init(_ socket: JournalSocket) { self.socket = socket }

    func write(_ level: Logger.Level, _ text: String, _ facts: Logger.Metadata) {
        let next = JournalBacklog.Waiting(level, text, facts)
        let outcome = state.withLock { state -> JournalSocket.Outcome in
            if !state.isDraining {
                let outcome = socket.send(next.entry, mayWait: false)
                guard outcome == .full else { return outcome }
                state.isDraining = true
                startThread(named: "journal") { self.drain() }
            }
            state.backlog.append(next, level)
            return .full
        }
        if outcome == .away { LogOutput.writeToStandardError(next.line) }
    }

    /// Returns when nothing waits any more, or after a second.
    func flush() {
        let deadline = ContinuousClock.now + .seconds(1)
        while state.withLock(\.isDraining), .now < deadline { usleep(5000) }
    }

    /// The thread's whole life: it ends when nothing waits.
    private func drain() {
        while true {
            let next = state.withLock { state in
                let next = state.backlog.takeFirst()
                state.isDraining = next != nil
                return next
            }
            guard let next else { return }
            switch socket.send(next.entry, mayWait: true) {
            case .sent: break
            case .away: LogOutput.writeToStandardError(next.line)
            case .full:
                state.withLock { $0.backlog.putBack(next) }
                // Short of memory, the kernel says so at once.
                usleep(10_000)
            }
        }
    }
}
