import FoundationEssentials

@testable import ArangoEmulator

/// The server that examples are replayed against: `ARANGODB_URL` (`http://[user:password@]host:port`), otherwise an emulator of their own.
struct Target {
    let client: HTTPClient
    /// `nil` for a real server.
    private let emulator: ArangoEmulator?

    var isEmulator: Bool { emulator != nil }

    /// True if a real server is given.
    static var isReal: Bool { realURL != nil }

    private static var realURL: String? {
        ProcessInfo.processInfo.environment["ARANGODB_URL"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A fresh emulator of the deployment the example was recorded from; or the real server.
    static func open(for example: Example) async throws -> Target {
        if let url = realURL { return Target(client: try client(for: url), emulator: nil) }
        let emulator = try await ArangoEmulator.start(Configuration(role: example.deployment == "cluster" ? .coordinator : .single))
        return Target(client: HTTPClient(host: "127.0.0.1", port: emulator.port), emulator: emulator)
    }

    func close() async { await emulator?.stop() }

    private static func client(for url: String) throws -> HTTPClient {
        guard let parts = URL(string: url), parts.scheme == "http", let host = parts.host() else { throw MalformedURL(url: url) }
        var client = HTTPClient(host: host, port: parts.port ?? 8529)
        if let user = parts.user() {
            client.authorization = "Basic " + Data("\(user):\(parts.password() ?? "")".utf8).base64EncodedString()
        }
        return client
    }

    struct MalformedURL: Error {
        let url: String
    }
}
