internal import Synchronization
internal import Threads

/// Connects and logs in on a thread of its own, because both block.
///
/// Its owner may leave it. A connection that nobody takes is closed with the handshake, on a thread that may block.
final class ConnectionAttempt: Sendable {
    private enum State {
        case pending
        case finished(Result<Connection, BrokerError>)
        /// Its result was taken, or is no longer wanted.
        case over
    }

    private let state = Mutex(State.pending)

    /// Begins. Calls `onFinish` on its own thread when there is a result.
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

    /// Takes the result, and with it the ownership of the connection. `nil` if there is none yet.
    func takeResult() -> Result<Connection, BrokerError>? {
        state.withLock { state in
            guard case .finished(let result) = state else { return nil }
            state = .over
            return result
        }
    }

    /// The result is no longer wanted. Never blocks.
    func leave() {
        let connection = state.withLock { state -> Connection? in
            defer { state = .over }
            return if case .finished(.success(let connection)) = state { connection } else { nil }
        }
        connection?.closeElsewhere()
    }
}
