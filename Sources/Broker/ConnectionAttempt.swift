internal import Synchronization
internal import Threads

/// Connecting and logging in on a thread of its own, because both block.
///
/// Whoever waits for it may leave: a connection that comes too late is closed where it was opened.
final class ConnectionAttempt: Sendable {
    private enum State {
        case pending
        case finished(Result<Connection, BrokerError>)
        case abandoned
    }

    private let state = Mutex(State.pending)

    /// Begins; `onFinish` is called on the other thread when ``result`` is there.
    init(_ parameters: ConnectionParameters, onFinish: @escaping @Sendable () -> Void) {
        startThread(named: "broker-login") { [self] in
            let result: Result<Connection, BrokerError>
            do throws(BrokerError) {
                result = .success(try Connection(parameters))
            } catch {
                result = .failure(error)
            }
            let isWanted = state.withLock { state in
                if case .abandoned = state { return false }
                state = .finished(result)
                return true
            }
            if isWanted { onFinish() } else if case .success(let late) = result { late.closeAndWait() }
        }
    }

    /// nil: not yet.
    var result: Result<Connection, BrokerError>? {
        state.withLock { if case .finished(let result) = $0 { result } else { nil } }
    }

    /// The result is not wanted any more.
    func abandon() {
        state.withLock { $0 = .abandoned }
    }
}
