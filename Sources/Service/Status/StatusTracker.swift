internal import Broker
internal import Control
internal import Mapping
internal import Pipeline
internal import Settings
internal import Store
internal import Synchronization

/// Holds the ``ServiceState``: the parts tell it what happens, from their threads, and it looks at the pipeline once a second.
final class StatusTracker: Sendable {
    /// Between two looks at the pipeline. Rates and "last stored" are as fine as that.
    static let samplingTime: Duration = .seconds(1)

    private let state: Mutex<ServiceState>

    init(settings: Settings) {
        state = Mutex(ServiceState(settings: settings, at: .now))
    }

    /// The consumer told something. Costs nothing for a bulk of deliveries.
    func tell(_ event: ConsumerEvent) {
        if case .deliveries = event { return }
        state.withLock { $0.learn(event, at: .now) }
    }

    /// The pipeline told something.
    func tell(_ note: PipelineEvent) {
        state.withLock { $0.learn(note, at: .now) }
    }

    /// The database was asked for its version.
    func tell(_ answer: Result<ServerVersion, RequestFailure>) { state.withLock { $0.learn(answer, at: .now) } }

    /// What may end the process cannot be written down.
    func tell(_ fault: ProcessRecord.Fault) { state.withLock { $0.recordFault = fault } }

    /// Something was found out about partitions.
    func tell(_ news: PartitionNews) { state.withLock { $0.learn(news, at: .now) } }

    /// This instance has a consumer on a partition of `queue`.
    func consumesPartition(of queue: String) -> Bool { state.withLock { $0.consumesPartition(of: queue) } }

    /// Other settings are in force.
    func adopt(_ table: SubscriptionTable) { state.withLock { $0.adopt(table, at: .now) } }

    /// An administrator wants something of a processor.
    func set(_ intent: ProcessorState.Intent, of places: [ProcessorIndex]) {
        state.withLock { state in for place in places { state.set(intent, of: place, at: .now) } }
    }

    /// What a processor is doing.
    func state(of places: [ProcessorIndex]) -> ProcessorStatus.State { state.withLock { $0.state(of: places).state } }

    /// Which partitions it has; nil: it has none.
    func partitions(of places: [ProcessorIndex]) -> ProcessorStatus.Partitions? { state.withLock { $0.partitions(of: places) } }

    /// The orderly stop has begun.
    func beginStop() { state.withLock { $0.beginStop() } }

    /// Looks at the pipeline until it is cancelled, and asks once what version the database has.
    func run(_ engine: @escaping @Sendable () -> Engine) async {
        async let version: Void = learnVersion(engine)
        while (try? await Task.sleep(for: Self.samplingTime)) != nil {
            let snapshot = await engine().pipeline.snapshot()
            state.withLock { $0.sample(snapshot, at: .now) }
        }
        await version
    }

    /// Everything at this moment.
    func report(_ engine: Engine, logLevel: String, version: String) async -> StatusReport {
        let snapshot = await engine.pipeline.snapshot()
        let context = ServiceState.ReportContext(
            version: version, logLevel: logLevel, coordinators: await engine.store.coordinators(), queueTime: engine.store.queueTime)
        var report = state.withLock { state in
            state.sample(snapshot, at: .now)
            return state.report(context, at: .now)
        }
        for index in report.processors.indices { report.processors[index].resync = engine.runs.summary(of: report.processors[index].name) }
        return report
    }

    /// Whether it consumes and progresses, as of the last look.
    var health: HealthReport { state.withLock { $0.health(at: .now) } }

    /// Where no version check was needed to start, nobody has asked yet.
    private func learnVersion(_ engine: @Sendable () -> Engine) async {
        repeat {
            let answer = await engine().store.serverVersion()
            if case .success = answer { return tell(answer) }
        } while (try? await Task.sleep(for: .seconds(10))) != nil
    }
}
