import Broker
import Glibc
import Messages
import Settings
import Testing
import Threads

@testable import Broker

/// A RabbitMQ of a suite's own, for what other tests must not notice: restarts, alarms, and a log with nobody else in it.
struct OwnNode {
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// The node of the suite that runs.
    @TaskLocal private static var running: OwnNode?
    static var current: OwnNode { get throws { try #require(running, "the suite needs the trait .ownNode") } }

    let directory: String
    let port: UInt16

    var settings: RabbitMQSettings {
        var settings = RabbitMQSettings()
        settings.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: port)]
        settings.heartbeat = .seconds(10)
        return settings
    }

    /// A consumer of `queues` (processors 0, 1, …).
    func consumer(of queues: [String], _ recorder: EventRecorder) -> Consumer {
        Consumer(
            settings: settings,
            subscriptions: queues.enumerated().map { Subscription(processor: SubscriptionID(rawValue: $0), queue: $1, prefetch: 100) },
            onEvent: recorder.onEvent)
    }

    /// A durable queue that only this test uses.
    func queue(_ test: String = #function, arguments: [(name: String, value: HeaderValue)] = []) async throws -> String {
        let name = "\(test.prefix { $0 != "(" }).\(UInt32.random(in: .min ... .max))"
        _ = try await Topology.declare([QueueDeclaration(name: name, arguments: arguments)], settings: settings)
        return name
    }

    /// `packaging/rabbitmq VERB`, such as `kill`, `start` or `ctl`.
    func run(_ verb: String, _ arguments: String...) async throws { try await Self.run(verb, directory, arguments) }

    /// Complaints that the broker has about `body` in its log.
    func complaints(during body: () async throws -> Void) async throws -> [Substring] {
        let start = try await mark()
        try await body()
        // Indented are reports of Erlang's own: a channel's processes may end a little later than their connection's.
        return try await mark(from: start).lines.filter { ($0.contains("[error]") || $0.contains("[warning]")) && !$0.contains(">     ") }
    }

    /// Writes a line into the log and waits for it: the log is written late, but in order. Returns its length, and what it holds behind `start`.
    private func mark(from start: (bytes: Int, lines: [Substring]) = (0, [])) async throws -> (bytes: Int, lines: [Substring]) {
        let name = "marker \(UInt32.random(in: .min ... .max))"
        try await onBlockingThread(named: "log-marker") { () throws(any Error) in
            try Connection(ConnectionParameters(settings, endpoint: settings.endpoints[0], name: name, channels: 1)).closeAndWait()
        }
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let log = try log()
            let lines = String(decoding: log.dropFirst(start.bytes), as: UTF8.self).split(separator: "\n")
            if lines.contains(where: { $0.contains("closing AMQP connection") && $0.contains(name) }) { return (log.count, lines) }
            try #require(.now < deadline, "the broker's log does not tell of the connection '\(name)'")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func log() throws -> [UInt8] { try Self.content(of: "\(directory)/log/rabbitmq.log") }

    fileprivate static func start() async throws -> OwnNode {
        var template = Array("/tmp/warren-node.XXXXXX".utf8CString)
        guard unsafe template.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) != nil }) else {
            throw Failure(description: "mkdtemp: errno \(errno)")
        }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try await run("start", directory, [])
        // Lines such as `amqp_port=24567`.
        let identity = String(decoding: try content(of: "\(directory)/node"), as: UTF8.self)
        let port = identity.split(separator: "\n").first { $0.hasPrefix("amqp_port=") }.flatMap { UInt16($0.dropFirst(10)) }
        return OwnNode(directory: directory, port: try #require(port))
    }

    private static func run(_ verb: String, _ directory: String, _ arguments: [String]) async throws {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        try await execute(["/\(root)/packaging/rabbitmq", verb, directory] + arguments)
    }

    /// Returns when it has ended: starting a node takes seconds.
    private static func execute(_ command: [String]) async throws {
        try await onBlockingThread(named: "own-node") { () throws(any Error) in try executeAndWait(command) }
    }

    private static func executeAndWait(_ command: [String]) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 { unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
        var vector = unsafe command.map { unsafe strdup($0) } + [nil]
        defer { unsafe vector.forEach { unsafe free($0) } }
        var (process, status) = (pid_t(), Int32(0))
        guard unsafe posix_spawnp(&process, command[0], &actions, nil, &vector, environ) == 0 else {
            throw Failure(description: "\(command[0]) cannot be run: errno \(errno)")
        }
        unsafe waitpid(process, &status, 0)
        guard status == 0 else { throw Failure(description: "\(command.joined(separator: " ")): status \(status)") }
    }

    private static func content(of path: String) throws -> [UInt8] {
        let file = unsafe open(path, O_RDONLY)
        guard file >= 0 else { throw Failure(description: "\(path) cannot be read") }
        defer { close(file) }
        var (content, part) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while true {
            let count = unsafe read(file, &part, part.count)
            guard count > 0 else { return content }
            content += part.prefix(count)
        }
    }

    /// Runs a suite around a node.
    struct Trait: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
        ) async throws {
            let node = try await OwnNode.start()
            let result: Result<Void, any Error>
            do {
                result = .success(try await OwnNode.$running.withValue(node) { try await function() })
            } catch {
                result = .failure(error)
            }
            try? await node.run("kill")
            try? await OwnNode.execute(["rm", "-r", node.directory])
            try result.get()
        }
    }
}

extension Trait where Self == OwnNode.Trait {
    /// The tests of the suite share a RabbitMQ that nobody else uses.
    static var ownNode: Self { Self() }
}
