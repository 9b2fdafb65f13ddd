import CRabbitMQ
import Messages
import Nodes
import Settings
import Testing

@testable import Broker

extension RealBroker {
    @Suite("What a queue is") struct QueueKindTests {
        private let name = "broker-tests.kind.\(UInt32.random(in: .min ... .max))"

        @Test("Type, properties and arguments are known, and looking changes nothing", arguments: QueueKind.all)
        func told(_ kind: QueueKind) async throws {
            let settings = try PrivateNode.settings()
            var queue = QueueDeclaration(name: name, isDurable: kind.isDurable, arguments: kind.arguments)
            queue.isAutoDelete = kind.isAutoDelete
            #expect(try await Topology.declare([queue], settings: settings) == [.created])
            let found = try await Topology.examine(sources: [name], others: [name], settings: settings).queues
            for look in found {
                let properties = try #require(look.properties)
                #expect(look.type == kind.type && properties.type == kind.type && properties.isComplete)
                #expect(properties.isDurable == kind.isDurable && properties.isAutoDelete == kind.isAutoDelete)
                // Arguments that only decide where a queue is created are not compared, and so not reported.
                let told = kind.arguments.filter {
                    !["x-queue-type", "x-quorum-initial-group-size", "x-queue-leader-locator"].contains($0.name)
                }
                let names = properties.arguments.keys.filter { !["x-quorum-initial-group-size", "x-queue-leader-locator"].contains($0) }
                #expect(names.sorted() == told.map(\.name).sorted())
            }
            #expect(
                found[0].mayConsume == true
                    && found[0].lacksDeadLetterExchange == kind.arguments.contains { $0.name == "x-dead-letter-exchange" })
            guard case .present = try await Topology.declare([queue], settings: settings)[0] else {
                Issue.record("it was left another one: \(try await Topology.declare([queue], settings: settings))")
                return
            }
            try PrivateNode.delete(name)
        }

        @Test("A queue that another connection has to itself is told as that") func exclusive() async throws {
            let settings = try PrivateNode.settings()
            let other = try Connection(ConnectionParameters(settings, endpoint: settings.endpoints[0], name: "tests", channels: 1))
            var queue = QueueDeclaration(name: name)
            queue.isExclusive = true
            _ = try other.declare(queue, passive: false)
            guard case .refused(let error) = try await Topology.examine(sources: [name], others: [], settings: settings).queues[0].state
            else {
                Issue.record("not refused")
                return
            }
            #expect(error.explanation.contains("exclusive"))
            other.closeAndWait()
        }

        /// What is published to it once comes back so often, as each consumer that dies gives it back.
        private func returned(_ times: Int, _ queue: QueueDeclaration) async throws -> Int {
            let settings = try PrivateNode.settings()
            #expect(try await Topology.declare([queue], settings: settings) == [.created])
            try await publish(["kept"], to: queue.name)
            let connection = try Connection(ConnectionParameters(settings, endpoint: settings.endpoints[0], name: "tests", channels: 1))
            for _ in 0..<times where try connection.takeAndReturn(queue.name) == false { break }
            connection.closeAndWait()
            let deadline = ContinuousClock.now + .seconds(30)
            while try await PrivateNode.depth(of: queue.name)?.messages == 0, .now < deadline {
                try await Task.sleep(for: .milliseconds(100))
            }
            let left = try await PrivateNode.depth(of: queue.name)?.messages ?? 0
            try PrivateNode.delete(queue.name)
            return left
        }

        @Test(
            "A letter and a partition's message that come back 50 times are still there, in classic and in quorum queues",
            arguments: QueueType.allCases)
        func outlasts(type: QueueType) async throws {
            var letters = QueueDeclaration(name: name, arguments: [("x-queue-type", .string(type.rawValue))])
            letters.outlastsReturns = true
            #expect(try await returned(50, letters) == 1)
            var partition = QueueDeclaration(
                name: name + ".0", arguments: [("x-queue-type", .string(type.rawValue)), ("x-single-active-consumer", .boolean(true))])
            partition.outlastsReturns = true
            #expect(try await returned(50, partition) == 1)
        }

        @Test("With a small limit the same returns end the message, so the test above can fail") func control() async throws {
            let queue = QueueDeclaration(name: name, arguments: [("x-queue-type", .string("quorum")), ("x-delivery-limit", .integer(20))])
            let settings = try PrivateNode.settings()
            #expect(try await Topology.declare([queue], settings: settings) == [.created])
            try await publish(["lost"], to: name)
            let connection = try Connection(ConnectionParameters(settings, endpoint: settings.endpoints[0], name: "tests", channels: 1))
            var returns = 0
            while returns < 50, try connection.takeAndReturn(name) { returns += 1 }
            connection.closeAndWait()
            #expect(returns == 21)
            try PrivateNode.delete(name)
        }
    }
}

extension RealBroker.OnOwnNode {
    @Suite("What a queue is by default") struct DefaultKindTests {
        private let vhost = "defaults-\(UInt32.random(in: .min ... .max))"

        @Test(
            "A virtual host with quorum queues by default has them told as such, and letters get a limit; with the right to read the type is known"
        )
        func defaults() async throws {
            let node = try OwnNode.current
            try await node.ctl("add_vhost", vhost, "--default-queue-type", "quorum")
            try await node.ctl("set_permissions", "--vhost", vhost, "guest", ".*", ".*", ".*")
            var settings = node.settings
            settings.vhost = vhost
            var letters = QueueDeclaration(name: "q.dead")
            letters.outlastsReturns = true
            let queues = [
                QueueDeclaration(name: "q"), letters, QueueDeclaration(name: "classic", arguments: [("x-queue-type", .string("classic"))]),
                QueueDeclaration(name: "stream", arguments: [("x-queue-type", .string("stream"))]),
                QueueDeclaration(name: "old", isDurable: false),
            ]
            let names = queues.map(\.name)
            #expect(try await Topology.declare(queues, settings: settings) == Array(repeating: .created, count: 5))
            let found = try await Topology.examine(sources: names, others: [], settings: settings).queues
            #expect(found.map(\.type) == ["quorum", "quorum", "classic", "stream", "classic"])
            #expect(found.map { $0.properties?.arguments["x-delivery-limit"] } == [nil, "1000000", nil, nil, nil])
            #expect(try await Topology.declare([letters], settings: settings) == [.present(QueueDepth(messages: 0, consumers: 0))])
            // A user who may not configure them learns the type, and that the rest is unknown.
            try await node.ctl("add_user", vhost, vhost)
            try await node.ctl("set_permissions", "--vhost", vhost, vhost, "", "", ".*")
            (settings.username, settings.password) = (vhost, Secret(vhost))
            let read = try await Topology.examine(sources: names, others: [], settings: settings).queues
            #expect(read.map(\.type) == ["quorum", "quorum", "classic", "stream", "classic"])
            #expect(read.allSatisfy { $0.properties == nil })
        }

        @Test("Where classic queues are the default, letters need no limit and get none") func classic() async throws {
            let node = try OwnNode.current
            var letters = QueueDeclaration(name: vhost)
            letters.outlastsReturns = true
            #expect(try await Topology.declare([letters], settings: node.settings) == [.created])
            let found = try await Topology.examine(sources: [vhost], others: [], settings: node.settings).queues[0]
            #expect(found.type == "classic" && found.properties?.arguments.isEmpty == true)
        }
    }
}

extension Connection {
    /// Consumes the one message of a queue, and gives it back by closing the channel. False: none comes within two seconds.
    fileprivate func takeAndReturn(_ queue: String) throws -> Bool {
        try openChannel(1)
        try sendConsume(channel: 1, queue: queue, arguments: FieldTable())
        var contents = [ContentAssembly(.delivered)]
        var isThere = true
        do {
            while true {
                if case .delivery = try answer(into: &contents, within: .seconds(2)) { break }
            }
        } catch BrokerError.Reason.timedOut {
            isThere = false
        }
        try closeChannel(1)
        return isThere
    }
}

/// A queue as it was declared, and the type that it is of.
struct QueueKind: Sendable, CustomTestStringConvertible {
    let type: String
    let arguments: [(name: String, value: HeaderValue)]
    var isDurable = true
    var isAutoDelete = false

    var testDescription: String { "\(type) \(arguments.map(\.name)) durable \(isDurable) auto-delete \(isAutoDelete)" }

    static let all = [
        QueueKind(type: "classic", arguments: []), QueueKind(type: "classic", arguments: [], isDurable: false),
        QueueKind(type: "classic", arguments: [], isAutoDelete: true),
        QueueKind(type: "classic", arguments: [("x-queue-type", .string("classic"))]),
        QueueKind(type: "quorum", arguments: [("x-queue-type", .string("quorum"))]),
        QueueKind(
            type: "classic",
            arguments: [
                ("x-message-ttl", .integer(60_000)), ("x-expires", .integer(600_000)), ("x-max-length", .integer(10)),
                ("x-max-length-bytes", .integer(1000)), ("x-overflow", .string("reject-publish")),
                ("x-dead-letter-exchange", .string("7")), ("x-dead-letter-routing-key", .string("8")),
                ("x-single-active-consumer", .boolean(true)), ("x-max-priority", .integer(5)),
            ], isDurable: false),
        QueueKind(
            type: "quorum",
            arguments: [
                ("x-queue-type", .string("quorum")), ("x-message-ttl", .integer(60_000)), ("x-expires", .integer(600_000)),
                ("x-max-length", .integer(10)), ("x-max-length-bytes", .integer(1000)), ("x-overflow", .string("reject-publish")),
                ("x-dead-letter-exchange", .string("d")), ("x-dead-letter-strategy", .string("at-least-once")),
                ("x-dead-letter-routing-key", .string("k")), ("x-single-active-consumer", .boolean(true)),
                ("x-delivery-limit", .integer(100)), ("x-quorum-initial-group-size", .integer(1)),
                ("x-queue-leader-locator", .string("client-local")),
            ]),
    ]
}
