internal import Synchronization
internal import Threads

/// Connecting and logging in on a thread of its own, because both block.
///
/// Whoever waits for it may leave: a connection that nobody takes is closed, with the handshake, on a thread that may wait for it.
final class ConnectionAttempt: Sendable {
    private enum State {
        case pending
        case finished(Result<Connection, BrokerError>)
        /// Its result was taken, or is not wanted any more.
        case over
    }

    private let state = Mutex(State.pending)

    /// Begins; `onFinish` is called on the other thread when there is a result.
    init(_ parameters: ConnectionParameters, onFinish: @escaping @Sendable () -> Void) {
        startThread(named: "broker-login") { [self] in
            let result: Result<Connection, BrokerError>
            do throws(BrokerError) {
                result = .success(
                    try Connection.opened(parameters) { state.withLock { if case .over = $0 { false } else { true } } })
            } catch {
                result = .failure(error)
            }
            let isWanted = state.withLock { state in
                if case .over = state { return false }
                state = .finished(result)
                return true
            }
            if isWanted { onFinish() } else if case .success(let late) = result { late.closeAndWait() }
        }
    }

    /// Takes the result: whoever gets a connection keeps it. nil: not yet.
    func takeResult() -> Result<Connection, BrokerError>? {
        state.withLock { state in
            guard case .finished(let result) = state else { return nil }
            state = .over
            return result
        }
    }

    /// The result is not wanted any more. Never blocks.
    func leave() {
        let connection = state.withLock { state -> Connection? in
            defer { state = .over }
            return if case .finished(.success(let connection)) = state { connection } else { nil }
        }
        connection?.closeElsewhere()
    }
}
