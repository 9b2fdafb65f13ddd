internal import ControlMessages
internal import Synchronization

/// Takes the lines of a stream, from any thread. It never waits: a reader that is too slow is cut off.
package final class LineSink: Sendable {
    private struct State {
        var lines: [UInt8] = []
        /// Bytes taken for writing and not yet written.
        var bytesInFlight = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int
    /// Called when there is something to do: lines to take, or a reader to cut off.
    private let wake: @Sendable () -> Void

    /// At most `limit` bytes wait; `wake` is called from the thread that sends.
    init(limit: Int, wake: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.wake = wake
    }

    /// Adds a line; it must not contain a line break. Returns false if the reader is gone or was cut off: then there is no point in sending more.
    @discardableResult
    package func send(_ line: [UInt8]) -> Bool { send(lines: line + [UInt8(ascii: "\n")]) }

    /// Adds several lines, each with its line break: one waking for all of them.
    @discardableResult
    package func send(lines: [UInt8]) -> Bool {
        let (isOpen, mustWake) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            let wasEmpty = state.lines.isEmpty
            guard state.lines.count + state.bytesInFlight + lines.count <= limit else {
                state.isClosed = true
                state.lines = []
                return (false, true)
            }
            state.lines += lines
            return (true, wasEmpty)
        }
        if mustWake { wake() }
        return isOpen
    }

    /// What is to be written now; `nil` if the reader is to be cut off.
    func take() -> [UInt8]? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            defer { state.lines = [] }
            state.bytesInFlight += state.lines.count
            return state.lines
        }
    }

    /// So many bytes were handed to the kernel.
    func wrote(_ count: Int) {
        state.withLock { $0.bytesInFlight -= count }
    }

    /// The reader is gone.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.lines = []
        }
    }
}
