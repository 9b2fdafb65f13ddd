internal import Settings

/// What a changed configuration calls for: the least that brings it into force.
struct ReloadPlan: Equatable {
    /// What is different.
    let change: SettingsChange
    /// Keys of certificates whose files have other contents.
    let renewedFiles: [String]
    /// Processors that are there in both and need a new channel, or nothing of theirs held while they change.
    let restarted: [String]
    /// Processors that go on without noticing.
    let unchanged: [String]
    /// Keys that only a restart of the service brings into force.
    let needsRestart: [String]

    /// Everything of one server is made anew: connections, sessions, and what is held goes through a drain.
    var needsNewEngine: Bool { needsNewBroker || needsNewDatabase }
    /// RabbitMQ is reached in another way.
    let needsNewBroker: Bool
    /// ArangoDB is reached in another way.
    let needsNewDatabase: Bool

    /// The way from `old` to `new`.
    init(from old: Settings, to new: Settings, renewedFiles: [String] = []) {
        let change = SettingsChange(from: old, to: new)
        self.change = change
        self.renewedFiles = renewedFiles
        let before = Dictionary(uniqueKeysWithValues: old.processors.map { ($0.name, $0.inForce(in: old)) })
        // Where rejecting begins, each queue must be looked at before it is consumed.
        let beginsToReject = old.deadLetter.enabled && !new.deadLetter.enabled
        let (same, others) = new.processors.filter { before[$0.name] != nil }.reduce(into: ([String](), [String]())) { lists, processor in
            if before[processor.name] == processor.inForce(in: new), !beginsToReject {
                lists.0.append(processor.name)
            } else {
                lists.1.append(processor.name)
            }
        }
        (unchanged, restarted) = (same, others)
        let keys = change.keys + renewedFiles
        needsNewBroker = keys.contains { key in Self.brokerKeys.contains { key == $0 || key.hasPrefix("\($0).") } }
        needsNewDatabase = keys.contains { $0.hasPrefix("arangodb.") }
        needsRestart = change.keys.filter { key in Self.fixedKeys.contains { key == $0 || key.hasPrefix("\($0).") } }
    }

    /// Nothing is to be done.
    var isEmpty: Bool { change.isEmpty && renewedFiles.isEmpty }

    private static let brokerKeys = ["endpoints", "vhost", "username", "password", "heartbeat", "tls"].map { "rabbitmq.\($0)" }
    private static let fixedKeys = ["control", "metrics", "log.format"]
}

extension ProcessorSettings {
    /// The processor with what it takes from the sections, and without what can change under way: how failures are retried.
    fileprivate func inForce(in settings: Settings) -> ProcessorSettings {
        var own = self
        own.prefetch = prefetch ?? settings.rabbitmq.prefetch
        own.verify = verify ?? settings.verify
        own.retry = nil
        return own
    }
}
