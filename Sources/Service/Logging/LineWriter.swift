internal import Dispatch
internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import Synchronization
internal import Threads

/// Writes log lines to a descriptor. Its callers never wait for the reader.
///
/// A pipe without a reader, a full disk and a stopped terminal (Ctrl-S) hold up one thread of its own and nothing else. Lines wait in a
/// ``LogBacklog``; what finds no room or cannot be written is counted, and the count is a line itself when one could be written again.
final class LineWriter: Sendable {
    /// The process's.
    static let standardError = LineWriter(STDERR_FILENO)

    private struct State {
        var backlog = LogBacklog<[UInt8]>()
        /// How the last line looked: so will the count of the lost ones.
        var style = LogStyle.text
        var hasThread = false
        /// No line waits, and none is being written.
        var isIdle = true
        /// False after a line that could not be written: the count would fare no better.
        var mayTellLost = true
    }

    /// What the thread writes next.
    private enum Next {
        case line([UInt8])
        case lost(Int, LogStyle)
    }

    private let descriptor: Int32
    private let state = Mutex(State())
    /// A semaphore, not an eventfd: it works when there is no descriptor to be had.
    private let wakeup = DispatchSemaphore(value: 0)

    /// Writes to `descriptor`, which must stay open.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func write(_ level: Logger.Level, _ text: String, _ facts: Logger.Metadata, _ style: LogStyle) {
        write(Array(style.line(level, text, facts, at: Date()).utf8), level, style)
    }

    /// A line that is in its style already, with its line break.
    func write(_ line: [UInt8], _ level: Logger.Level, _ style: LogStyle) {
        let mustWake = state.withLock { state in
            state.style = style
            state.backlog.append(line, bytes: line.count, level)
            if !state.hasThread {
                state.hasThread = true
                startThread(named: "log") { self.run() }
            }
            defer { state.isIdle = false }
            return state.isIdle
        }
        if mustWake { wakeup.signal() }
    }

    /// Returns when nothing waits any more, or after ``LogBound/flushTime``.
    func flush() {
        let deadline = ContinuousClock.now + LogBound.flushTime
        while !state.withLock(\.isIdle), .now < deadline { usleep(1000) }
    }

    /// The thread's whole life, which is the process's.
    private func run() {
        var isTorn = false
        while true {
            let next = state.withLock { state -> Next? in
                if let line = state.backlog.takeFirst() { return .line(line) }
                if state.mayTellLost, let count = state.backlog.takeLost() { return .lost(count, state.style) }
                state.isIdle = true
                return nil
            }
            switch next {
            case .line(let line): settle(put(line, &isTorn), lines: 1)
            case .lost(let count, let style): settle(put(Self.lostLine(count, style), &isTorn), lines: count)
            case nil: wakeup.wait()
            }
        }
    }

    private func settle(_ isWritten: Bool, lines: Int) {
        state.withLock { state in
            state.mayTellLost = isWritten
            if !isWritten { state.backlog.lose(lines) }
        }
    }

    /// Writes a whole line; returns false if that is not possible. A line that was torn before, by a disk that became full, is ended first.
    private func put(_ line: [UInt8], _ isTorn: inout Bool) -> Bool {
        var rest = (isTorn ? [UInt8(ascii: "\n")] : []) + line
        while !rest.isEmpty {
            let count = unsafe Glibc.write(descriptor, rest, rest.count)
            if count > 0 {
                rest.removeFirst(count)
                isTorn = !rest.isEmpty
            } else if errno == EAGAIN {
                // Another process that shares the descriptor may have made it non-blocking; this thread may wait. An interrupted wait is a short one.
                var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&watched, 1, -1)
            } else if count == 0 || errno != EINTR {
                return false
            }
        }
        return true
    }

    private static func lostLine(_ count: Int, _ style: LogStyle) -> [UInt8] {
        let text = "Log lines were lost, because standard error did not take them in time"
        return Array(style.line(.warning, text, [LogKey.lost.rawValue: "\(count)"], at: Date()).utf8)
    }
}
