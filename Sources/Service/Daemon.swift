public import Logging
internal import Pipeline
public import Settings

/// The running service: starts and stops its engine in order, and tells so.
public struct Daemon: Sendable {
    private let logger: Logger
    let engine: Engine
    private let announcer: Announcer
    let status: StatusKeeper
    let stopRequest = StopRequest()
    private let control: ControlContext?

    /// Builds all parts; nothing is connected yet. Throws a ``StartError`` for what can be seen without a server.
    ///
    /// `stateDirectory` is where a suspect is written down; without one, messages that came before go alone all the same. `manager` is told how
    /// things are. Without a `control` context there is no control socket.
    public init(
        settings: Settings, logger: Logger, stateDirectory: String?, manager: ServiceManager, control: ControlContext? = nil
    ) throws(StartError) {
        self.logger = logger
        self.control = control
        announcer = Announcer(manager, processors: settings.processors)
        status = StatusKeeper(settings: settings)
        engine = try Engine(settings: settings, logger: logger, stateDirectory: stateDirectory, announcer: announcer, status: status)
    }

    /// Consumes until `stop` returns; then finishes what is in flight, returns the rest to RabbitMQ and closes the connections.
    ///
    /// Throws a ``StartError`` if the database cannot keep the promise that the configuration makes; nothing was consumed then.
    public func run(until stop: @escaping @Sendable () async -> Void) async throws(StartError) {
        let endpoint = try await listen()
        logger.log(.notice, "Service sync started.")
        let stopped = Task { await stopRequest.wait(or: stop) }
        let sampling = Task { await status.run(engine) }
        let announcing = Task { await announcer.run { await engine.pipeline.snapshot() } }
        let begun = Task { try await begin() }
        // Starting waits for a database that is away; a stop must not wait for that.
        Task {
            await stopped.value
            begun.cancel()
        }
        let result = await begun.result
        if case .failure(let error as StartError) = result {
            announcing.cancel()
            sampling.cancel()
            await engine.close()
            await endpoint?.close()
            throw error
        }
        await stopped.value
        let declaring = if case .success(let task) = result { task } else { Task<Void, Never>?.none }
        declaring?.cancel()
        announcing.cancel()
        logger.log(.notice, "Stopping: no new messages, finishing what is in flight")
        status.beginStop()
        await announcer.beginStop()
        let stopping = Task { await announcer.goOnStopping(longest: engine.longestStop) { await engine.pipeline.snapshot() } }
        await engine.drain()
        // Its connection is closed in order, too.
        _ = await within(Engine.farewellTime) { await declaring?.value }
        await engine.close()
        stopping.cancel()
        sampling.cancel()
        await endpoint?.close()
        logger.log(.notice, "Service sync stopped.")
    }

    private func listen() async throws(StartError) -> ControlEndpoint? {
        guard let control else { return nil }
        return try await ControlEndpoint(
            engine.settings.control, environment: control.environment, operations: operations(control), logger: logger)
    }

    /// Returns the declaring of queues, if it was asked for: it goes on meanwhile, and the consumer tells which queue it misses.
    private func begin() async throws -> Task<Void, Never>? {
        try await engine.start()
        guard engine.settings.rabbitmq.declare else { return nil }
        return Task { await QueueDeclarations(settings: engine.settings).makeUntilDone(logger: logger) }
    }
}
