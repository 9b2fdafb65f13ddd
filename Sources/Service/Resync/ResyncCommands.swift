internal import ControlMessages
internal import ControlServer
internal import FoundationEssentials
internal import Messages
internal import Settings
internal import Store

/// What administrators ask of full resynchronisations. `engine` is called again each time, because a reload may replace the engine.
struct ResyncCommands: ResyncVerbs {
    /// Keys shown of missing documents.
    static let samples = 10

    let supervisor: Supervisor
    let deadLetters: DeadLetterService
    /// See ``ControlContext/longestWrite``.
    let longestWrite: Duration?

    private var engine: Engine { supervisor.engine }

    /// Writes the run down, and waits until no instance can be at work that does not know of it. One that was interrupted in that is begun again.
    func begin(_ name: String) async throws(ControlError) -> ResyncReport {
        let subject = try subject(name)
        let known = try await run(of: name)
        var run: ResyncRun
        if let known, known.state == .beginning {
            run = known
        } else {
            if let known, known.state.isActive {
                throw .conflict(
                    "run \(known.id) of \(name) is \(known.state.rawValue) already; end it, or run `warren resync cancel \(name)`")
            }
            let id = UUID().uuidString.lowercased()
            var new = ResyncRun(processor: name, id: id, scope: subject.scope(of: id).description, at: ResyncWorker.now)
            new.revision = known?.revision
            run = try await store(new, isNew: known == nil)
        }
        do { try await Task.sleep(for: settlingTime) } catch { throw .unavailable("the service is stopping; begin again") }
        guard let current = try await self.run(of: name), current.id == run.id else { throw Self.outrun(name) }
        run = current
        run.begun(at: ResyncWorker.now)
        return report(subject, try await store(run))
    }

    /// The longest that a write can be on its way that left without knowing of the run: what an instance knows is good for the lease, and then its
    /// request waits for its turn, tries the endpoints one after the other, and is carried out.
    private var settlingTime: Duration {
        let settings = engine.settings.arangodb
        return ResyncRunCache.lease + (longestWrite ?? settings.timeout * (settings.endpoints.count + 1))
    }

    func end(_ name: String, _ order: ResyncOrder) async throws(ControlError) -> ResyncReport {
        let subject = try subject(name)
        guard var run = try await run(of: name), run.state.isActive else {
            throw .conflict("no run of \(name) is under way; `warren resync begin \(name)` begins one")
        }
        if run.state == .sweeping { return report(subject, run) }
        let scope = subject.scope(of: run.id)
        guard run.scope == scope.description else {
            throw .conflict(
                "the configuration has changed since the run began (then \(run.scope), now \(scope)), so what it has seen means nothing: "
                    + "run `warren resync cancel \(name)`, and begin again")
        }
        try await ResyncSettling(supervisor: supervisor, deadLetters: deadLetters).check(
            subject.processor, run, ignoringParked: order.force == true)
        let counts = try await counts(scope)
        let (limit, isConfirmed, sweeper) = (subject.limit(of: counts.scope), order.confirm == true, engine.resyncWorker.identity)
        do throws(ResyncRefusal) {
            try run.end(counts, limit: limit, isConfirmed: isConfirmed, sweeper: sweeper, at: ResyncWorker.now)
        } catch {
            throw .conflict("\(error)")
        }
        return report(subject, try await store(run))
    }

    func status(_ name: String, mayCount: Bool) async throws(ControlError) -> ResyncReport {
        let subject = try subject(name)
        guard let run = try await run(of: name) else { return subject.report }
        var report = report(subject, run)
        guard run.state.isActive, mayCount else { return report }
        report.seen = try await answer(engine.store.count(subject.scope(of: run.id), seen: true))
        report.outstanding = try await ResyncSettling(supervisor: supervisor, deadLetters: deadLetters).outstanding(subject.processor)
        return report
    }

    func cancel(_ name: String) async throws(ControlError) -> ResyncReport {
        let subject = try subject(name)
        guard var run = try await run(of: name) else { throw .conflict("there has been no run of \(name)") }
        do throws(ResyncRefusal) { try run.cancel(at: ResyncWorker.now) } catch { throw .conflict("\(error)") }
        return report(subject, try await store(run))
    }

    private func counts(_ scope: RunScope) async throws(ControlError) -> ResyncRun.Counts {
        let missing = try await answer(engine.store.count(scope, seen: false))
        let total = try await answer(engine.store.count(scope))
        let page = missing == 0 ? nil : try await answer(engine.store.missing(scope, atMost: Self.samples))
        return ResyncRun.Counts(scope: total, missing: missing, samples: page?.documents.map(\.key) ?? [])
    }

    private func run(of name: String) async throws(ControlError) -> ResyncRun? {
        try await answer(engine.runs.look()).run(of: name)
    }

    private func store(_ run: ResyncRun, isNew: Bool = false) async throws(ControlError) -> ResyncRun {
        guard let stored = try await answer(engine.runs.put(run, isNew: isNew)) else { throw Self.outrun(run.processor) }
        return stored
    }

    private func answer<Value>(_ result: Result<Value, RequestFailure>) throws(ControlError) -> Value {
        do throws(RequestFailure) {
            return try result.get()
        } catch {
            let advice = error.fault.errorNum == 1203 ? "; `warren provision` creates what is missing" : ""
            throw .unavailable("ArangoDB: \(error.fault)\(advice)")
        }
    }

    private static func outrun(_ name: String) -> ControlError {
        .conflict("another instance or administrator has changed the run of \(name); `warren resync status \(name)` shows its state")
    }

    private func subject(_ name: String) throws(ControlError) -> ResyncSubject {
        let settings = engine.settings
        guard let processor = settings.processors.first(where: { $0.name == name }) else {
            throw .unknownProcessor(name, known: settings.processors.map(\.name), disabled: settings.disabled)
        }
        guard let resync = processor.resync else {
            throw .conflict("\(name) has no [processor.resync], which says what to do with documents that are missing")
        }
        return ResyncSubject(processor: processor, resync: resync, settings: settings)
    }

    private func report(_ subject: ResyncSubject, _ run: ResyncRun) -> ResyncReport {
        var report = subject.report
        report.run = run.id
        report.state = run.state.rawValue
        report.since = run.since
        report.counts = run.counts.map {
            .init(scope: $0.scope, missing: $0.missing, limit: subject.limit(of: $0.scope), samples: $0.samples)
        }
        (report.removed, report.kept, report.reason) = (run.removed, run.kept, run.reason)
        return report
    }
}

/// Whose resynchronisation it is.
private struct ResyncSubject {
    let processor: ProcessorSettings
    let resync: ResyncSettings
    let settings: Settings

    var report: ResyncReport {
        ResyncReport(
            processor: processor.name, collection: processor.collection,
            scope: processor.resyncScope.map { "\($0.attribute) = \($0.json)" }, missing: resync.missing.rawValue)
    }

    func limit(of total: Int) -> Int { resync.maxRemoved.documents(of: total) }

    func scope(of run: String) -> RunScope {
        guard let scope = RunScope(run: run, of: processor, in: settings) else { preconditionFailure("it has a resync table") }
        return scope
    }
}
