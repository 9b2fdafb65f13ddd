internal import FoundationEssentials
public import Settings
internal import Testing

/// A RabbitMQ of a test's own, which may be killed and started again, through `packaging/rabbitmq`.
public struct RabbitMQNode: Sendable {
    /// Where it keeps everything. What the script says is in a file beside it, whose name ends in `.log`.
    public let directory: String
    /// Its AMQP port on 127.0.0.1.
    public let port: UInt16

    /// Starts a node that keeps everything in `directory`, with more options of `packaging/rabbitmq start`.
    public init(in directory: String, _ options: [String] = []) async throws {
        self.directory = directory
        try await Self.perform("start", in: directory, options)
        port = try Self.port(of: directory)
    }

    /// Runs `body` with a node that nobody else uses. Whatever happens, ends the node and removes all its files.
    public static func withNode<Value>(
        _ options: [String] = [], _ body: (RabbitMQNode) async throws -> Value
    ) async throws -> Value {
        let directory = "/tmp/warren-node.\(UInt32.random(in: .min ... .max))"
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(try await RabbitMQNode(in: directory, options)))
        } catch {
            result = .failure(error)
        }
        try? await perform("kill", in: directory)
        for ending in ["", ".log", ".version", ".queues"] { try? FileManager.default.removeItem(atPath: directory + ending) }
        return try result.get()
    }

    /// Straight to the node.
    public var settings: RabbitMQSettings {
        var settings = RabbitMQSettings()
        settings.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: port)]
        settings.heartbeat = .seconds(10)
        return settings
    }

    /// Starts it again, with the ports, names and data that it had.
    public func start() async throws { try await Self.perform("start", in: directory) }
    /// Ends it in order.
    public func stop() async throws { try await Self.perform("stop", in: directory) }
    /// Ends it as a crash would.
    public func kill() async throws { try await Self.perform("kill", in: directory) }

    /// Runs `rabbitmqctl`, which must succeed.
    public func ctl(_ arguments: String...) async throws { try await Self.perform("ctl", in: directory, arguments) }

    /// Runs `rabbitmqctl`. True if it succeeded.
    @discardableResult
    public func control(_ arguments: String...) async throws -> Bool { try await control(arguments) }

    /// Runs `rabbitmqctl`. True if it succeeded.
    @discardableResult
    public func control(_ arguments: [String]) async throws -> Bool {
        try await Self.run(["ctl", directory] + arguments, log: "\(directory).log") == .exited(0)
    }

    /// Which RabbitMQ it is, as `4.3.6`.
    public func version() async throws -> String {
        let file = "\(directory).version"
        try #require(try await Self.run(["ctl", directory, "version"], log: file) == .exited(0))
        return Self.text(of: file).split(separator: "\n").last.map(String.init) ?? ""
    }

    /// Those of the queues that hold messages, ready or delivered and not acknowledged, and those about which the node reports nothing.
    public func filled(_ queues: [String]) async throws -> [String] {
        let file = "\(directory).queues"
        try? FileManager.default.removeItem(atPath: file)
        guard try await Self.run(["ctl", directory, "list_queues", "name", "messages"], log: file) == .exited(0) else { return queues }
        let empty = Set(Self.text(of: file).split(separator: "\n").filter { $0.hasSuffix("\t0") }.map { $0.dropLast(2) })
        return queues.filter { !empty.contains($0[...]) }
    }

    /// The port of a node that was started in `directory`: `amqp`, or `management` if it has that.
    public static func port(_ name: String = "amqp", of directory: String) throws -> UInt16 {
        // Lines such as `amqp_port=24567`.
        let line = try #require(text(of: "\(directory)/node").split(separator: "\n").first { $0.hasPrefix("\(name)_port=") })
        return try #require(UInt16(line.dropFirst("\(name)_port=".count)))
    }

    /// `packaging/rabbitmq VERB DIRECTORY OPTION…`, which must succeed.
    public static func perform(_ verb: String, in directory: String, _ options: [String] = [], within seconds: Int = 120) async throws {
        let ending = try await run([verb, directory] + options, log: "\(directory).log", within: seconds)
        try #require(ending == .exited(0), "packaging/rabbitmq \(verb) \(directory); see \(directory).log")
    }

    /// Runs `packaging/rabbitmq`; what it says is added to the file `log`.
    public static func run(_ arguments: [String], log: String, within seconds: Int = 120) async throws -> ChildProcess.Ending {
        let file = #filePath
        let repository = file.split(separator: "/").dropLast(4).joined(separator: "/")
        let environment = ProcessInfo.processInfo.environment
        let script = try ChildProcess("/\(repository)/packaging/rabbitmq", arguments, environment: environment, output: log)
        return try await script.end(within: seconds)
    }

    private static func text(of file: String) -> String {
        FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
