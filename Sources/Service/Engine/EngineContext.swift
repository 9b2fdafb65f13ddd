internal import Logging
internal import Pipeline

/// What an engine needs of the service around it.
struct EngineContext: Sendable {
    let logger: Logger
    /// Where is written down what may end this process; nil: nowhere, and there is nothing to be learnt from the last one.
    let record: ProcessRecord?
    /// For what the last process may have held.
    let caution: Caution
    /// Told how things are.
    let notifier: SystemdNotifier
    /// Told how things are, too.
    let status: StatusTracker
    /// Told what happens, for whoever listens.
    let events: EventHub
    /// What `[log] level` sets.
    let threshold: LogThreshold?
}
