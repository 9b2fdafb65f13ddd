import ArangoEmulator
import ControlMessages
import FoundationEssentials
import Nodes
import Settings
import TestDatabase
import Testing
import Waiting

@testable import Broker
@testable import Service

extension WholeService {
    /// Tests that restart or reconfigure RabbitMQ, which the others share.
    @Suite("A RabbitMQ of its own", .serialized) struct OwnBrokerTests {
        /// Persistent: they are there after a restart.
        private static let persistent: [UInt8] = [0x10, 0, MessageProperties.persistent]

        private func publish(_ bodies: [String], exchange: String = "", keys: [String], to node: RabbitMQNode) async throws {
            let publisher = Publisher(settings: node.settings)
            let results = await publisher.publish(
                zip(bodies, keys).map { body, key in
                    Publication(
                        exchange: exchange, routingKey: key, body: Array(body.utf8)[...], encodedProperties: Self.persistent[...],
                        headers: []
                    )
                })
            await publisher.close()
            for result in results { try result.get() }
        }

        /// What ArangoDB does not do for a time.
        enum Outage: CaseIterable {
            case everything, answeringWrites, writing

            /// How; `nil`: it is gone.
            var fault: InjectedFault? {
                switch self {
                case .everything: nil
                case .answeringWrites: InjectedFault(.stall, writesOnly: true)
                case .writing: InjectedFault(.answer(status: 500, errorNum: 4, message: "internal"), writesOnly: true)
                }
            }

            /// How the log begins to tell of it.
            var message: String { self == .everything ? "ArangoDB is unavailable" : "ArangoDB refuses writes to this collection" }
        }

        /// RabbitMQ's consumer timeout (https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout), made short. From 4.3 on a classic queue has
        /// none, and a quorum queue cancels the consumer, which leaves open why.
        ///
        /// A message that is returned three times is gone: the queue has a delivery limit, and no dead-letter exchange.
        @Test(
            "Held longer than RabbitMQ's consumer timeout in an outage: it says so, takes nothing again before the outage is over, loses nothing",
            arguments: Outage.allCases)
        func consumerTimeout(_ outage: Outage) async throws {
            try await RabbitMQNode.withNode { node in
                let short = "application:set_env(rabbit, consumer_timeout, 2000), application:set_env(rabbit, channel_tick_interval, 500)."
                #expect(try await node.control("eval", short))
                // A write that gets no answer ends after RabbitMQ's timeout, and long before those of this test.
                let world = try await World.make(timeout: "3s", broker: node.settings.endpoints[0])
                let queue = world.settings.processors[0].queue + ".quorum"
                var settings = world.settings
                settings.processors[0].queue = queue
                let arguments: [(String, HeaderValue)] = [
                    ("x-queue-type", .string("quorum")), ("x-consumer-timeout", .integer(2000)), ("x-delivery-limit", .integer(3)),
                ]
                let made = try await Topology.declare(
                    [QueueDeclaration(name: queue, arguments: arguments), QueueDeclaration(name: "\(queue).dead")],
                    settings: settings.rabbitmq)
                #expect(made == [.created, .created])
                let turn = World(database: world.database, settings: settings, text: world.text)
                try await turn.serving(reading: nil) { daemon in
                    try await eventually("consuming") { turn.log.messages.count { $0 == "Consuming" } == 3 }
                    if let fault = outage.fault { turn.database.inject(fault) } else { await turn.database.goAway() }
                    let bodies = (1...50).map { #"{"id":"\#($0)","version":1}"# }
                    try await publish(bodies, keys: bodies.map { _ in queue }, to: node)
                    try await eventually("the outage is known") { turn.log.messages.contains { $0.hasPrefix(outage.message) } }
                    try await eventually("RabbitMQ takes them back, and it is told what can be done", seconds: 120) {
                        turn.log.lines.contains { "\($0.message) \($0.facts)".contains("consumer timeout") }
                    }
                    try await eventually("all are in their queue") {
                        guard case .present(let depth)? = try await Topology.check([queue], settings: settings.rabbitmq).first else {
                            return false
                        }
                        return depth.messages == bodies.count
                    }
                    // Many times the timeout: a consumer would be cancelled again and again, and the messages be gone.
                    try await Task.sleep(for: .seconds(12))
                    #expect(turn.log.lines.count { "\($0.message) \($0.facts)".contains("consumer timeout") } == 1)
                    if outage.fault == nil { try await turn.database.comeBack() } else { turn.database.removeFaults() }
                    try await eventually("all are written") { turn.documentCount == bodies.count }
                    try await eventually("its health") { daemon.status.health.status == .healthy }
                }
            }
        }

        /// What waits for the rate waits for ten seconds. A message that is returned once is gone: the queue's delivery limit is one.
        @Test("A backlog that takes longer than the consumer timeout, at one message a second, touches neither that nor a delivery limit")
        func slowRate() async throws {
            try await RabbitMQNode.withNode { node in
                let short = "application:set_env(rabbit, consumer_timeout, 18000), application:set_env(rabbit, channel_tick_interval, 500)."
                #expect(try await node.control("eval", short))
                let world = try await World.make(extra: ["updated": #"rate = "1/s""#], broker: node.settings.endpoints[0])
                let queue = world.settings.processors[0].queue + ".quorum"
                var settings = world.settings
                settings.processors[0].queue = queue
                let arguments: [(String, HeaderValue)] = [
                    ("x-queue-type", .string("quorum")), ("x-consumer-timeout", .integer(18_000)), ("x-delivery-limit", .integer(1)),
                ]
                let made = try await Topology.declare(
                    [QueueDeclaration(name: queue, arguments: arguments), QueueDeclaration(name: "\(queue).dead")],
                    settings: settings.rabbitmq)
                #expect(made == [.created, .created])
                let bodies = (1...25).map { #"{"id":"\#($0)","version":1}"# }
                try await publish(bodies, keys: bodies.map { _ in queue }, to: node)
                let turn = World(database: world.database, settings: settings, text: world.text)
                try await turn.serving(reading: nil) { _ in
                    let began = ContinuousClock.now
                    try await eventually("all are written", seconds: 120) { turn.documents.count == bodies.count }
                    #expect(ContinuousClock.now - began > .seconds(18))
                    #expect(turn.log.messages.count { $0 == "Consuming" } == 3, "no consumer was cancelled, and none came back")
                }
                #expect(!turn.log.lines.contains { "\($0.message) \($0.facts)".contains("consumer timeout") })
            }
        }

        @Test("RabbitMQ restarts, killed or in order, while partitions are busy: no document's last write is an earlier message")
        func dealtOutAgain() async throws {
            try await RabbitMQNode.withNode { node in
                let world = try await World.make(
                    extra: ["sync": "partitions = 4"], versions: false, broker: node.settings.endpoints[0])
                let partitioning = try #require(QueueDeclarations(settings: world.settings).partitionings.first)
                try await partitioning.provide { _ in }
                var number = 0
                func deal(_ count: Int) async throws {
                    let numbers = number..<number + count
                    number += count
                    try await publish(
                        numbers.map { #"{"id":"\#($0 % 50)","number":\#($0)}"# }, exchange: partitioning.names.entry,
                        keys: numbers.map { "\($0 % 50)" }, to: node)
                }
                try await world.serving(reading: nil) { daemon in
                    func held() -> [Int] {
                        daemon.status.partitions(of: daemon.engine.registry.table.ids(of: "sync"))?.held ?? []
                    }
                    try await eventually("all are consumed") { held() == [0, 1, 2, 3] }
                    for turn in 0..<4 {
                        try await deal(1000)
                        if turn.isMultiple(of: 2) { try await node.kill() } else { try await node.stop() }
                        try await node.start()
                        try await deal(1000)
                        try await eventually("each document is as its last message says", seconds: 120) {
                            let documents = world.documents
                            return (number - 50..<number).allSatisfy { last in
                                documents["\(last % 50)"]?["number"] == "\(last)"
                            }
                        }
                        try await eventually("nothing is left") { try await world.depths().values.allSatisfy { $0 == 0 } }
                        #expect(try await partitioning.examine() == .kept)
                    }
                    // Nothing that came late has overwritten them.
                    let documents = world.documents
                    for last in number - 50..<number { #expect(documents["\(last % 50)"]?["number"] == "\(last)") }
                }
            }
        }
    }
}

extension Result where Failure == any Error {
    /// What `body` returns or throws.
    fileprivate static func catching(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
