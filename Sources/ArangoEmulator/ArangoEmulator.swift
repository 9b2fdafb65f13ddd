internal import Synchronization

/// A small ArangoDB-compatible server in memory, for tests and the try-out: it answers as the recorded exchanges of a real server do, and
/// misbehaves on request. No storage, no AQL; a cluster has coordinators, but no shards.
public final class ArangoEmulator: Sendable {
    private let configuration: Configuration
    private let state: SharedState
    /// One for each coordinator.
    private let listeners: [Listener]
    /// The ports that its coordinators listen on, also while they are away. A single server has one.
    public let ports: [Int]

    /// The first of ``ports``.
    public var port: Int { ports[0] }

    /// `http://host:port`
    public var url: String { urls[0] }

    /// The same of each coordinator.
    public var urls: [String] { ports.map { "http://\(configuration.host):\($0)" } }

    /// Starts a server.
    public static func start(_ configuration: Configuration = Configuration()) async throws(EmulatorError) -> ArangoEmulator {
        guard ServerVersion(configuration.version) != nil else { throw EmulatorError.malformedVersion(configuration.version) }
        let state = SharedState(configuration)
        var listeners: [Listener] = [], ports: [Int] = []
        for number in 0..<max(1, configuration.coordinators) {
            let listener = Listener(
                responder: { _ in EmulatorResponder(state: state, coordinator: number) }, connectionOpened: { state.countConnection() })
            listeners.append(listener)
            let port = configuration.port > 0 ? configuration.port + number : 0
            do {
                ports.append(try await listener.open(host: configuration.host, port: port))
            } catch {
                for listener in listeners { await listener.shutDown() }
                throw EmulatorError.cannotListen(address: "\(configuration.host):\(port)", reason: "\(error)")
            }
        }
        let endpoints = ports.map { "tcp://\(configuration.host):\($0)" }
        state.withLock { $0.endpoints = endpoints }
        return ArangoEmulator(configuration, state: state, listeners: listeners, ports: ports)
    }

    private init(_ configuration: Configuration, state: SharedState, listeners: [Listener], ports: [Int]) {
        self.configuration = configuration
        self.state = state
        self.listeners = listeners
        self.ports = ports
    }

    /// Ends the server; what it held is gone.
    public func stop() async {
        for listener in listeners { await listener.shutDown() }
    }

    /// Goes away as a crashed server does: connections are cut, new ones refused. What it holds stays.
    public func goAway() async {
        for listener in listeners { await listener.close() }
    }

    /// Comes back on the same port after ``goAway()``. Throws if somebody else has taken it, which cannot be if the system chose it.
    public func comeBack() async throws {
        for (listener, port) in zip(listeners, ports) { _ = try await listener.open(host: configuration.host, port: port) }
    }

    /// One coordinator goes away, and its cursors with it; the others go on.
    public func goAway(coordinator number: Int) async {
        state.withLock { $0.setCoordinator(number, isAway: true) }
        await listeners[number].close()
    }

    /// The coordinator comes back on its port, without its cursors.
    public func comeBack(coordinator number: Int) async throws {
        _ = try await listeners[number].open(host: configuration.host, port: ports[number])
        state.withLock { $0.setCoordinator(number, isAway: false) }
    }

    /// Handles a request as if it had come over a connection that is allowed to do everything, except that faults do not befall it.
    ///
    /// - Parameter target: path and query, such as `/_db/companies/_api/collection`.
    @discardableResult
    public func perform(_ method: String, _ target: String, body: String = "") -> DatabaseAnswer {
        DatabaseAnswer(state.perform(Request(method: method, target: target, body: Array(body.utf8))))
    }

    /// The documents of a collection as JSON text, by key; nil if there is no such database or collection.
    public func documents(of collection: String, in database: String) -> [String: String]? {
        state.withLock { state in
            state.databases[database]?.collections[collection].map { collection in
                collection.documents.mapValues { document in
                    var writer = JSONWriter()
                    writer.append(document, in: collection.name)
                    return String(decoding: writer.bytes, as: UTF8.self)
                }
            }
        }
    }

    /// Says that its data is beyond what the licence of the Community Edition allows, or is not any more.
    public func setDiskUsage(_ usage: DiskUsage) { state.withLock { $0.diskUsage = usage } }

    /// Counts since the start.
    public var counters: RequestCounters { state.withLock(\.log.counters) }

    /// The last 256 requests, the oldest first.
    public var recentRequests: [ReceivedRequest] { state.withLock(\.log.recent) }

    /// Faults in force, with what is left of each.
    public var faults: [InjectedFault] { state.withLock(\.faults.faults) }

    /// Adds a fault behind those in force.
    public func inject(_ fault: InjectedFault) { state.withLock { $0.faults.add(fault) } }

    /// Replaces all faults in force by others, without a moment in between.
    public func replaceFaults(with faults: [InjectedFault]) {
        state.withLock { state in
            state.faults.removeAll()
            for fault in faults { state.faults.add(fault) }
        }
    }

    /// Takes all faults back. Requests that are stalled or delayed stay so.
    public func removeFaults() { state.withLock { $0.faults.removeAll() } }
}
