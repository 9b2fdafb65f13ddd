internal import Broker
internal import Control
internal import Mapping
internal import Pipeline
internal import Settings
internal import Store
internal import Synchronization

/// Holds the ``StatusBoard``: the parts tell it what happens, from their threads, and it looks at the pipeline once a second.
final class StatusKeeper: Sendable {
    /// Between two looks at the pipeline. Rates and "last stored" are as fine as that.
    static let samplingTime: Duration = .seconds(1)

    private let board: Mutex<StatusBoard>

    init(settings: Settings) {
        board = Mutex(StatusBoard(settings: settings, at: .now))
    }

    /// The consumer told something. Costs nothing for a bulk of deliveries.
    func tell(_ event: ConsumerEvent) {
        if case .deliveries = event { return }
        board.withLock { $0.learn(event, at: .now) }
    }

    /// The pipeline told something.
    func tell(_ note: Note) {
        board.withLock { $0.learn(note, at: .now) }
    }

    /// The database was asked for its version.
    func tell(_ answer: Result<ServerVersion, RequestFailure>) { board.withLock { $0.learn(answer, at: .now) } }

    /// What may end the process cannot be written down.
    func tell(_ fault: ProcessRecord.Fault) { board.withLock { $0.recordFault = fault } }

    /// Something was found out about partitions.
    func tell(_ news: PartitionNews) { board.withLock { $0.learn(news, at: .now) } }

    /// This instance has a consumer on a partition of `queue`.
    func consumesPartition(of queue: String) -> Bool { board.withLock { $0.consumesPartition(of: queue) } }

    /// Other settings are in force.
    func adopt(_ roster: Roster) { board.withLock { $0.adopt(roster, at: .now) } }

    /// An administrator wants something of a processor.
    func set(_ intent: ProcessorFacts.Intent, of places: [ProcessorIndex]) {
        board.withLock { board in for place in places { board.set(intent, of: place, at: .now) } }
    }

    /// What a processor is doing.
    func state(of places: [ProcessorIndex]) -> ProcessorStatus.State { board.withLock { $0.state(of: places).state } }

    /// Which partitions it has; nil: it has none.
    func partitions(of places: [ProcessorIndex]) -> ProcessorStatus.Partitions? { board.withLock { $0.partitions(of: places) } }

    /// The orderly stop has begun.
    func beginStop() { board.withLock { $0.beginStop() } }

    /// Looks at the pipeline until it is cancelled, and asks once what version the database has.
    func run(_ engine: @escaping @Sendable () -> Engine) async {
        async let version: Void = learnVersion(engine)
        while (try? await Task.sleep(for: Self.samplingTime)) != nil {
            let snapshot = await engine().pipeline.snapshot()
            board.withLock { $0.sample(snapshot, at: .now) }
        }
        await version
    }

    /// Everything at this moment.
    func report(_ engine: Engine, logLevel: String, version: String) async -> StatusReport {
        let snapshot = await engine.pipeline.snapshot()
        let surroundings = StatusBoard.Surroundings(
            version: version, logLevel: logLevel, coordinators: await engine.store.coordinators(), queueTime: engine.store.queueTime)
        var report = board.withLock { board in
            board.sample(snapshot, at: .now)
            return board.report(surroundings, at: .now)
        }
        for index in report.processors.indices { report.processors[index].resync = engine.runs.summary(of: report.processors[index].name) }
        return report
    }

    /// Whether it consumes and progresses, as of the last look.
    var health: HealthReport { board.withLock { $0.health(at: .now) } }

    /// Where no version check was needed to start, nobody has asked yet.
    private func learnVersion(_ engine: @Sendable () -> Engine) async {
        repeat {
            let answer = await engine().store.serverVersion()
            if case .success = answer { return tell(answer) }
        } while (try? await Task.sleep(for: .seconds(10))) != nil
    }
}
