internal import Broker
internal import FoundationEssentials
internal import Logging
internal import Mapping
internal import Pipeline
internal import Settings
internal import Synchronization

/// Changes the running service, one thing after the other: pauses processors, lets them go on, and brings another configuration into force.
actor Governor {
    private let surroundings: Surroundings
    private let current: Mutex<Engine>
    private let load: @Sendable () throws(SettingsErrors) -> Settings
    /// By the processor's name, so that they outlive reloads.
    private(set) var pauses: [String: Pause] = [:]
    private var reloading: Task<Result<ReloadOutcome, ReloadError>, Never>?
    private var isStopping = false
    private var starting: Task<Void, any Error>?
    private var isStarted = false
    private var declaring: Task<Void, Never>?

    /// Governs `engine`; `load` reads the configuration again.
    init(_ engine: Engine, _ surroundings: Surroundings, load: @escaping @Sendable () throws(SettingsErrors) -> Settings) {
        current = Mutex(engine)
        self.surroundings = surroundings
        self.load = load
    }

    /// The engine in force.
    nonisolated var engine: Engine { current.withLock { $0 } }

    /// A reload is under way.
    var isReloading: Bool { reloading != nil }

    private var logger: Logger { surroundings.logger }

    /// Starts the engine; waits for a database that is away, and goes over to another engine if a reload brings one meanwhile.
    ///
    /// Throws a ``StartError``, or a `CancellationError` after ``stop()``.
    func start() async throws {
        while !isStopping {
            let engine = engine
            let task = Task { try await engine.start() }
            starting = task
            let result = await task.result
            // A reload has put another one in its place.
            guard engine.board === self.engine.board else { continue }
            starting = nil
            try result.get()
            isStarted = true
            declareQueues()
            return
        }
        throw CancellationError()
    }

    /// Nothing is changed any more; waits for what is being changed, which makes haste.
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
        _ = await within(Engine.farewellTime) { await declaring?.value }
    }

    /// With `[rabbitmq] declare`: it goes on meanwhile, and the consumer tells which queue it misses.
    private func declareQueues() {
        declaring?.cancel()
        let settings = engine.settings
        guard settings.rabbitmq.declare, !isStopping else { return }
        declaring = Task { [logger] in await QueueDeclarations(settings: settings).makeUntilDone(logger: logger) }
    }
}

extension Governor {
    /// Stops taking messages of a processor; what it holds is finished. False: it was paused already.
    func pause(_ name: String) throws(UnknownProcessor) -> Bool {
        let place = try place(of: name)
        guard pauses[name]?.state != .paused else { return false }
        pauses[name] = Pause(state: .paused, since: Date())
        engine.consumer.setPaused(true, processors: [place])
        surroundings.status.set(.pause, of: place)
        logger.log(.notice, "Processor paused", [.processor: name])
        return true
    }

    /// Takes messages again. False: it was not paused.
    func resume(_ name: String) throws(UnknownProcessor) -> Bool {
        let place = try place(of: name)
        guard pauses.removeValue(forKey: name) != nil else { return false }
        engine.consumer.setPaused(false, processors: [place])
        surroundings.status.set(.consume, of: place)
        logger.log(.notice, "Processor goes on", [.processor: name])
        return true
    }

    /// Begins to drain a processor: paused, and told when it holds nothing any more. Returns after `time` at the latest, whether it is done or not;
    /// it goes on then. False: it was paused and held nothing already.
    func drain(_ name: String, waiting time: Duration) async throws(UnknownProcessor) -> Bool {
        let place = try place(of: name)
        let engine = engine
        let isPaused = pauses[name] != nil
        if isPaused, await engine.pipeline.isIdle(place) { return false }
        let begun = Pause(state: .draining, since: Date())
        pauses[name] = begun
        engine.consumer.setPaused(true, processors: [place])
        surroundings.status.set(.drain, of: place)
        logger.log(.notice, "Processor drains", [.processor: name])
        let draining = Task {
            await engine.drained(place)
            self.drained(name, begun)
        }
        _ = await within(time) { await draining.value }
        return true
    }

    /// The drain that began so is over, unless something else was asked for meanwhile.
    private func drained(_ name: String, _ begun: Pause) {
        guard pauses[name] == begun else { return }
        pauses[name] = Pause(state: .paused, since: Date())
        if let place = engine.board.roster.place(of: name) { surroundings.status.set(.pause, of: place) }
        logger.log(.notice, "Processor drained: it holds nothing any more", [.processor: name])
    }

    private func place(of name: String) throws(UnknownProcessor) -> Int {
        let roster = engine.board.roster
        guard let place = roster.place(of: name) else {
            throw UnknownProcessor(name: name, known: roster.settings.processors.map(\.name))
        }
        return place
    }
}

extension Governor {
    /// Reads the configuration again and brings it into force: all of it, or nothing.
    func reload() async throws(ReloadError) -> ReloadOutcome {
        if let obstacle = isStopping ? ReloadError.stopping : reloading != nil ? .busy : nil {
            tell(.failure(obstacle))
            throw obstacle
        }
        let task = Task { () -> Result<ReloadOutcome, ReloadError> in
            do throws(ReloadError) { return .success(try await self.reloaded()) } catch { return .failure(error) }
        }
        reloading = task
        await surroundings.announcer.beginReload()
        let result = await task.value
        reloading = nil
        await surroundings.announcer.endReload()
        tell(result)
        return try result.get()
    }

    private func reloaded() async throws(ReloadError) -> ReloadOutcome {
        let settings: Settings
        do throws(SettingsErrors) { settings = try load() } catch { throw .invalid(error) }
        let engine = engine
        let renewed = engine.certificates.changes(to: CertificateFiles(settings))
        let plan = ReloadPlan(from: engine.settings, to: settings, renewedFiles: renewed)
        let reasons: [String]
        if plan.needsNewEngine || !isStarted {
            reasons = plan.isEmpty ? [] : try await replace(engine, by: settings, plan)
        } else {
            reasons = await ReloadCheck(plan: plan, settings: settings).reasons(against: engine.store)
            if reasons.isEmpty { await engine.apply(plan, settings, paused: Set(pauses.keys)) }
        }
        guard reasons.isEmpty else { throw .refused(reasons) }
        adopt(self.engine.board.roster)
        bringPausesUpToDate()
        if isStarted { declareQueues() }
        if plan.change.keys.contains("log.level") { surroundings.threshold?.level = Logger.Level(settings.log.level) }
        return ReloadOutcome(
            change: plan.change, renewedFiles: renewed, restarted: plan.restarted, unchanged: plan.unchanged,
            hasNewConnections: plan.needsNewEngine, needsRestart: plan.needsRestart)
    }

    /// Another engine takes over, once it is known that the servers go along: the old one drains first, so that nothing comes twice without need.
    private func replace(_ old: Engine, by settings: Settings, _ plan: ReloadPlan) async throws(ReloadError) -> [String] {
        let new: Engine
        do throws(StartError) {
            new = try Engine(settings: settings, paused: Set(pauses.keys), surroundings: surroundings)
        } catch {
            throw .refused(["\(error)"])
        }
        // Before the start nobody has to be asked: the start itself waits for the database.
        let reasons = isStarted ? await ReloadCheck(plan: plan, settings: settings).reasons(against: new.store) : []
        guard reasons.isEmpty else {
            await new.close()
            return reasons
        }
        if isStarted {
            await old.drain()
            await new.pipeline.countOn(from: old.pipeline.snapshot(), places: old.board.roster.places(in: new.board.roster))
        }
        // What the old one still tells is about its own places.
        await old.close()
        adopt(new.board.roster)
        current.withLock { $0 = new }
        starting?.cancel()
        if isStarted, !isStopping { new.consume() }
        return []
    }

    private func adopt(_ roster: Roster) {
        surroundings.announcer.adopt(roster)
        surroundings.status.adopt(roster)
    }

    /// What was asked for while the processors changed places.
    private func bringPausesUpToDate() {
        let roster = engine.board.roster
        pauses = pauses.filter { roster.place(of: $0.key) != nil }
        for (processor, place) in zip(roster.settings.processors, roster.places) {
            let pause = pauses[processor.name]
            engine.consumer.setPaused(pause != nil, processors: [place])
            surroundings.status.set(pause.map { $0.state == .draining ? .drain : .pause } ?? .consume, of: place)
        }
    }

    private func tell(_ result: Result<ReloadOutcome, ReloadError>) {
        switch result {
        case .success(let outcome):
            let change = outcome.change
            for name in change.added { logger.log(.notice, "Reload: processor added", [.processor: name]) }
            for name in change.removed { logger.log(.notice, "Reload: processor removed", [.processor: name]) }
            for processor in change.changed {
                logger.log(
                    .notice, "Reload: processor changed", [.processor: processor.name, .keys: processor.keys.joined(separator: ", ")])
            }
            let keys = change.keys + outcome.renewedFiles.map { "\($0) (renewed)" }
            if !keys.isEmpty { logger.log(.notice, "Reload: keys changed", [.keys: keys.joined(separator: ", ")]) }
            if !outcome.needsRestart.isEmpty {
                logger.log(
                    .warning, "Reload: these keys come into force when the service is restarted",
                    [.keys: outcome.needsRestart.joined(separator: ", ")])
            }
            logger.log(.notice, "Configuration reloaded")
        case .failure(let error):
            for line in error.description.split(separator: "\n") {
                logger.log(.error, "Reload refused, nothing has changed", [.error: line])
            }
        }
    }
}
