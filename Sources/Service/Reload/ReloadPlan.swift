internal import Settings

/// What a changed configuration calls for: the least that brings it into force, as the keys say (``ReloadEffect``).
struct ReloadPlan: Equatable {
    /// What is different.
    let change: SettingsChange
    /// Keys of certificates whose files have other contents.
    let renewedFiles: [String]
    private let effects: Set<ReloadEffect>

    /// The way from `old` to `new`.
    init(from old: Settings, to new: Settings, renewedFiles: [String] = []) {
        change = SettingsChange(from: old, to: new)
        self.renewedFiles = renewedFiles
        effects = Set(change.changedKeys.map(\.reload) + renewedFiles.compactMap { ReloadEffect.ofKey($0) })
    }

    /// Processors that are there in both and need a new channel, or nothing of theirs held while they change.
    var restarted: [String] { change.restarted }
    /// Processors that the reload does not affect.
    var unchanged: [String] { change.unchanged }
    /// Keys that only a restart of the service brings into force.
    var needsRestart: [String] { change.changedKeys.filter { $0.reload == .restart }.map(\.path) }
    /// Everything that belongs to one server is replaced: connections and sessions, after a drain of what is held.
    var needsNewEngine: Bool { needsNewBroker || needsNewDatabase }
    /// RabbitMQ is reached in another way.
    var needsNewBroker: Bool { effects.contains(.brokerConnection) }
    /// ArangoDB is reached in another way.
    var needsNewDatabase: Bool { effects.contains(.databaseConnection) }
    /// Nothing has to be done.
    var isEmpty: Bool { change.isEmpty && renewedFiles.isEmpty }

    /// Processors whose writes need something of the database that is not known to be there: new ones, and those with other values of keys that need
    /// it.
    var writesElsewhere: Set<String> { Set(change.added).union(change.changed.lazy.filter { !$0.needs.isEmpty }.map(\.name)) }
}
