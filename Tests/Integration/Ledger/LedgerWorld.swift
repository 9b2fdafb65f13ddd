import ArangoEmulator
import Broker
import FaultProxy
import FoundationEssentials
import Glibc
import Nodes
import Settings
import Store
import TestDatabase
import Testing

/// A broker of its own, a database, the daemon as a process, and a proxy on each of its two ways.
final class LedgerWorld {
    /// Writes of one message before it is parked: more than all faults together can cost it.
    static let attempts = 10

    let directory: String
    let node: RabbitMQNode
    let database: TestDatabase
    let brokerWay: FaultProxy
    let databaseWay: FaultProxy
    let feeder: Feeder
    let prober: Feeder
    let collector: DeadLetterCollector
    let types: LedgerQueueTypes
    let model = Box(LedgerModel())
    /// How the daemon answered requests for its dead letters.
    let looks = Box(LedgerLooks())
    private(set) var daemon: ChildProcess
    private let start: () throws -> ChildProcess

    /// Everything running, queues and collections empty.
    init(in directory: String, types: LedgerQueueTypes, binary: String) async throws {
        self.directory = directory
        self.types = types
        node = try await RabbitMQNode(in: "\(directory)/rabbitmq")
        database = try await TestDatabase.make()
        brokerWay = try FaultProxy(to: node.port)
        databaseWay = try FaultProxy(to: UInt16(database.port))
        feeder = Feeder(settings: node.settings, model: model)
        prober = Feeder(settings: node.settings, model: model)
        collector = DeadLetterCollector(settings: node.settings)

        let configuration = Self.configuration(
            broker: brokerWay.port, database: database.toml.replacing(database.url, with: "http://127.0.0.1:\(databaseWay.port)"))
        let file = "\(directory)/warren.toml"
        try writeConfiguration(configuration, to: file)
        let settings = try SettingsLoader.settings(from: [ConfigurationSource(name: file, text: configuration)])
        let store = try DocumentStore(settings: settings.arangodb)
        _ = try await store.provision(ProvisionPlan(processors: settings.processors)).get()
        await store.close()
        try await Self.declare(LedgerQueue.allCases.flatMap { [types.declaration(of: $0), types.deadLetterDeclaration(of: $0)] }, node)
        database.replaceFaults(with: Self.lastingFaults)

        start = {
            let process = try ChildProcess(
                binary, ["run", "--config", file],
                environment: [
                    "STATE_DIRECTORY": directory, "WARREN_LOG_FORMAT": "json", "WARREN_CONTROL_SOCKET": Self.socket(in: directory),
                ],
                output: "\(directory)/warren.log")
            try Self.remember(process, in: directory)
            return process
        }
        daemon = try start()
    }

    /// Documents that the database refuses, and others that it fails, as long as the test lasts; and a little time between the work and its
    /// answer, so that a fault finds something under way.
    static let lastingFaults = [
        InjectedFault(.delay(.milliseconds(10)), path: "/_api/document"),
        InjectedFault(.failElements(keys: LedgerMessage.keys(of: .refused), errorNum: 1620, message: "schema violation")),
        InjectedFault(.failElements(keys: LedgerMessage.keys(of: .failing), errorNum: 4, message: "internal")),
    ]

    func startDaemon() throws { daemon = try start() }

    /// Where the daemon takes requests.
    var socket: String { Self.socket(in: directory) }
    private static func socket(in directory: String) -> String { "\(directory)/control.sock" }

    /// Where `packaging/soak` finds it, should the test be interrupted.
    private static func remember(_ process: ChildProcess, in directory: String) throws {
        guard let started = ResourceUsage.startTime(of: process.pid) else { return }
        try "\(process.pid) \(started)\n".write(toFile: "\(directory)/warren.pid", atomically: true, encoding: .utf8)
    }

    static func declare(_ queues: [QueueDeclaration], _ node: RabbitMQNode) async throws {
        for declaration in try await Topology.declare(queues, settings: node.settings) {
            if case .refused(let error) = declaration { throw error }
        }
    }

    /// The document is stored.
    func isStored(_ message: LedgerMessage) -> Bool { database.document(message.key, of: message.queue.collection) != nil }

    func verdict() -> LedgerVerdict {
        LedgerVerdict(
            model.value, companies: database.documents(of: LedgerQueue.companies) ?? [:],
            profiles: database.documents(of: LedgerQueue.profiles) ?? [:],
            edges: database.documents(of: LedgerQueue.relations) ?? [:], letters: collector.letters)
    }

    /// Ends what is still running, whatever has happened before.
    func end() async {
        daemon.send(SIGCONT)
        daemon.send(SIGKILL)
        await feeder.close()
        await prober.close()
        brokerWay.stop()
        databaseWay.stop()
        try? await node.stop()
    }

    /// Short times throughout, so that faults of seconds are long ones.
    private static func configuration(broker: UInt16, database: String) -> String {
        """
        [rabbitmq]
        endpoints = ["amqp://127.0.0.1:\(broker)"]
        heartbeat = "2s"
        [arangodb]
        \(database)
        timeout = "1s"
        [retry]
        attempts = \(attempts)
        delay = "100ms"
        [service]
        drain = "1s"

        """ + LedgerQueue.allCases.map(\.processor).joined()
    }
}
