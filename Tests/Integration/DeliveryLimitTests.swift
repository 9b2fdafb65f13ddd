import ArangoEmulator
import ControlMessages
import FaultProxy
import Logging
import Messages
import Settings
import TestDatabase
import Testing
import Waiting

@testable import Broker
@testable import Service

extension WholeService {
    /// On quorum queues with a small limit of their own, which drops a message on every version as 4.x does with its default of 20.
    @Suite("Deliveries that are not used up") struct DeliveryLimit {
        private static let limit: Int64 = 3
        private static let bodies = (1...50).map { #"{"id":"\#($0)","version":1}"# }

        @Test("21 starts and stops while the database is away cost no delivery, with and without versions", arguments: [true, false])
        func databaseAway(versions: Bool) async throws {
            let world = try await World.onQuorumQueue(limit: Self.limit, versions: versions)
            try await world.publish(Self.bodies, to: "updated")
            await world.database.goAway()
            for _ in 1...21 {
                let turn = world.anew
                try await turn.serving {
                    try await eventually("it is told why nothing is consumed") { turn.log.messages.contains { $0.hasPrefix("ArangoDB") } }
                    if !versions { try await eventually("connected") { turn.log.messages.contains("Connected to RabbitMQ") } }
                }
                #expect(!turn.log.messages.contains("Consuming"))
            }
            let browser = try await QueueBrowser.open(world.settings.processors[0].queue, settings: world.settings.rabbitmq)
            let seen = try await browser.take(atMost: 100, bytes: 1 << 20)
            try await browser.close()
            #expect(seen.map(\.countedReturns) == Self.bodies.map { _ in 0 })
            try await world.database.comeBack()
            try await world.serving { try await eventually("all are written") { world.documentCount == Self.bodies.count } }
        }

        @Test("RabbitMQ lost again and again during an outage: its deliveries come back once, and not before the outage is over")
        func lostInOutage() async throws {
            let way = try FaultProxy(to: World.brokerPort)
            let world = try await World.onQuorumQueue(limit: Self.limit, through: way)
            try await world.serving {
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                await world.database.goAway()
                try await world.publish(Self.bodies, to: "updated")
                try await eventually("the outage is known") { world.log.messages.contains { $0.hasPrefix("ArangoDB is unavailable") } }
                try await lose(way, world)
                #expect(world.log.messages.count { $0 == "Consuming" } == 3)
                #expect(try await world.ready == Self.bodies.count)
                try await world.database.comeBack()
                try await eventually("all are written") { world.documentCount == Self.bodies.count }
            }
            #expect(world.log.messages.count { $0 == "Consuming" } == 6)
        }

        @Test("While the onward exchange is missing nothing is taken again, however often RabbitMQ takes its deliveries back")
        func missingExchange() async throws {
            let way = try FaultProxy(to: World.brokerPort)
            let exchange = "warren.onward.\(UInt32.random(in: .min ... .max))"
            let world = try await World.onQuorumQueue(limit: Self.limit, through: way, exchange: exchange)
            try await world.publish(Self.bodies, to: "updated")
            try await world.serving(reading: nil) { daemon in
                try await eventually("it cannot publish onward messages") {
                    world.log.messages.contains { $0.hasPrefix("Cannot publish onward messages") }
                }
                try await lose(way, world)
                try await eventually("it is told why nothing is consumed") {
                    world.log.lines.contains { $0.message.hasPrefix("Not consuming") && "\($0.facts["error"] ?? "")".contains(exchange) }
                }
                try await eventually("degraded") { daemon.status.health.reasons.contains { $0.contains("does not consume") } }
                #expect(try await world.ready == Self.bodies.count)
                #expect(world.log.messages.count { $0 == "Consuming again" } == 0)
                let queue = try await world.bind(exchange)
                try await eventually("others are told") { try await world.depth(of: queue) == Self.bodies.count }
                try await eventually("all are settled") { try await world.ready == 0 }
                try await eventually("healthy") { daemon.status.health.reasons.isEmpty }
            }
            #expect(try await world.depths()["updated.quorum.dead"] == 0)
        }

        @Test("A message on its last delivery is counted and told; it is parked when the service stops in an outage, not dropped")
        func lastDelivery() async throws {
            // More than the 20 that are assumed, so that RabbitMQ does not drop it before.
            let world = try await World.onQuorumQueue(limit: 100)
            try await world.publish([Self.bodies[0]], to: "updated")
            for turn in 1...20 {
                try await world.takeAndLose()
                try await eventually("return \(turn)") { try await world.ready == 1 }
            }
            // The question whether writes are accepted is answered with yes: otherwise it would not come to this.
            world.database.inject(
                InjectedFault(.answer(status: 503, errorNum: 503, message: "away"), method: "POST", path: "/_api/document"))
            try await world.serving {
                try await eventually("near its limit") { world.log.messages.contains { $0.hasPrefix("A message was returned") } }
                try await eventually("the outage is known") { world.log.messages.contains { $0.hasPrefix("ArangoDB is unavailable") } }
            }
            #expect(try await world.ready == 0)
            let letter = try #require(try await world.deadLetters(of: "updated", count: 1).first)
            #expect(letter.headers["warren-reason"] == .string("delivery-limit"))
        }

        /// RabbitMQ is lost, more often than the queue allows a delivery to come back.
        private func lose(_ way: FaultProxy, _ world: World) async throws {
            for _ in 0...Self.limit {
                let before = world.log.messages.count { $0 == "Connected to RabbitMQ" }
                way.apply(.reset)
                try await eventually("connected again") { world.log.messages.count { $0 == "Connected to RabbitMQ" } > before }
                try await eventually("returned") { try await world.ready > 0 }
            }
        }
    }
}

extension World {
    fileprivate static var brokerPort: UInt16 {
        get throws {
            let text = try #require(amqpURL)
            return try #require(UInt16(text.split(separator: ":").last.map { $0.prefix { $0.isNumber } } ?? ""))
        }
    }

    /// A world whose processor `updated` has a quorum queue with this limit, and publishes onward messages to an exchange, if one is named.
    fileprivate static func onQuorumQueue(
        _ test: String = #function, limit: Int64, versions: Bool = true, through way: FaultProxy? = nil, exchange: String? = nil
    ) async throws -> World {
        let world = try await make(test, more: "[service]\ndrain = \"1s\"", versions: versions)
        var settings = world.settings
        let queue = "\(settings.processors[0].queue).quorum"
        settings.processors[0].queue = queue
        if let exchange {
            settings.processors[0].emit = EmitSettings(exchange: exchange, routingKey: try RoutingKeyTemplate("k"))
        }
        let arguments: [(String, HeaderValue)] = [
            ("x-queue-type", .string("quorum")), ("x-delivery-limit", .integer(limit)), ("x-expires", .integer(600_000)),
        ]
        let declared = try await Topology.declare(
            [
                QueueDeclaration(name: queue, arguments: arguments),
                QueueDeclaration(name: "\(queue).dead", arguments: [("x-expires", .integer(600_000))]),
            ], settings: settings.rabbitmq)
        #expect(declared.allSatisfy { $0 == .created })
        if let way { settings.rabbitmq.endpoints[0].port = way.port }
        return World(database: world.database, settings: settings, text: world.text)
    }

    /// The same with a log of its own.
    fileprivate var anew: World { World(database: database, settings: settings, text: text) }

    fileprivate func depth(of queue: String) async throws -> Int {
        guard case .present(let depth)? = try await Topology.check([queue], settings: settings.rabbitmq).first else { return -1 }
        return depth.messages
    }

    /// Messages ready in the queue of `updated`.
    fileprivate var ready: Int { get async throws { try await depth(of: settings.processors[0].queue) } }

    /// Another consumer takes what is in the queue of `updated`, and its connection is lost.
    fileprivate func takeAndLose() async throws {
        let (way, count) = (try FaultProxy(to: Self.brokerPort), Box(0))
        var settings = settings.rabbitmq
        settings.endpoints[0].port = way.port
        let subscription = Subscription(processor: 0, queue: self.settings.processors[0].queue, prefetch: 10)
        let consumer = Consumer(settings: settings, subscriptions: [subscription]) { event in
            if case .deliveries(_, _, let list) = event { count.update { $0 += list.count } }
        }
        async let running: Void = consumer.run()
        try await eventually("taken") { count.value > 0 }
        try way.welcome(.refuse)
        way.apply(.reset)
        await consumer.close()
        await running
    }

    /// Declares the exchange, and a queue that has all that is published to it.
    fileprivate func bind(_ exchange: String) async throws -> String {
        let queue = "\(exchange).told"
        _ = try await Topology.declare(
            [QueueDeclaration(name: queue, arguments: [("x-expires", .integer(600_000))])], settings: settings.rabbitmq)
        try await Topology.connected(settings.rabbitmq) { connection throws(BrokerError) in
            try connection.onOwnChannel(about: nil) { channel throws(BrokerError.Reason) in
                try connection.declare(ExchangeDeclaration(name: exchange, type: "fanout", arguments: []), channel: channel)
                try connection.bind(Binding(source: exchange, destination: .queue(queue), key: ""), channel: channel)
            }.get()
        }
        return queue
    }
}
