import FoundationEssentials
import Settings
import Testing

/// A RabbitMQ of the test's own, which may be killed and started again, through `packaging/rabbitmq`.
struct BrokerNode: Sendable {
    let directory: String
    let port: UInt16

    /// Starts a node that keeps everything in `directory`.
    init(in directory: String) async throws {
        self.directory = directory
        try await Self.script("start", directory)
        port = try Self.port(of: directory)
    }

    /// The port of a node that was started in `directory`.
    static func port(of directory: String) throws -> UInt16 {
        let identity = FileManager.default.contents(atPath: "\(directory)/node").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = try #require(identity.split(separator: "\n").first { $0.hasPrefix("amqp_port=") })
        return try #require(UInt16(line.dropFirst("amqp_port=".count)))
    }

    /// Straight to the node.
    var settings: RabbitMQSettings {
        var settings = RabbitMQSettings()
        settings.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: port)]
        settings.heartbeat = .seconds(10)
        return settings
    }

    func start() async throws { try await Self.script("start", directory) }
    func stop() async throws { try await Self.script("stop", directory) }
    func kill() async throws { try await Self.script("kill", directory) }

    /// Runs `rabbitmqctl`. True if it succeeded.
    @discardableResult
    func control(_ arguments: String...) async throws -> Bool { try await control(arguments) }

    @discardableResult
    func control(_ arguments: [String]) async throws -> Bool {
        try await Self.run(["ctl", directory] + arguments, log: "\(directory).log") == .exited(0)
    }

    /// Which RabbitMQ it is, as `4.3.6`.
    func version() async throws -> String {
        let file = "\(directory).version"
        try #require(try await Self.run(["ctl", directory, "version"], log: file) == .exited(0))
        return FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }?.split(separator: "\n").last
            .map(String.init) ?? ""
    }

    /// Those of the queues that hold messages, ready or delivered and not acknowledged, and those that it does not tell about.
    func filled(_ queues: [String]) async throws -> [String] {
        let file = "\(directory).queues"
        try? FileManager.default.removeItem(atPath: file)
        guard try await Self.run(["ctl", directory, "list_queues", "name", "messages"], log: file) == .exited(0) else { return queues }
        let lines = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let empty = Set(lines.split(separator: "\n").filter { $0.hasSuffix("\t0") }.map { $0.dropLast(2) })
        return queues.filter { !empty.contains($0[...]) }
    }

    static func script(_ verb: String, _ directory: String) async throws {
        let ending = try await run([verb, directory], log: "\(directory).log")
        try #require(ending == .exited(0), "packaging/rabbitmq \(verb); see \(directory).log")
    }

    /// Runs `packaging/rabbitmq`; what it says is added to the file `log`.
    static func run(_ arguments: [String], log: String, within seconds: Int = 90) async throws -> ChildProcess.Ending {
        let file = #filePath
        let repository = file.split(separator: "/").dropLast(4).joined(separator: "/")
        let environment = ProcessInfo.processInfo.environment
        let script = try ChildProcess("/\(repository)/packaging/rabbitmq", arguments, environment: environment, output: log)
        return try await script.end(within: seconds)
    }
}
