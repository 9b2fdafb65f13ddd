internal import ControlMessages
internal import ControlServer
internal import Logging
internal import Pipeline
internal import Settings

extension Daemon {
    /// The services behind the control socket.
    func controlService(_ context: ControlContext) -> ControlService {
        let deadLetters = DeadLetterService { engine.settings }
        let verbs = DaemonVerbs(daemon: self, context: context)
        return ControlService(
            version: context.version, status: verbs, processors: verbs, service: verbs, deadLetters: deadLetters,
            resync: ResyncCommands(supervisor: supervisor, deadLetters: deadLetters, longestWrite: context.longestWrite),
            observation: IntrospectionService(events: events, version: context.version, status: { await verbs.report() }) { engine })
    }
}

/// What the control socket asks of the daemon itself.
struct DaemonVerbs: StatusVerbs, ProcessorVerbs, ServiceVerbs {
    private let daemon: Daemon
    private let context: ControlContext
    private let reports: CoalescedQueries<Always, StatusReport>

    init(daemon: Daemon, context: ControlContext) {
        (self.daemon, self.context) = (daemon, context)
        reports = CoalescedQueries {
            await daemon.status.report(
                daemon.engine, logLevel: context.threshold.level.rawValue, version: context.version,
                configuration: context.configuration)
        }
    }

    func report() async -> StatusReport { await reports.answer() }

    func health() async -> HealthReport { daemon.status.health }

    func pause(_ name: String, _ order: PauseOrder, from peer: Peer) async throws(ControlError) -> ProcessorChange {
        let request = PauseRequest(order, from: peer)
        return try await change(name) { () throws(ProcessorRefusal) in try await daemon.supervisor.pause(name, request) }
    }

    func resume(_ name: String) async throws(ControlError) -> ProcessorChange {
        try await change(name) { () throws(ProcessorRefusal) in try await daemon.supervisor.resume(name) }
    }

    func drain(_ name: String, _ order: PauseOrder, from peer: Peer) async throws(ControlError) -> ProcessorChange {
        let request = PauseRequest(order, from: peer)
        return try await change(name) { () throws(ProcessorRefusal) in try await daemon.supervisor.drain(name, request, waiting: .zero) }
    }

    /// Changes a processor, and returns its new state.
    private func change(
        _ name: String, _ body: () async throws(ProcessorRefusal) -> Bool
    ) async throws(ControlError) -> ProcessorChange {
        do throws(ProcessorRefusal) {
            let hasChanged = try await body()
            let engine = daemon.engine
            let snapshot = await engine.pipeline.snapshot()
            let subscriptions = engine.registry.table.ids(of: name)
            let pauses = daemon.supervisor.pauses
            return ProcessorChange(
                name: name, state: daemon.status.state(of: subscriptions), changed: hasChanged, held: snapshot.held(of: subscriptions),
                pause: pauses[name].map { PauseReport($0, survivesRestart: pauses.surviveRestart) })
        } catch {
            throw ControlError(error)
        }
    }

    func reload() async throws(ControlError) -> ReloadReport {
        do throws(ReloadError) {
            let outcome = try await daemon.supervisor.reload()
            return ReloadReport(outcome, credentials: SettingsLoader.credentials(in: context.environment))
        } catch {
            throw ControlError(error)
        }
    }

    func logLevel() -> String { context.threshold.level.rawValue }

    func setLogLevel(_ name: String) throws(ControlError) {
        guard let level = Logger.Level(rawValue: name) else {
            throw .badRequest("level must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        context.threshold.level = level
    }

    func stop() async -> StopReply {
        let held = await daemon.engine.pipeline.snapshot().held
        daemon.stopRequest.ask()
        return StopReply(held: held)
    }
}

extension PauseRequest {
    /// What a client of the control socket asks for, now.
    init(_ order: PauseOrder, from peer: Peer) {
        self.init(uid: peer.uid, user: peer.uid.flatMap { AccountFile.name(of: $0) }, reason: order.reason)
    }
}

extension PauseReport {
    /// A pause in the words of the control interface.
    init(_ pause: Pause, survivesRestart: Bool) {
        let request = pause.request
        self.init(
            since: request.at, uid: request.uid, user: request.user, reason: request.reason,
            survivesRestart: survivesRestart && request.origin != .resynchronisation)
    }
}

extension ReloadReport {
    /// The result of a reload, in the words of the control interface. `credentials` are those that systemd gave the process.
    init(_ outcome: ReloadOutcome, credentials: [String] = []) {
        let change = outcome.change
        self.init(
            added: change.added, removed: change.removed, changed: outcome.restarted, unchanged: outcome.unchanged,
            notes: change.changed.map { "\($0.name): \($0.keys.joined(separator: ", "))" } + change.keys
                + outcome.renewedFiles.map { "\($0): the file has changed" }
                + (outcome.hasNewConnections ? ["all connections were opened again"] : [])
                + outcome.needsRestart.map { "\($0) takes effect when the service is restarted" },
            credentials: credentials.isEmpty ? nil : credentials)
    }
}

extension ControlError {
    /// Why a processor was not changed.
    init(_ refusal: ProcessorRefusal) {
        switch refusal {
        case .unknown(let name, let known, let disabled): self = .unknownProcessor(name, known: known, disabled: disabled)
        case .destroysQueue(let text): self.init(.refused, text)
        case .notRecorded(let text): self.init(.notRecorded, text)
        }
    }

    /// Why a reload changed nothing.
    init(_ error: ReloadError) {
        switch error {
        case .invalid: self.init(.invalidConfiguration, "\(error)")
        case .refused: self.init(.refused, "\(error)")
        case .busy: self = .busy("\(error)")
        case .stopping: self = .conflict("\(error)")
        }
    }
}
