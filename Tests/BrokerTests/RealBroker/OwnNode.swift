import Broker
import FoundationEssentials
import Messages
import Nodes
import Settings
import Testing
import Threads
import Waiting

@testable import Broker

/// The RabbitMQ of a suite's own, for what other tests must not notice: restarts, alarms, and a log with nobody else in it.
enum OwnNode {
    @TaskLocal private static var running: RabbitMQNode?

    /// The node of the suite that runs.
    static var current: RabbitMQNode { get throws { try #require(running, "the suite needs the trait .ownNode") } }

    /// Runs a suite around a node.
    struct Trait: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
        ) async throws {
            try await RabbitMQNode.withNode { node in
                try await OwnNode.$running.withValue(node) { try await function() }
            }
        }
    }
}

extension Trait where Self == OwnNode.Trait {
    /// The tests of the suite share a RabbitMQ that nobody else uses.
    static var ownNode: Self { Self() }
}

extension RabbitMQNode {
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
        var (bytes, lines): (Int, [Substring]) = (0, [])
        try await eventually("the broker's log tells of the connection '\(name)'") {
            let log = try #require(FileManager.default.contents(atPath: "\(directory)/log/rabbitmq.log"))
            bytes = log.count
            lines = String(decoding: log.dropFirst(start.bytes), as: UTF8.self).split(separator: "\n")
            return lines.contains { $0.contains("closing AMQP connection") && $0.contains(name) }
        }
        return (bytes, lines)
    }
}
