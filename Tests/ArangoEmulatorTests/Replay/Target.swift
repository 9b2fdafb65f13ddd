@testable import ArangoEmulator

/// The emulator that an example is replayed against, fresh and of the deployment that it was recorded from.
///
/// Never another server: replays are about the emulator, and leave collections, tokens and databases behind.
struct Target {
    let client: HTTPClient
    private let emulator: ArangoEmulator

    static func open(for example: Example) async throws -> Target {
        let emulator = try await ArangoEmulator.start(Configuration(role: example.deployment == "cluster" ? .coordinator : .single))
        return Target(client: HTTPClient(host: "127.0.0.1", port: emulator.port), emulator: emulator)
    }

    func close() async { await emulator.stop() }
}
