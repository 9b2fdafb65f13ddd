public import Logging
internal import Pipeline
public import Settings

/// The running service: starts and stops its engine in order, and tells so.
public struct Daemon: Sendable {
    private let logger: Logger
    let supervisor: Supervisor
    private let notifier: SystemdNotifier
    private let watchdog: Watchdog
    let status: StatusTracker
    let stopRequest = StopRequest()
    private let control: ControlContext?
    private let record: ProcessRecord?
    /// Who listens to what happens.
    let events = EventHub()

    /// Builds all parts; nothing is connected yet. Throws a ``StartError`` for what can be seen without a server.
    ///
    /// `stateDirectory` is where it writes down what may end the process, for the next one; without one, no message is ever suspected. `invocation`
    /// is systemd's name for this run. `manager` is told how things are. Without a `control` context there is no control socket. `load` reads the
    /// configuration again; without it a reload finds it as it is.
    public init(
        settings: Settings, logger: Logger, stateDirectory: String?, invocation: String? = nil, manager: ServiceManager,
        control: ControlContext? = nil,
        load: (@Sendable () throws(SettingsErrors) -> Settings)? = nil
    ) throws(StartError) {
        self.logger = logger
        self.control = control
        notifier = SystemdNotifier(manager, processors: SubscriptionTable(settings).processors)
        watchdog = Watchdog(manager: manager, logger: logger)
        status = StatusTracker(settings: settings)
        record = stateDirectory.map { ProcessRecord(directory: $0, invocation: invocation) }
        let (caution, ending) = record?.judge() ?? (.none, nil)
        let context = EngineContext(
            logger: logger, record: record, caution: caution, notifier: notifier, status: status, events: events,
            threshold: control?.threshold)
        let engine = try Engine(settings: settings, context: context)
        if caution != .none {
            logger.log(
                .warning, "The previous process ended unexpectedly; messages that it may have held are handled with caution",
                [.result: ending.map { "\($0.result) \($0.status)" } ?? "unknown"])
        }
        supervisor = Supervisor(engine, context) { () throws(SettingsErrors) in try load?() ?? settings }
    }

    /// What is at work now; a reload may put another one in its place.
    var engine: Engine { supervisor.engine }

    /// Consumes until `stop` returns; then finishes what is in flight, returns the rest to RabbitMQ and closes the connections.
    ///
    /// Throws a ``StartError`` if the database cannot keep the promise that the configuration makes; nothing was consumed then.
    public func run(until stop: @escaping @Sendable () async -> Void) async throws(StartError) {
        let endpoint = try await listen()
        logger.log(.notice, "Service sync started.")
        for text in engine.settings.tlsWarnings {
            logger.log(.warning, "TLS does not protect a connection to a server", [.error: text])
        }
        let stopped = Task { await stopRequest.wait(or: stop) }
        let watching = Task {
            await watchdog.run { engine.threads.map { WatchedLoop($0) } + [endpoint].compactMap { $0.map { WatchedLoop($0) } } }
        }
        let guarding = Task { await endpoint?.watch() }
        let balancing = Task { await supervisor.balance() }
        let sampling = Task {
            async let names: Void = CertificateNames(logger: logger).watch { engine }
            await status.run { engine }
            await names
        }
        let announcing = Task { await notifier.run { await engine.pipeline.snapshot() } }
        let begun = Task { try await supervisor.start() }
        // Starting waits for a database that is away; a stop must not wait for that.
        Task {
            await stopped.value
            await supervisor.stop()
        }
        let result = await begun.result
        if case .failure(let error as StartError) = result {
            announcing.cancel()
            balancing.cancel()
            sampling.cancel()
            watching.cancel()
            guarding.cancel()
            await guarding.value
            await engine.close()
            await endpoint?.close()
            record?.end()
            throw error
        }
        await stopped.value
        record?.beginStop()
        balancing.cancel()
        await supervisor.stop()
        announcing.cancel()
        logger.log(.notice, "Stopping: accepting no new messages, finishing those in flight")
        status.beginStop()
        await notifier.beginStop()
        let stopping = Task { await notifier.goOnStopping(longest: engine.longestStop) { await engine.pipeline.snapshot() } }
        await engine.drain()
        await supervisor.end()
        await engine.close()
        stopping.cancel()
        sampling.cancel()
        watching.cancel()
        guarding.cancel()
        await guarding.value
        await endpoint?.close()
        record?.end()
        logger.log(.notice, "Service sync stopped.")
    }

    /// Reads the configuration again and brings it into force, all or nothing. The log tells what has changed, or why nothing has.
    public func reload() async {
        // Told already.
        _ = try? await supervisor.reload()
    }

    private func listen() async throws(StartError) -> ControlEndpoint? {
        guard let control else { return nil }
        return try await ControlEndpoint(
            engine.settings.control, metrics: engine.settings.metrics, environment: control.environment, mostClients: control.mostClients,
            operations: operations(control), logger: logger)
    }
}
