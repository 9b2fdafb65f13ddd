internal import ControlMessages
internal import Synchronization
internal import Threads

/// Work that takes memory and time: one piece after the other, on a thread of its own, so that it does not block the event loop.
final class OneAtATime: Sendable {
    /// How many requests may wait for their turn. One more is answered 503.
    static let mostWaiting = 16
    /// How many of those are reserved for administrators.
    static let reservedWaiting = 4

    private struct State {
        var isBusy = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let name: String
    private let state = Mutex(State())

    /// `name` (at most 15 bytes) is the thread's.
    init(_ name: String) { self.name = name }

    /// Runs `work` after the calls that came before. Throws what it throws, or `busy` if too many calls wait.
    func run<Value: Sendable>(
        for level: AccessLevel, _ work: @escaping @Sendable () throws(ControlError) -> Value
    ) async throws(ControlError) -> Value {
        guard await turn(level) else { throw .busy("too many requests of this kind are waiting; try again") }
        defer { giveTurn() }
        return try await onBlockingThread(named: name, work)
    }

    private func turn(_ level: AccessLevel) async -> Bool {
        let most = level == .administer ? Self.mostWaiting : Self.mostWaiting - Self.reservedWaiting
        guard state.withLock({ $0.waiting.count < most }) else { return false }
        await withCheckedContinuation { waiter in
            let isFree = state.withLock { state in
                guard state.isBusy else {
                    state.isBusy = true
                    return true
                }
                state.waiting.append(waiter)
                return false
            }
            if isFree { waiter.resume() }
        }
        return true
    }

    private func giveTurn() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.isBusy = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
