internal import Glibc
internal import Synchronization

/// The server's state between the connections and the tests that look at it, and where real time comes in.
final class SharedState: Sendable {
    private let state: Mutex<ServerState>

    init(_ configuration: Configuration) {
        state = Mutex(ServerState(configuration, now: Self.now))
    }

    func respond(to request: Request) -> Reaction {
        let now = Self.now
        return state.withLock { $0.respond(to: request, now: now) }
    }

    /// Past the faults and the door.
    func perform(_ request: Request) -> Response {
        let now = Self.now
        return state.withLock { $0.perform(request, now: now) }
    }

    func countConnection() {
        state.withLock { $0.log.counters.connections += 1 }
    }

    func withLock<Value: Sendable>(_ body: (inout ServerState) -> Value) -> Value {
        state.withLock { body(&$0) }
    }

    /// Milliseconds since 1970.
    static var now: UInt64 {
        var time = timespec()
        // Cannot fail: the clock exists, the address is valid.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(clamping: time.tv_sec) * 1000 + UInt64(clamping: time.tv_nsec) / 1_000_000
    }
}
