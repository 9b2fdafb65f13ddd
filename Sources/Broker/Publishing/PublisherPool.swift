public import Settings
internal import Synchronization
public import Threads

/// Publishers for destinations, each with a connection of its own.
///
/// If RabbitMQ closes a channel or does not answer, this ends or delays everything that is under way on it: a missing exchange closes the channel,
/// and a quorum queue without a leader lets it wait for minutes (RabbitMQ 4.0.5, after a `kill -9`). With separate connections no destination affects
/// another one.
public final class PublisherPool: Sendable {
    /// The most connections. Further destinations share the last one.
    public static let mostConnections = 64

    private struct State {
        /// One for each destination in the configuration, so that their number is bounded.
        var publishers: [Exact<String>: Publisher] = [:]
        var connections: [Publisher] = []
        var isClosed = false
    }

    private let settings: RabbitMQSettings
    private let state = Mutex(State())

    /// A pool without a connection yet.
    public init(settings: RabbitMQSettings) { self.settings = settings }

    /// The threads of the present connections, for a watchdog.
    public var threads: [ActorThread] { state.withLock { $0.connections.map(\.thread) } }

    /// The publisher for an exchange or a queue of this name; `nil` if the pool is closed.
    public func publisher(to destination: String) -> Publisher? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            if let known = state.publishers[Exact(destination)] { return known }
            if state.connections.count < Self.mostConnections { state.connections.append(Publisher(settings: settings)) }
            state.publishers[Exact(destination)] = state.connections.last
            return state.connections.last
        }
    }

    /// Closes the connections of all other destinations.
    public func keep(_ destinations: Set<Exact<String>>) async {
        await close(
            state.withLock { state in
                state.publishers = state.publishers.filter { destinations.contains($0.key) }
                let staying = Set(state.publishers.values.map(ObjectIdentifier.init))
                defer { state.connections.removeAll { !staying.contains(ObjectIdentifier($0)) } }
                return state.connections.filter { !staying.contains(ObjectIdentifier($0)) }
            })
    }

    /// Closes all connections with the handshake, and opens no further one.
    public func close() async {
        await close(
            state.withLock { state in
                defer { state = State(isClosed: true) }
                return state.connections
            })
    }

    private func close(_ leaving: [Publisher]) async {
        await withTaskGroup { group in for publisher in leaving { group.addTask { await publisher.close() } } }
    }
}
