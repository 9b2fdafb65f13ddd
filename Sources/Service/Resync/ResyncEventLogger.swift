internal import ControlMessages
internal import FoundationEssentials
internal import Logging
internal import Settings

/// Reports the progress of runs, in the log and as events: on every instance, from what it reads.
struct ResyncEventLogger: Sendable {
    let logger: Logger
    let events: EventHub

    /// What changed from one look to the next.
    func tell(_ before: ResyncRunCache.Knowledge?, _ now: ResyncRunCache.Knowledge) {
        for run in now.runs {
            guard let before else {
                if run.state.isActive { tell(run, .notice, "Resynchronisation is running") }
                continue
            }
            let earlier = before.run(of: run.processor)
            guard earlier?.id != run.id || earlier?.state != run.state else { continue }
            events.tell(ServiceEvent(run))
            switch run.state {
            case .beginning: tell(run, .notice, "Resynchronisation begins")
            case .running: tell(run, .notice, "Resynchronisation is running: documents that are written count as seen")
            case .asking:
                tell(run, .warning, "Resynchronisation waits for confirmation: more documents are missing than max_removed allows")
            case .sweeping: tell(run, .notice, "Resynchronisation sweeps: missing documents are removed or marked")
            case .stopped: tell(run, .error, "Resynchronisation stopped; an operator must decide")
            case .done: tell(run, .notice, "Resynchronisation done")
            case .cancelled: tell(run, .notice, "Resynchronisation cancelled")
            }
        }
    }

    private func tell(_ run: ResyncRun, _ level: Logger.Level, _ text: StaticString) {
        var facts: KeyValuePairs<LogKey, any CustomStringConvertible> = [
            .processor: run.processor, .run: run.id, .missing: run.counts?.missing ?? 0, .removed: run.removed,
        ]
        if let reason = run.reason { facts = [.processor: run.processor, .run: run.id, .removed: run.removed, .error: reason] }
        logger.log(level, text, facts)
    }
}

extension ResyncRun {
    /// When it began, for people.
    var since: Timestamp { Timestamp(Date(timeIntervalSince1970: Double(begunAt) / 1000)) }
}

extension EventName {
    /// A run has reached this state.
    init(_ state: ResyncRun.State) {
        self =
            switch state {
            case .beginning: .resyncBeginning
            case .running: .resyncRunning
            case .asking: .resyncAsking
            case .sweeping: .resyncSweeping
            case .stopped: .resyncStopped
            case .done: .resyncDone
            case .cancelled: .resyncCancelled
            }
    }
}

extension ServiceEvent {
    /// `resync-running`, `resync-asking`, …: a run has reached this state.
    init(_ run: ResyncRun) {
        self.init(EventName(run.state))
        processor = run.processor
        detail = run.reason ?? "run \(run.id)"
        count = run.state == .asking ? run.counts?.missing : run.removed
    }
}
