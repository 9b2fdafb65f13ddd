internal import Threads

/// A loop of ours without which the service stalls: the watchdog checks that it turns.
struct WatchedLoop: Sendable {
    /// The owner of the loop, as long as it exists.
    let id: ObjectIdentifier
    /// Its name in a log line.
    let name: String
    /// How often it has turned.
    let turns: @Sendable () -> UInt64
    /// Makes it turn although it has nothing to do, if it does not do so by itself. Never blocks.
    let wake: @Sendable () -> Void
}

extension WatchedLoop {
    /// A thread with its actors.
    init(_ thread: ActorThread) {
        self.init(id: ObjectIdentifier(thread), name: thread.name, turns: { thread.turnCount }, wake: { thread.wake() })
    }

    /// The loop of the control socket, which turns every second by itself.
    init(_ endpoint: ControlEndpoint) {
        self.init(id: ObjectIdentifier(endpoint), name: "control", turns: { endpoint.turnCount }, wake: {})
    }
}
