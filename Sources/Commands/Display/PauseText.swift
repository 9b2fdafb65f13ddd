package import ControlMessages

/// Pauses for people.
package enum PauseText {
    /// What became of a verb; `done` if it has changed something.
    package static func line(_ change: ProcessorChange, done: String) -> String {
        let state = change.changed ? done : "already paused\(change.pause.map { " \(by($0))" } ?? "")"
        return change.pause?.survivesRestart == false
            ? "\(state), until the service restarts: without a state directory (STATE_DIRECTORY) Warren cannot remember a pause" : state
    }

    /// `company-sync is paused for 2 h by anna: schema change`
    package static func line(_ processor: ProcessorStatus, _ pause: PauseReport, at now: Timestamp) -> String {
        "\(processor.name) is \(processor.state.rawValue), \(facts(pause, at: now))"
    }

    /// `for 2 h by anna: schema change`
    static func facts(_ pause: PauseReport, at now: Timestamp) -> String {
        "for \(HumanFormat.time(pause.since.age(at: now))) \(by(pause))"
            + (pause.survivesRestart ? "" : " (until the service restarts)")
    }

    private static func by(_ pause: PauseReport) -> String {
        let who = pause.user ?? pause.uid.map { "uid \($0)" } ?? "Warren"
        return "by \(who)\(pause.reason.map { ": \($0)" } ?? "")"
    }
}
