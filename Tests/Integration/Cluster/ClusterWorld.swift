import ArangoEmulator
import FoundationEssentials
import Glibc
import Nodes
import Settings
import Store
import TestDatabase
import Testing

/// RabbitMQ with one partitioned queue, a database, and several instances of the daemon.
final class ClusterWorld {
    static let partitions = 12
    /// In the beginning, and whenever nothing is wrong.
    static let instanceCount = 3

    /// As in the ledger test, but quicker: what a dead instance held is handled one after the other by the next.
    private static let lastingFaults = LedgerWorld.lastingFaults.map { fault in
        guard case .delay = fault.effect else { return fault }
        return InjectedFault(.delay(.milliseconds(2)), path: fault.path)
    }

    let directory: String
    let queue: LedgerQueue
    let cluster: BrokerCluster
    let database: TestDatabase
    let feeder: Feeder
    let prober: Feeder
    let collector: DeadLetterCollector
    let model = Box(LedgerModel())
    private let binaries: [String]
    private var started = 0
    /// The oldest first.
    private(set) var instances: [ClusterInstance] = []

    /// Everything running, queues and collections empty. `binaries` are those that an upgrade goes round; the first is the one to begin with.
    init(in directory: String, queue: LedgerQueue, nodes: Int, binaries: [String]) async throws {
        self.directory = directory
        self.queue = queue
        self.binaries = binaries
        cluster = try await BrokerCluster(in: "\(directory)/rabbitmq", nodes: nodes)
        database = try await TestDatabase.make()
        let route: @Sendable (LedgerMessage) -> (exchange: String, routingKey: String) = { ("\($0.queue.name).partitions", $0.key) }
        feeder = Feeder(settings: cluster.settings, model: model, route: route)
        prober = Feeder(settings: cluster.settings, model: model, route: route)
        collector = DeadLetterCollector(settings: cluster.settings, queues: [queue])
        database.replaceFaults(with: Self.lastingFaults)
        try writeConfiguration(configuration, to: configurationFile)
        let provision = try ChildProcess(
            binaries[0], ["provision", "--config", configurationFile], environment: [:], output: "\(directory)/provision.log")
        try #require(try await provision.end(within: 120) == .exited(0), "warren provision; see \(directory)/provision.log")
        for _ in 0..<Self.instanceCount { try add() }
    }

    private var configurationFile: String { "\(directory)/warren.toml" }

    /// One more instance.
    func add(binary: Int = 0) throws {
        started += 1
        let path = binaries[binary % binaries.count]
        instances.append(try ClusterInstance("warren-\(started)", binary: path, configuration: configurationFile, in: directory))
    }

    /// The oldest instance is no longer among them.
    func removeOldest() -> ClusterInstance { instances.removeFirst() }

    /// The same for the one that has most partitions.
    func removeHolder() async -> ClusterInstance {
        let shares = await shares()
        return instances.remove(at: shares.indices.max { shares[$0] < shares[$1] } ?? 0)
    }

    /// How many partitions each instance has.
    func shares() async -> [Int] { await partitions().map(\.count) }

    /// Each partition has a holder, as far as the instances know: one that lost a partition to another keeps it in its status for a while.
    func isShared() async -> Bool { Set(await partitions().joined()).count == Self.partitions }

    /// Those of each instance, as far as it answers.
    private func partitions() async -> [[Int]] {
        var partitions: [[Int]] = []
        for instance in instances { partitions.append(await instance.partitions() ?? []) }
        return partitions
    }

    func isStored(_ message: LedgerMessage) -> Bool { database.document(message.key, of: message.queue.collection) != nil }

    func verdict() -> LedgerVerdict {
        let documents = database.documents(of: queue.collection) ?? [:]
        return LedgerVerdict(
            model.value, companies: queue.hasVersion ? documents : [:], profiles: queue.hasVersion ? [:] : documents,
            letters: collector.letters)
    }

    /// Ends what is still running, whatever has happened before.
    func end() async {
        for instance in instances { instance.process.send(SIGKILL) }
        await feeder.close()
        await prober.close()
        try? await cluster.stop()
    }

    private var configuration: String {
        """
        [rabbitmq]
        endpoints = [\(cluster.urls.map { "\"\($0)\"" }.joined(separator: ", "))]
        heartbeat = "5s"
        [arangodb]
        \(database.toml)
        timeout = "2s"
        [retry]
        attempts = \(LedgerWorld.attempts)
        delay = "100ms"

        """ + processors
    }

    /// Replicated if there are several nodes. A quorum queue returns what a killed instance held behind newer messages, which only versions put
    /// right; a classic one puts it back to its position.
    private var processors: String {
        let head = "[[processor]]\n"
        let partitioned = """
            \(head)partitions = \(Self.partitions)
            queue_type = "\(cluster.nodes > 1 ? "quorum" : "classic")"

            """
        return partitioned + String(queue.processor.dropFirst(head.count)) + (queue.hasVersion ? Self.invalidations : "")
    }

    /// Nobody publishes any, but where they are possible the others say of each document that it is valid.
    private static let invalidations = """
        [[processor]]
        name = "invalidated"
        queue = "\(LedgerQueue.invalidated.name)"
        operation = "invalidate"
        collection = "\(LedgerQueue.companies)"
        key = "/id"
        version = "/version"

        """
}
