internal import Control
internal import Logging
internal import Messages
internal import Pipeline
internal import Settings

extension Daemon {
    /// What the control socket may ask of this service.
    func operations(_ context: ControlContext) -> ControlOperations {
        let introspection = IntrospectionService(events: events, version: context.version) { engine }
        let reports = CoalescedQueries {
            await status.report(engine, logLevel: context.threshold.level.rawValue, version: context.version)
        }
        return ControlOperations(
            version: context.version,
            status: StatusOperations(
                report: { await reports.answer() }, health: { status.health }),
            processors: ProcessorOperations(
                pause: { name throws(ControlError) in
                    try await change(name) { () throws(ProcessorRefusal) in try await supervisor.pause(name) }
                },
                resume: { name throws(ControlError) in
                    try await change(name) { () throws(ProcessorRefusal) in try await supervisor.resume(name) }
                },
                drain: { name throws(ControlError) in
                    try await change(name) { () throws(ProcessorRefusal) in try await supervisor.drain(name, waiting: .zero) }
                }),
            service: ServiceOperations(
                reload: { () throws(ControlError) in
                    do throws(ReloadError) { return ReloadReport(try await supervisor.reload()) } catch { throw ControlError(error) }
                },
                logLevel: { context.threshold.level.rawValue },
                setLogLevel: { name throws(ControlError) in
                    guard let level = Logger.Level(rawValue: name) else {
                        throw .badRequest("level must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
                    }
                    context.threshold.level = level
                },
                stop: {
                    let held = await engine.pipeline.snapshot().held
                    stopRequest.ask()
                    return StopReply(held: held)
                }),
            deadLetters: introspection.deadLetters,
            resync: ResyncCommands(supervisor: supervisor, deadLetters: introspection.deadLetters, longestWrite: context.longestWrite)
                .operations,
            observation: introspection.observation { await reports.answer() })
    }

    /// Changes a processor, and tells how it is then.
    private func change(
        _ name: String, _ body: () async throws(ProcessorRefusal) -> Bool
    ) async throws(ControlError) -> ProcessorChange {
        do throws(ProcessorRefusal) {
            let hasChanged = try await body()
            let engine = engine
            let snapshot = await engine.pipeline.snapshot()
            let places = engine.registry.table.places(of: name)
            return ProcessorChange(
                name: name, state: status.state(of: places), changed: hasChanged, held: snapshot.held(of: places))
        } catch {
            throw ControlError(error)
        }
    }
}

extension ReloadReport {
    /// What was done, in the words of the control interface.
    init(_ outcome: ReloadOutcome) {
        let change = outcome.change
        self.init(
            added: change.added, removed: change.removed, changed: outcome.restarted, unchanged: outcome.unchanged,
            notes: change.changed.map { "\($0.name): \($0.keys.joined(separator: ", "))" } + change.keys
                + outcome.renewedFiles.map { "\($0): the file was renewed" }
                + (outcome.hasNewConnections ? ["all connections were made anew"] : [])
                + outcome.needsRestart.map { "\($0) comes into force when the service is restarted" })
    }
}

extension ControlError {
    /// Why a processor was not changed.
    init(_ refusal: ProcessorRefusal) {
        switch refusal {
        case .unknown(let name, let known): self = .unknownProcessor(name, known: known)
        case .destroysQueue(let text): self.init(.refused, text)
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
