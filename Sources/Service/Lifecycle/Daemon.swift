public import Logging
internal import Messages
internal import Pipeline
public import Settings

/// The running service: starts and stops its engine in order, and reports it.
public struct Daemon: Sendable {
    private let logger: Logger
    let supervisor: Supervisor
    private let notifier: SystemdNotifier
    private let watchdog: Watchdog
    let status: StatusTracker
    let stopRequest = StopRequest()
    private let control: ControlContext?
    private let record: ProcessRecord?
    /// The listeners to events.
    let events = EventHub()

    /// Builds all parts; nothing is connected yet. Throws a ``StartError`` for what can be seen without a server.
    ///
    /// `stateDirectory` is where it writes down what may end the process, and which processors are paused, for the next one; without one, no message
    /// is ever suspected, and pauses end with the process. `invocation`
    /// is systemd's name for this run. `manager` receives every change of state. Without a `control` context there is no control socket. `load` reads
    /// the configuration again; without it a reload finds it as it is.
    public init(
        settings: Settings, logger: Logger, stateDirectory: String?, invocation: String? = nil, manager: ServiceManager,
        control: ControlContext? = nil,
        load: (@Sendable () throws(SettingsErrors) -> Settings)? = nil
    ) throws(StartError) {
        self.logger = logger
        self.control = control
        watchdog = Watchdog(manager: manager, logger: logger)
        let pauses = ProcessorPauses(in: stateDirectory, of: settings, logger: logger)
        status = StatusTracker(settings: settings, pauses: pauses)
        notifier = SystemdNotifier(manager, status)
        record = stateDirectory.map { ProcessRecord(directory: $0, invocation: invocation) }
        let (caution, ending) = record?.judge() ?? (.none, nil)
        let context = EngineContext(
            logger: logger, record: record, caution: caution, notifier: notifier, status: status, pauses: pauses, events: events,
            threshold: control?.threshold)
        let engine = try Engine(settings: settings, context: context)
        status.begin(engine.registry)
        if caution != .none {
            logger.log(
                .warning, "The previous process ended unexpectedly; messages that it may have held are handled with caution",
                [.result: ending.map { "\($0.result) \($0.status)" } ?? "unknown"])
        }
        supervisor = Supervisor(engine, context) { () throws(SettingsErrors) in try load?() ?? settings }
    }

    /// The engine in use; a reload may replace it.
    var engine: Engine { supervisor.engine }

    /// Consumes until `stop` returns; then finishes what is in flight, returns the rest to RabbitMQ and closes the connections.
    ///
    /// Throws a ``StartError`` if the database cannot keep the promise that the configuration makes; nothing was consumed then.
    public func run(until stop: @escaping @Sendable () async -> Void) async throws(StartError) {
        let endpoint = try await listen()
        logger.log(.notice, "Service sync started.")
        for name in engine.settings.disabled { logger.log(.notice, "Processor is switched off (enabled = false)", [.processor: name]) }
        await supervisor.enforcePauses()
        for text in engine.settings.tlsWarnings {
            logger.log(.warning, "TLS does not protect a connection to a server", [.error: text])
        }
        // Beside everything else, until all connections are closed.
        let failure = await beside([
            { await watchdog.run { engine.threads.map { WatchedLoop($0) } + [endpoint].compactMap { $0.map { WatchedLoop($0) } } } },
            { await endpoint?.watch() },
            { await status.run { engine } },
            { await CertificateNames(logger: logger).watch { engine } },
            { await LicenseWatch(logger: logger, status: status).watch { engine } },
        ]) {
            let failure = await consume(until: stop)
            if failure == nil { await stopInOrder() } else { await engine.close() }
            return failure
        }
        await endpoint?.close()
        record?.end()
        if let failure { throw failure }
        logger.log(.notice, "Service sync stopped.")
    }

    /// Returns when a stop is asked for, or with the reason why nothing can be consumed.
    private func consume(until stop: @escaping @Sendable () async -> Void) async -> StartError? {
        await beside([{ await supervisor.balance() }, { await notifier.run() }]) {
            // Starting waits for a database that is away; a stop must not wait for that.
            async let stopped: Void = awaitStop(stop)
            do {
                try await supervisor.start()
            } catch let failure as StartError {
                return failure
            } catch {
                // The stop came before the start was done.
            }
            await stopped
            return nil
        }
    }

    /// Cancelled, it leaves everything as it is.
    private func awaitStop(_ stop: @escaping @Sendable () async -> Void) async {
        await stopRequest.wait(or: stop)
        guard !Task.isCancelled else { return }
        record?.beginStop()
        await supervisor.stop()
    }

    private func stopInOrder() async {
        logger.log(.notice, "Stopping: accepting no new messages, finishing those in flight")
        status.beginStop()
        await notifier.beginStop()
        await beside([{ await notifier.goOnStopping(longest: engine.longestStop) }]) {
            await engine.drain()
            await supervisor.end()
            await engine.close()
        }
    }

    /// Reads the configuration again and brings it into force, all or nothing. The log says what has changed, or why nothing has.
    public func reload() async {
        // Logged already.
        _ = try? await supervisor.reload()
    }

    private func listen() async throws(StartError) -> ControlEndpoint? {
        guard let control else { return nil }
        return try await ControlEndpoint(
            engine.settings.control, metrics: engine.settings.metrics, environment: control.environment, mostClients: control.mostClients,
            service: controlService(control), logger: logger)
    }
}

/// Runs `companions` beside `body`. When that ends they are cancelled, and waited for.
private func beside<Value: Sendable>(_ companions: [@Sendable () async -> Void], _ body: () async -> Value) async -> Value {
    await withTaskGroup { group in
        for companion in companions { group.addTask { await companion() } }
        let value = await body()
        group.cancelAll()
        return value
    }
}
