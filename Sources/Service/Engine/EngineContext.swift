internal import Logging
internal import Messages
internal import Pipeline

/// What an engine needs of the service around it.
struct EngineContext: Sendable {
    let logger: Logger
    /// The record of what may end this process; `nil` if there is none, and nothing is known of the previous process.
    let record: ProcessRecord?
    /// For what the last process may have held.
    let caution: Caution
    /// Notifies the service manager of reloads.
    let notifier: SystemdNotifier
    /// Receives every change of state.
    let status: StatusTracker
    /// Which processors are not to be consumed.
    let pauses: ProcessorPauses
    /// Receives what happens, for listeners.
    let events: EventHub
    /// What `[log] level` sets.
    let threshold: LogThreshold?
}
