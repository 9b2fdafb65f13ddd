internal import Logging

/// What an engine needs of the service around it.
struct Surroundings: Sendable {
    let logger: Logger
    /// Where a suspect is written down; without one, messages that came before go alone all the same.
    let stateDirectory: String?
    /// Told how things are.
    let announcer: Announcer
    /// Told how things are, too.
    let status: StatusKeeper
    /// Told what happens, for whoever listens.
    let events: EventHub
    /// What `[log] level` sets.
    let threshold: LogThreshold?
}
