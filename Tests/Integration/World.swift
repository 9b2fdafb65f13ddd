import ArangoEmulator
import Broker
import Glibc
import Logging
import Messages
import Service
import Settings
import Store
import TestDatabase
import Testing
import Waiting

/// Everything that needs a real RabbitMQ and a database. `packaging/test` names the broker; see `TestDatabase` for the other.
@Suite("The whole service", .enabled(if: World.amqpURL != nil, "AMQP_URL names no RabbitMQ; `packaging/test` starts a private one"))
struct WholeService {}

/// A database, three queues of its own on the real broker, and the configuration that joins them.
struct World {
    static let amqpURL = variable("AMQP_URL")
    /// The database's timeout where none is waited for: it only ends a hang, however busy the machine is.
    static let patience = "60s"

    let database: TestDatabase
    let settings: Settings
    /// The configuration as a file would hold it.
    var text = ""
    var log = RecordedLog()

    /// Provisioned and empty. `more` is TOML put before the processors, `processorKeys` is put into each of them, `extra` into the one of that name.
    /// `database` is another than an ordinary one.
    static func make(
        _ test: String = #function, more: String = "", processorKeys: String = "", extra: [String: String] = [:],
        timeout: String = World.patience, versions: Bool = true, database: TestDatabase? = nil, broker: BrokerEndpoint? = nil
    ) async throws -> World {
        let database = if let database { database } else { try await TestDatabase.make() }
        let prefix = "warren.\(test.prefix { $0 != "(" }).\(UInt32.random(in: .min ... .max))"
        let processors = [("updated", "update"), ("invalidated", "invalidate"), ("sync", "sync")].map { name, operation in
            """
            [[processor]]
            name = "\(name)"
            queue = "\(prefix).\(name)"
            operation = "\(operation)"
            collection = "companies"
            key = "/id"
            \(versions ? "version = \"/version\"" : "")
            \(processorKeys)
            \(extra[name] ?? "")

            """
        }
        let text = """
            [rabbitmq]
            endpoints = ["\(try broker?.url ?? #require(amqpURL))"]
            [arangodb]
            \(database.toml)
            timeout = "\(timeout)"
            \(more)

            """ + processors.joined()
        let settings = try SettingsLoader.settings(from: [ConfigurationSource(name: "test.toml", text: text)])
        let store = try DocumentStore(settings: settings.arangodb)
        _ = try await store.provision(ProvisionPlan(processors: settings.processors)).get()
        await store.close()
        let world = World(database: database, settings: settings, text: text)
        let declared = try await Topology.declare(
            world.queues.map { QueueDeclaration(name: $0, arguments: [("x-expires", .integer(600_000))]) }, settings: settings.rabbitmq)
        #expect(declared.allSatisfy { $0 == .created })
        return world
    }

    /// Queues and dead-letter queues, in the order of the processors.
    var queues: [String] { QueueDeclarations(settings: settings).queues.map(\.name) }

    /// The same with another control socket.
    func with(socket: String) -> World {
        var settings = settings
        settings.control.socket = socket
        return World(database: database, settings: settings, text: text, log: log)
    }

    /// Runs the service around `body` and stops it in order.
    func serving(control: ControlContext? = nil, _ body: () async throws -> Void) async throws {
        try await serving(reading: nil, control: control) { _ in try await body() }
    }

    /// The same, with the daemon, which reads its configuration from `source` when it is to be read again. With a `control` context it listens at
    /// the control socket of the settings.
    func serving(
        reading source: (@Sendable () throws(SettingsErrors) -> Settings)?, control: ControlContext? = nil, stateDirectory: String? = nil,
        _ body: (Daemon) async throws -> Void
    ) async throws {
        let daemon = try daemon(reading: source, control: control, stateDirectory: stateDirectory)
        try await serving(daemon) { try await body(daemon) }
    }

    /// The daemon, before it starts.
    func daemon(
        reading source: (@Sendable () throws(SettingsErrors) -> Settings)? = nil, control: ControlContext? = nil,
        stateDirectory: String? = nil
    ) throws -> Daemon {
        try Daemon(
            settings: settings, logger: log.logger, stateDirectory: stateDirectory, manager: ServiceManager(environment: [:]),
            control: control,
            load: source)
    }

    /// Runs `daemon` around `body` and stops it in order.
    func serving(_ daemon: Daemon, _ body: () async throws -> Void) async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let running = Task { try await daemon.run { for await _ in asked {} } }
        do {
            try await body()
        } catch {
            ask.finish()
            _ = await running.result
            throw error
        }
        ask.finish()
        try await running.value
    }

    /// Publishes to the queue of a processor, and expects each message to be confirmed.
    func publish(_ bodies: [String], to processor: String) async throws {
        try await publish(bodies.map { Array($0.utf8) }, to: processor)
    }

    func publish(_ bodies: [[UInt8]], to processor: String) async throws {
        let queue = try #require(settings.processors.first { $0.name == processor }).queue
        let publisher = Publisher(settings: settings.rabbitmq)
        for result in await publisher.publish(
            bodies.map { Publication(exchange: "", routingKey: queue, body: $0[...], encodedProperties: [], headers: []) })
        {
            try result.get()
        }
        await publisher.close()
    }

    /// The stored document; nil if there is none.
    func document(_ key: String) -> StoredDocument? { database.document(key, of: "companies") }

    /// The edges that are there, by key.
    var edges: [String: StoredDocument] { database.documents(of: "relations") ?? [:] }
    var edgeCount: Int { database.count(of: "relations") }

    /// All documents by key. To wait for many, ask ``documentCount``.
    var documents: [String: StoredDocument] { database.documents(of: "companies") ?? [:] }
    var documentCount: Int { database.count(of: "companies") }

    /// Messages ready in each queue and dead-letter queue, by name without the prefix of the test.
    func depths() async throws -> [String: Int] {
        let states = try await Topology.check(queues, settings: settings.rabbitmq)
        var depths: [String: Int] = [:]
        for (queue, state) in zip(queues, states) {
            guard case .present(let depth) = state else { continue }
            depths[queue.split(separator: ".").dropFirst(3).joined(separator: ".")] = depth.messages
        }
        return depths
    }

    /// What lies in a processor's dead-letter queue: body and `warren-` headers. Takes the messages out.
    func deadLetters(of processor: String, count: Int) async throws -> [(body: [UInt8], headers: [String: HeaderValue])] {
        let queue = try #require(settings.processors.first { $0.name == processor }).queue + settings.deadLetter.suffix
        let box = Box<[Delivery]>([])
        let consumer = Consumer(settings: settings.rabbitmq, subscriptions: [Subscription(processor: 0, queue: queue, prefetch: 1000)]) {
            event in
            if case .deliveries(_, _, let deliveries) = event { box.update { $0 += deliveries } }
        }
        async let running: Void = consumer.run()
        try await eventually("\(count) dead letters of \(processor)") { box.value.count >= count }
        await consumer.close()
        await running
        return box.value.map { (Array($0.body), $0.headers) }
    }

    static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}

extension BrokerEndpoint {
    fileprivate var url: String { "amqp://\(username ?? "guest"):\(password?.revealed ?? "guest")@\(host):\(port)" }
}
