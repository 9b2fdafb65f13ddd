internal import Logging
internal import Messages
internal import Pipeline

/// What an engine needs of the service around it.
struct EngineContext: Sendable {
    let logger: Logger
    /// Where is written down what may end this process; nil: nowhere, and there is nothing to be learnt from the last one.
    let record: ProcessRecord?
    /// For what the last process may have held.
    let caution: Caution
    /// Tells the service manager of reloads.
    let notifier: SystemdNotifier
    /// Told how things are.
    let status: StatusTracker
    /// Which processors are not to be consumed.
    let pauses: ProcessorPauses
    /// Told what happens, for whoever listens.
    let events: EventHub
    /// What `[log] level` sets.
    let threshold: LogThreshold?
}
