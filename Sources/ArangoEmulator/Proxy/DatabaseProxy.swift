/// Stands in front of an ArangoDB, real or emulated, understands what it is asked, and misbehaves on request: the faults are those of the emulator.
///
/// Answers pass as the server gave them. Each client has a connection to the server of its own, which ends with the client's.
public final class DatabaseProxy: Sendable {
    /// How a proxy is set up.
    public struct Configuration: Sendable {
        /// The server behind it. Credentials are the client's: those of the URL are not used.
        public var server: ServerAddress
        /// Address to listen on.
        public var host: String
        /// Port to listen on; 0 takes a free one.
        public var port: Int
        /// Headers that tell which product answers are taken out, and `/_emulator` is unknown.
        public var isAnonymous: Bool
        /// `/_emulator/faults` and `/_emulator/counters` are answered, to everybody.
        public var takesOrders: Bool

        /// The defaults are those of a test.
        public init(
            server: ServerAddress, host: String = "127.0.0.1", port: Int = 0, isAnonymous: Bool = false, takesOrders: Bool = false
        ) {
            self.server = server
            self.host = host
            self.port = port
            self.isAnonymous = isAnonymous
            self.takesOrders = takesOrders
        }
    }

    private let configuration: Configuration
    private let state: ProxyState
    private let listener: Listener
    /// The port it listens on, also while it is away.
    public let port: Int

    /// `http://host:port`
    public var url: String { "http://\(configuration.host):\(port)" }

    /// Listens. The server need not be there yet.
    public static func start(_ configuration: Configuration) async throws(EmulatorError) -> DatabaseProxy {
        let state = ProxyState()
        let listener = Listener(
            responder: { loop in ProxyResponder(configuration, state: state, on: loop) },
            connectionOpened: { state.withLock { _, log in log.counters.connections += 1 } })
        do {
            let port = try await listener.open(host: configuration.host, port: configuration.port)
            return DatabaseProxy(configuration, state: state, listener: listener, port: port)
        } catch {
            await listener.shutDown()
            throw .cannotListen(address: "\(configuration.host):\(configuration.port)", reason: "\(error)")
        }
    }

    private init(_ configuration: Configuration, state: ProxyState, listener: Listener, port: Int) {
        self.configuration = configuration
        self.state = state
        self.listener = listener
        self.port = port
    }

    /// Ends it; it cannot be used again.
    public func stop() async { await listener.shutDown() }

    /// The server seems to be gone: connections are cut, new ones refused.
    public func goAway() async { await listener.close() }

    /// The server seems to be back, on the same port. Throws if somebody else has taken it, which cannot be if the system chose it.
    public func comeBack() async throws { _ = try await listener.open(host: configuration.host, port: port) }

    /// Counts since the start.
    public var counters: RequestCounters { state.withLock { _, log in log.counters } }

    /// The last 256 requests, the oldest first.
    public var recentRequests: [ReceivedRequest] { state.withLock { _, log in log.recent } }

    /// Faults in force, with what is left of each.
    public var faults: [InjectedFault] { state.withLock { faults, _ in faults.faults } }

    /// Adds a fault behind those in force.
    public func inject(_ fault: InjectedFault) { state.withLock { faults, _ in faults.add(fault) } }

    /// Puts other faults into the place of all in force, without a moment in between.
    public func replaceFaults(with others: [InjectedFault]) {
        state.withLock { faults, _ in
            faults.removeAll()
            for fault in others { faults.add(fault) }
        }
    }

    /// Takes all faults back. Requests that are stalled or delayed stay so.
    public func removeFaults() { state.withLock { faults, _ in faults.removeAll() } }
}
