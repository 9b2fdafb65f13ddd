public import ArangoEmulator
internal import FoundationEssentials
internal import Synchronization

/// A database of a test's own, with a proxy before the server that holds it: faults, what was asked, and what is stored.
///
/// The server is the one that `ARANGODB_URL` names (`http://root:password@host:port`, somebody who may create databases and users), otherwise an
/// emulator. A test does not ask which. The database, the users that were made, proxy and emulator go when nobody has this any more.
public final class TestDatabase: Sendable {
    /// The database. It is not there before somebody provisions it, or calls ``create()``.
    public let name: String
    private let client: DatabaseClient
    private let proxy: DatabaseProxy
    private let emulator: ArangoEmulator?
    private let users = Mutex<[String]>([])

    /// On the server that `ARANGODB_URL` names, or on an emulator as it is without options, but for its password.
    ///
    /// - Parameter expiryInterval: how often an emulator removes what a TTL index ends. A server has an interval of its own, of 30 s by default.
    public static func make(expiryInterval: Duration = .seconds(30)) async throws -> TestDatabase {
        let url = ProcessInfo.processInfo.environment["ARANGODB_URL"] ?? ""
        guard url.isEmpty else { return try await make(on: ServerAddress(url)) }
        return try await emulated(ArangoEmulator.Configuration(expiryInterval: expiryInterval))
    }

    /// On this server, whatever `ARANGODB_URL` says.
    public static func make(on server: ServerAddress) async throws -> TestDatabase { try await TestDatabase(on: server, emulator: nil) }

    /// On an emulator in a mode that a server cannot be put into from outside, such as a hardened one. For tests of that mode only.
    public static func emulated(_ configuration: ArangoEmulator.Configuration) async throws -> TestDatabase {
        var configuration = configuration
        configuration.password = configuration.password ?? #"the "root" of it"#
        let emulator = try await ArangoEmulator.start(configuration)
        var address = try ServerAddress(emulator.url)
        address.password = configuration.password ?? ""
        return try await TestDatabase(on: address, emulator: emulator)
    }

    private init(on server: ServerAddress, emulator: ArangoEmulator?) async throws {
        name = "warren_test_\(UInt64.random(in: .min ... .max))"
        client = DatabaseClient(server)
        self.emulator = emulator
        proxy = try await DatabaseProxy.start(DatabaseProxy.Configuration(server: server))
    }

    deinit {
        for user in users.withLock({ $0 }) { client.perform("DELETE", "/_api/user/\(user)") }
        client.perform("DELETE", "/_api/database/\(name)")
        Task { [proxy, emulator] in
            await proxy.stop()
            await emulator?.stop()
        }
    }

    /// Where Warren finds it: the proxy.
    public var url: String { proxy.url }
    /// The port of ``url``.
    public var port: Int { proxy.port }
    /// Who may do everything.
    public var username: String { client.server.username }
    /// The password of ``username``.
    public var password: String { client.server.password }

    /// Keys for `[arangodb]` in a configuration file, a line each.
    public var toml: String {
        let literal = { (text: String) in "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }
        return """
            endpoints = ["\(url)"]
            database = \(literal(name))
            username = \(literal(username))
            password = \(literal(password))
            """
    }
}

/// What an administrator does and sees, past the proxy and its faults.
extension TestDatabase {
    /// A request in the database: the path begins behind `/_db/NAME`.
    @discardableResult
    public func perform(_ method: String, _ path: String, body: String = "") -> DatabaseAnswer {
        client.perform(method, "/_db/\(name)\(path)", body: body)
    }

    /// A request in `_system`.
    @discardableResult
    public func performInSystem(_ method: String, _ path: String, body: String = "") -> DatabaseAnswer {
        client.perform(method, path, body: body)
    }

    /// Creates the database. True if it was not there.
    @discardableResult
    public func create() -> Bool { performInSystem("POST", "/_api/database", body: #"{"name":"\#(name)"}"#).status == 201 }

    /// Makes a user who may do nothing yet, by a name that nobody else has.
    public func makeUser(password: String) -> String {
        let user = "\(name)_user\(users.withLock(\.count))"
        users.withLock { $0.append(user) }
        client.perform("POST", "/_api/user", body: #"{"user":"\#(user)","passwd":"\#(password)"}"#)
        return user
    }

    /// Gives a user `none`, `ro` or `rw` on the database or on one of its collections. True if the server took it.
    public func grant(_ level: String, to user: String, collection: String? = nil) -> Bool {
        let place = collection.map { "\(name)/\($0)" } ?? name
        return performInSystem("PUT", "/_api/user/\(user)/database/\(place)", body: #"{"grant":"\#(level)"}"#).status == 200
    }

    /// What is stored in a collection, by key. `nil` if there is no such collection.
    public func documents(of collection: String) -> [String: StoredDocument]? { client.documents(of: collection, in: name) }

    /// Those of these documents that are there, by key, in one request.
    public func documents(_ keys: [String], of collection: String) -> [String: StoredDocument] {
        client.documents(keys, of: collection, in: name)
    }

    /// One document, or `nil`.
    public func document(_ key: String, of collection: String) -> StoredDocument? { client.document(key, of: collection, in: name) }

    /// How many documents a collection has.
    public func count(of collection: String) -> Int { client.count(of: collection, in: name) }

    /// The server's version, such as `3.12.10`; empty if it does not tell.
    public var serverVersion: String {
        let body = performInSystem("GET", "/_api/version").body
        return body.firstMatch(of: /"version":"([^"]*)"/).map { String($0.1) } ?? ""
    }
}

/// What the proxy does and has seen.
extension TestDatabase {
    /// Adds a fault behind those in force.
    public func inject(_ fault: InjectedFault) { proxy.inject(fault) }
    /// Puts other faults into the place of all in force, without a moment in between.
    public func replaceFaults(with faults: [InjectedFault]) { proxy.replaceFaults(with: faults) }
    /// Takes all faults back. Requests that are stalled or delayed stay so.
    public func removeFaults() { proxy.removeFaults() }
    /// The server seems to be gone: connections are cut, new ones refused.
    public func goAway() async { await proxy.goAway() }
    /// The server seems to be back, on the same port.
    public func comeBack() async throws { try await proxy.comeBack() }
    /// The last 256 requests, the oldest first.
    public var recentRequests: [ReceivedRequest] { proxy.recentRequests }
    /// Counts since the beginning.
    public var counters: RequestCounters { proxy.counters }
}
