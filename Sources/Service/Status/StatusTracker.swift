internal import Broker
internal import ControlMessages
internal import ControlServer
internal import Mapping
internal import Messages
internal import Pipeline
internal import Settings
internal import Store
internal import Synchronization

/// Holds the ``ServiceState``. The parts of the engine report events to it, from their threads, and it looks at the engine once a second.
final class StatusTracker: Sendable {
    /// Between two looks. Rates and "last stored" are as fine as that.
    static let samplingTime: Duration = .seconds(1)
    /// Between two questions for the version to a database that has not answered.
    private static let askingTime: Duration = .seconds(10)

    private struct Content {
        var state: ServiceState
        /// The registry of the engine in use: events of another engine are about its own connections.
        var engine: ObjectIdentifier?
        var attemptWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let content: Mutex<Content>
    private let pauses: ProcessorPauses

    init(settings: Settings, pauses: ProcessorPauses) {
        var state = ServiceState(settings: settings, at: .now)
        state.pausesSurviveRestart = pauses.surviveRestart
        content = Mutex(Content(state: state))
        self.pauses = pauses
    }

    /// The engine with this registry is in use from now on.
    func begin(_ registry: SubscriptionRegistry) {
        change {
            $0.begin(registry.table, at: $1)
        } with: {
            $0.engine = ObjectIdentifier(registry)
        }
    }

    /// The consumer reports an event. Costs nothing for a bulk of deliveries.
    func tell(_ event: ConsumerEvent, of registry: SubscriptionRegistry) {
        if case .deliveries = event { return }
        change(of: registry) { $0.learn(event, at: $1) }
    }

    /// The pipeline reports an event.
    func tell(_ note: PipelineEvent, of registry: SubscriptionRegistry) { change(of: registry) { $0.learn(note, at: $1) } }

    /// The pipeline's faults.
    func tell(_ faults: StandingFaults, of registry: SubscriptionRegistry) { change(of: registry) { $0.learn(faults, at: $1) } }

    /// The database was asked for its version.
    func tell(_ answer: Result<VersionReport, RequestFailure>, of registry: SubscriptionRegistry) {
        change(of: registry) { $0.learn(answer, at: $1) }
    }

    /// The database was asked for its licence; `nil` if it reports none, or none that limits anything.
    func tell(_ license: LicenseReport?, of registry: SubscriptionRegistry) { change(of: registry) { state, _ in state.license = license } }

    /// The engine connects to RabbitMQ.
    func tellConnecting(of registry: SubscriptionRegistry) { change(of: registry) { $0.beginConnecting(at: $1) } }

    /// There is news about partitions.
    func tell(_ news: PartitionNews, of registry: SubscriptionRegistry) { change(of: registry) { $0.learn(news, at: $1) } }

    /// What may end the process cannot be written down.
    func tell(_ fault: ProcessRecord.Fault) { change { state, _ in state.recordFault = fault } }

    /// Other settings are in force, in the same engine.
    func adopt(_ table: SubscriptionTable) { change { $0.adopt(table, at: $1) } }

    /// The orderly stop has begun.
    func beginStop() { change { state, _ in state.beginStop() } }

    /// This instance has a consumer on a partition of `queue`.
    func consumesPartition(of queue: String) -> Bool { change { state, _ in state.consumesPartition(of: queue) } ?? false }

    /// What a processor is doing.
    func state(of subscriptions: [SubscriptionID]) -> ProcessorStatus.State {
        change { state, _ in state.state(of: subscriptions).state } ?? .subscribing
    }

    /// Which partitions it has; `nil` if it has none.
    func partitions(of subscriptions: [SubscriptionID]) -> ProcessorStatus.Partitions? {
        change { state, _ in state.partitions(of: subscriptions) } ?? nil
    }

    /// Whether it consumes and progresses, as of the last look.
    var health: HealthReport { change { $0.health(at: $1) } ?? HealthReport(reasons: []) }

    /// What `systemctl status` says.
    var statusLine: String { change { state, _ in state.statusLine } ?? "" }

    /// Returns when consuming was attempted: see ``ServiceState/hasAttemptedConsuming``.
    func consumingAttempted() async {
        await withCheckedContinuation { waiter in
            let isMade = content.withLock { content in
                if !content.state.hasAttemptedConsuming { content.attemptWaiters.append(waiter) }
                return content.state.hasAttemptedConsuming
            }
            if isMade { waiter.resume() }
        }
    }

    /// Looks at the engine until it is cancelled, and asks what version the database has.
    func run(_ engine: @escaping @Sendable () -> Engine) async {
        async let version: Void = learnVersions(engine)
        while (try? await Task.sleep(for: Self.samplingTime)) != nil {
            let engine = engine()
            let look = await EngineLook(engine)
            change(of: engine.registry) { $0.sample(look.snapshot, isAnswering: look.isAnswering, at: $1) }
        }
        await version
    }

    /// Everything at this moment.
    func report(_ engine: Engine, logLevel: String, version: String, configuration: String? = nil) async -> StatusReport {
        let look = await EngineLook(engine)
        let context = ServiceState.ReportContext(
            version: version, configuration: configuration, logLevel: logLevel, coordinators: look.coordinators,
            queueTime: engine.store.queueTime)
        change(of: engine.registry) { $0.sample(look.snapshot, isAnswering: look.isAnswering, at: $1) }
        var report = content.withLock { $0.state.report(context, at: .now) }
        for index in report.processors.indices { report.processors[index].resync = engine.runs.summary(of: report.processors[index].name) }
        return report
    }

    /// If no version check was needed to start, the version was not asked for yet; and another engine may have another database.
    private func learnVersions(_ engine: @Sendable () -> Engine) async {
        var nextTime = ContinuousClock.now
        repeat {
            let (database, isHidden) = content.withLock { ($0.state.database, $0.state.isVersionHidden) }
            guard database.version == nil, (database.state == .up && !isHidden) || nextTime <= .now else { continue }
            nextTime = .now + Self.askingTime
            let engine = engine()
            let answer = await engine.store.serverVersion()
            if case .success = answer { tell(answer, of: engine.registry) }
        } while (try? await Task.sleep(for: Self.samplingTime)) != nil
    }

    /// Changes the state, or looks at it, with the pauses as they are now. With a `registry` nothing happens, and it returns `nil`, unless its engine
    /// is in use.
    @discardableResult
    private func change<Value>(
        of registry: SubscriptionRegistry? = nil, _ body: (inout ServiceState, ClockReading) -> Value,
        with prepare: (inout Content) -> Void = { _ in }
    ) -> Value? {
        let now = ClockReading.now
        let (value, waiters) = content.withLock { content -> (Value?, [CheckedContinuation<Void, Never>]) in
            prepare(&content)
            if let registry, content.engine != ObjectIdentifier(registry) { return (nil, []) }
            content.state.set(pauses.all, at: now)
            let value = body(&content.state, now)
            guard !content.attemptWaiters.isEmpty, content.state.hasAttemptedConsuming else { return (value, []) }
            defer { content.attemptWaiters = [] }
            return (value, content.attemptWaiters)
        }
        for waiter in waiters { waiter.resume() }
        return value
    }
}

/// What one look at an engine shows.
private struct EngineLook {
    let snapshot: PipelineSnapshot
    let coordinators: [CoordinatorReport]

    init(_ engine: Engine) async {
        snapshot = await engine.pipeline.snapshot()
        coordinators = await engine.store.coordinators()
    }

    /// The database has answered this engine.
    var isAnswering: Bool { coordinators.contains { $0.lastAnswer != nil } }
}
