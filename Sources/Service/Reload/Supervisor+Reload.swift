internal import Broker
internal import Logging
internal import Messages
internal import Pipeline
internal import Settings
internal import Store

/// Another configuration comes into force: all of it, or nothing. All checks are made before anything is changed.
extension Supervisor {
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
        await context.notifier.beginReload()
        let result = await task.value
        reloading = nil
        await context.notifier.endReload()
        tell(result)
        return try result.get()
    }

    private func reloaded() async throws(ReloadError) -> ReloadOutcome {
        let settings: Settings
        do throws(SettingsErrors) { settings = try load() } catch { throw .invalid(error) }
        let engine = engine
        let renewed = engine.certificates.changes(to: CertificateFiles(settings))
        let plan = ReloadPlan(from: engine.settings, to: settings, renewedFiles: renewed)
        var reasons = await engine.runs.reasons(against: settings)
        guard reasons.isEmpty else { throw .refused(reasons) }
        if plan.needsNewEngine || !isStarted {
            reasons = plan.isEmpty ? [] : try await replace(engine, by: settings, plan)
        } else {
            reasons = await ReloadCheck(plan: plan, settings: settings).reasons(against: engine.store)
            if reasons.isEmpty {
                await engine.apply(plan, settings)
                enforcePauses()
            }
        }
        guard reasons.isEmpty else { throw .refused(reasons) }
        if isStarted { declareQueues() }
        if plan.change.keys.contains("log.level") { context.threshold?.level = Logger.Level(settings.log.level) }
        return ReloadOutcome(
            change: plan.change, renewedFiles: renewed, restarted: plan.restarted, unchanged: plan.unchanged,
            hasNewConnections: plan.needsNewEngine, needsRestart: plan.needsRestart)
    }

    /// Another engine takes over, once the servers have accepted its settings: the old one drains first, so that nothing is delivered twice without
    /// need.
    private func replace(_ old: Engine, by settings: Settings, _ plan: ReloadPlan) async throws(ReloadError) -> [String] {
        let new: Engine
        do throws(StartError) {
            new = try Engine(settings: settings, context: context)
        } catch {
            throw .refused(["\(error)"])
        }
        // Before the start there is nothing to check: the start itself waits for the database.
        let reasons = isStarted ? await ReloadCheck(plan: plan, settings: settings).reasons(against: new.store) : []
        guard reasons.isEmpty else {
            await new.close()
            return reasons
        }
        if isStarted {
            await old.drain()
            let subscriptions = old.registry.table.ids(in: new.registry.table)
            await new.pipeline.countOn(from: old.pipeline.snapshot(), subscriptions: subscriptions)
            await new.pipeline.adoptCaution(of: old.pipeline, subscriptions: subscriptions)
        }
        await old.close()
        put(new)
        starting?.cancel()
        if isStarted, !isStopping { new.consume() }
        return []
    }

    private func tell(_ result: Result<ReloadOutcome, ReloadError>) {
        switch result {
        case .success(let outcome):
            let change = outcome.change
            for name in change.added { logger.log(.notice, "Reload: processor added", [.processor: name]) }
            let disabled = engine.settings.disabled
            for name in change.removed {
                logger.log(
                    .notice, disabled.contains(name) ? "Reload: processor switched off" : "Reload: processor removed", [.processor: name])
            }
            for processor in change.changed {
                logger.log(
                    .notice, "Reload: processor changed", [.processor: processor.name, .keys: processor.keys.joined(separator: ", ")])
            }
            let keys = change.keys + outcome.renewedFiles.map { "\($0) (renewed)" }
            if !keys.isEmpty { logger.log(.notice, "Reload: keys changed", [.keys: keys.joined(separator: ", ")]) }
            if !outcome.needsRestart.isEmpty {
                logger.log(
                    .warning, "Reload: these keys take effect after a restart of the service",
                    [.keys: outcome.needsRestart.joined(separator: ", ")])
            }
            logger.log(.notice, "Configuration reloaded")
        case .failure(let error):
            for line in error.description.split(separator: "\n") {
                logger.log(.error, "Reload refused; the configuration in force has not changed", [.error: line])
            }
        }
    }
}
