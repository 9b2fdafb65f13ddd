internal import Synchronization

/// A small ArangoDB-compatible server in memory, for tests and the try-out: it answers as the recorded exchanges of a real server do, and
/// misbehaves on request. No storage, no AQL, no cluster.
public final class ArangoEmulator: Sendable {
    private let configuration: Configuration
    private let state: SharedState
    private let listener: Listener
    /// The port it listens on, also while it is away.
    public let port: Int

    /// `http://host:port`
    public var url: String { "http://\(configuration.host):\(port)" }

    /// Starts a server.
    public static func start(_ configuration: Configuration = Configuration()) async throws(EmulatorError) -> ArangoEmulator {
        guard ServerVersion(configuration.version) != nil else { throw EmulatorError.malformedVersion(configuration.version) }
        let state = SharedState(configuration)
        let listener = Listener(respond: { state.respond(to: $0) }, connectionOpened: { state.countConnection() })
        do {
            let port = try await listener.open(host: configuration.host, port: configuration.port)
            return ArangoEmulator(configuration, state: state, listener: listener, port: port)
        } catch {
            await listener.shutDown()
            throw EmulatorError.cannotListen(address: "\(configuration.host):\(configuration.port)", reason: "\(error)")
        }
    }

    private init(_ configuration: Configuration, state: SharedState, listener: Listener, port: Int) {
        self.configuration = configuration
        self.state = state
        self.listener = listener
        self.port = port
    }

    /// Ends the server; what it held is gone.
    public func stop() async { await listener.shutDown() }

    /// Goes away as a crashed server does: connections are cut, new ones refused. What it holds stays.
    public func goAway() async { await listener.close() }

    /// Comes back on the same port after ``goAway()``. Throws if somebody else has taken it, which cannot be if the system chose it.
    public func comeBack() async throws { _ = try await listener.open(host: configuration.host, port: port) }

    /// Handles a request as if it had come over a connection that is allowed to do everything, except that faults do not befall it.
    ///
    /// - Parameter target: path and query, such as `/_db/companies/_api/collection`.
    @discardableResult
    public func perform(_ method: String, _ target: String, body: String = "") -> EmulatorAnswer {
        EmulatorAnswer(state.perform(Request(method: method, target: target, body: Array(body.utf8))))
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

    /// Counts since the start.
    public var counters: EmulatorCounters { state.withLock(\.log.counters) }

    /// The last 256 requests, the oldest first.
    public var recentRequests: [ReceivedRequest] { state.withLock(\.log.recent) }

    /// Faults in force, with what is left of each.
    public var faults: [InjectedFault] { state.withLock(\.faults.faults) }

    /// Adds a fault behind those in force.
    public func inject(_ fault: InjectedFault) { state.withLock { $0.faults.add(fault) } }

    /// Puts other faults into the place of all in force, without a moment in between.
    public func replaceFaults(with faults: [InjectedFault]) {
        state.withLock { state in
            state.faults.removeAll()
            for fault in faults { state.faults.add(fault) }
        }
    }

    /// Takes all faults back. Requests that are stalled or delayed stay so.
    public func removeFaults() { state.withLock { $0.faults.removeAll() } }
}

/// What ``ArangoEmulator/perform(_:_:body:)`` answers.
public struct EmulatorAnswer: Sendable {
    /// HTTP status.
    public let status: Int
    /// Names in lower case; without those that all answers have.
    public let headers: [String: String]
    /// JSON text.
    public let body: String

    init(_ response: Response) {
        status = response.status
        headers = Dictionary(response.headers.map { ($0.name, $0.value) }) { first, _ in first }
        body = String(decoding: response.body, as: UTF8.self)
    }
}

/// Why the emulator does not start.
public enum EmulatorError: Error, CustomStringConvertible {
    /// The configured version does not begin with two numbers.
    case malformedVersion(String)
    /// The address is taken, not ours or not allowed.
    case cannotListen(address: String, reason: String)

    /// For the person at the terminal.
    public var description: String {
        switch self {
        case .malformedVersion(let text): "'\(text)' is no version of ArangoDB: expected something like 3.12.10"
        case .cannotListen(let address, let reason):
            "cannot listen on \(address): \(reason); choose another address with --listen, or end who has it"
        }
    }
}
