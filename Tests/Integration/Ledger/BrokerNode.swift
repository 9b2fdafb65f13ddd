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
        let identity = FileManager.default.contents(atPath: "\(directory)/node").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = try #require(identity.split(separator: "\n").first { $0.hasPrefix("amqp_port=") })
        port = try #require(UInt16(line.dropFirst("amqp_port=".count)))
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
    func control(_ arguments: String...) async throws -> Bool {
        try await Self.run(["ctl", directory] + arguments, log: "\(directory).log") == .exited(0)
    }

    /// What `rabbitmqctl` prints.
    func controlOutput(_ arguments: String...) async throws -> String {
        let output = "\(directory).output"
        try? FileManager.default.removeItem(atPath: output)
        guard try await Self.run(["ctl", directory] + arguments, log: output) == .exited(0) else { return "" }
        return FileManager.default.contents(atPath: output).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func script(_ verb: String, _ directory: String) async throws {
        let ending = try await run([verb, directory], log: "\(directory).log")
        try #require(ending == .exited(0), "packaging/rabbitmq \(verb); see \(directory).log")
    }

    private static func run(_ arguments: [String], log: String) async throws -> ChildProcess.Ending {
        let file = #filePath
        let repository = file.split(separator: "/").dropLast(4).joined(separator: "/")
        let environment = ProcessInfo.processInfo.environment
        let script = try ChildProcess("/\(repository)/packaging/rabbitmq", arguments, environment: environment, output: log)
        return try await script.end(within: 90)
    }
}
