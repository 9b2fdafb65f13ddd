import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Nodes
import Settings
import TestDatabase
import Testing
import Waiting

/// The daemon as a process of its own, with a configuration file that can be changed, in the world of a test.
struct DaemonProcess {
    /// The program that `swift build --build-tests` has put beside the tests.
    static var binary: String { LedgerOptions([:]).binary }

    let world: World
    let directory: String
    var file: String { "\(directory)/warren.toml" }
    var socket: String { "\(directory)/control.sock" }
    var client: AsyncControlClient { AsyncControlClient(socket: socket) }
    var log: String { (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? "" }

    /// A directory with a configuration; nothing runs yet.
    init(in world: World) throws {
        self.world = world
        directory = FileManager.default.temporaryDirectory.appending(path: "warren-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try configure()
    }

    func removeFiles() { try? FileManager.default.removeItem(atPath: directory) }

    /// Writes the configuration. `rabbitmq` is put into that section, `prefetch` is that of the first processor, `more` is TOML before the
    /// processors.
    func configure(rabbitmq: String = "", prefetch: Int = 100, more: String = "") throws {
        let processors = world.settings.processors.enumerated().map { index, processor in
            """
            [[processor]]
            name = "\(processor.name)"
            queue = "\(processor.queue)"
            operation = "\(processor.operation.rawValue)"
            collection = "\(processor.collection)"
            key = "/id"
            version = "/version"
            prefetch = \(index == 0 ? prefetch : 100)

            """
        }
        let text = """
            [rabbitmq]
            endpoints = ["\(try #require(World.amqpURL))"]
            \(rabbitmq)
            [arangodb]
            \(world.database.toml)
            \(more)

            """ + processors.joined()
        try writeConfiguration(text, to: file)
    }

    /// Runs it. `listening`: a socket that it gets as systemd would pass it. `variables` are put into its environment; with `cage` it may take no
    /// more memory than that one has.
    func start(listening passed: Int32? = nil, variables: [String: String] = [:], in cage: MemoryCage? = nil) throws -> ChildProcess {
        var environment = ["WARREN_CONTROL_SOCKET": socket, "WARREN_LOG_FORMAT": "json"].merging(variables) { $1 }
        if let cage {
            return try ChildProcess(
                "/bin/sh", ["-c", #"echo $$ >"$CAGE" && exec "$0" "$@""#, Self.binary, "run", "--config", file],
                environment: environment.merging(["CAGE": cage.processes]) { $1 }, output: "\(directory)/log")
        }
        guard passed != nil else {
            return try ChildProcess(Self.binary, ["run", "--config", file], environment: environment, output: "\(directory)/log")
        }
        environment["LISTEN_FDS"] = "1"
        // Whose they are is known to the process alone.
        return try ChildProcess(
            "/bin/sh", ["-c", #"LISTEN_PID=$$ exec "$0" "$@""#, Self.binary, "run", "--config", file], environment: environment,
            output: "\(directory)/log", passed: passed)
    }

    /// Until all processors consume.
    func consuming(_ client: AsyncControlClient? = nil) async throws {
        let client = client ?? self.client
        try await eventually("consuming") {
            let list: ProcessorList? = try? await client.send(.get, "/v1/processors")
            return list?.processors.allSatisfy { $0.state == .consuming } == true
        }
    }

    /// SIGTERM, and its end with status 0.
    func stop(_ process: ChildProcess) async throws {
        process.send(SIGTERM)
        #expect(try await process.end(within: 60) == .exited(0))
    }
}

/// A configuration file that nobody else may read: it has a password.
func writeConfiguration(_ text: String, to file: String) throws {
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
}
