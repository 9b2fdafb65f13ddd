internal import Logging
internal import Settings
internal import Synchronization

/// Changes the running service, one thing after the other: pauses and resumes processors, and brings another configuration into force.
actor Supervisor {
    let context: EngineContext
    private let current: Mutex<Engine>
    let load: @Sendable () throws(SettingsErrors) -> Settings
    /// What administrators ask of single processors.
    nonisolated var pauses: ProcessorPauses { context.pauses }
    var reloading: Task<Result<ReloadOutcome, ReloadError>, Never>?
    var isStopping = false
    var starting: Task<Void, any Error>?
    var isStarted = false
    private var declaring: Task<Void, Never>?

    /// Governs `engine`; `load` reads the configuration again.
    init(_ engine: Engine, _ context: EngineContext, load: @escaping @Sendable () throws(SettingsErrors) -> Settings) {
        current = Mutex(engine)
        self.context = context
        self.load = load
    }

    /// The engine in force.
    nonisolated var engine: Engine { current.withLock { $0 } }

    /// Another engine is in force from now on.
    func put(_ engine: Engine) {
        current.withLock { $0 = engine }
        context.status.begin(engine.registry)
        enforcePauses()
    }

    /// A reload is under way.
    var isReloading: Bool { reloading != nil }

    var logger: Logger { context.logger }

    /// Starts the engine; waits for a database that is away, and goes over to another engine if a reload brings one meanwhile.
    ///
    /// Throws a ``StartError``, or a `CancellationError` after ``stop()``.
    func start() async throws {
        while !isStopping {
            let engine = engine
            let task = Task { try await engine.start() }
            starting = task
            let result = await task.result
            // A reload has replaced it.
            guard engine.registry === self.engine.registry else { continue }
            starting = nil
            try result.get()
            isStarted = true
            declareQueues()
            return
        }
        throw CancellationError()
    }

    /// Allows no further change, and waits for the current one, which hurries.
    func stop() async {
        isStopping = true
        starting?.cancel()
        declaring?.cancel()
        reloading?.cancel()
        _ = await reloading?.value
    }

    /// After ``stop()``: waits for the declaring of queues, so that its connection is closed in order, too.
    func end() async {
        let declaring = declaring
        _ = await within(Engine.closingTime) { await declaring?.value }
    }

    /// With `[rabbitmq] declare` the start continues meanwhile, and the consumer reports which queue is missing.
    func declareQueues() {
        declaring?.cancel()
        let settings = engine.settings
        guard settings.rabbitmq.declare, !isStopping else { return }
        declaring = Task { [logger] in await QueueDeclarations(settings: settings).makeUntilDone(logger: logger) }
    }
}
