/// What is different in a configuration that was read again. Tells keys, never values: some are secrets.
public struct SettingsChange: Sendable, Equatable {
    /// A processor that is there in both, and its keys that are different.
    public struct Processor: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// What is different, in the order of the documentation.
        public let changedKeys: [ChangedKey]

        /// The names of its keys that are different.
        public var keys: [String] { changedKeys.map(\.path) }
        /// What its other values need to find in the database.
        public var needs: DatabaseNeeds { changedKeys.reduce(into: []) { $0.formUnion($1.needs) } }
    }

    /// Keys outside of processors, in the order of the documentation.
    public let changedKeys: [ChangedKey]
    /// Names of processors that are new.
    public let added: [String]
    /// Names of processors that are gone.
    public let removed: [String]
    /// Processors with other keys of their own.
    public let changed: [Processor]
    /// Processors that are there in both, and finish what they hold and start again: for keys of their own, or of sections that concern them.
    public let restarted: [String]
    /// Processors that are there in both, and notice nothing.
    public let unchanged: [String]

    /// What `new` has different from `old`.
    public init(from old: Settings, to new: Settings) {
        var drafts = (old: SettingsDraft(), new: SettingsDraft())
        (drafts.old.settings, drafts.new.settings) = (old, new)
        var changedKeys = SettingsDraft.keys.differences(drafts.old, drafts.new)
        // It has no key: it comes as a credential only.
        if old.arangodb.token != new.arangodb.token { changedKeys.append(ChangedKey("arangodb.token", .databaseConnection)) }
        self.changedKeys = changedKeys
        let before = Dictionary(uniqueKeysWithValues: old.processors.map { ($0.name, $0) })
        let names = Set(new.processors.map(\.name))
        added = new.processors.map(\.name).filter { before[$0] == nil }
        removed = old.processors.map(\.name).filter { !names.contains($0) }
        // Once for all of them: the list is computed again with each call.
        let processorKeys = ProcessorDraft.keys
        func differences(_ earlier: ProcessorSettings, _ processor: ProcessorSettings) -> [ChangedKey] {
            processorKeys.differences(ProcessorDraft(earlier), ProcessorDraft(processor))
        }
        let staying = new.processors.compactMap { processor in before[processor.name].map { (earlier: $0, now: processor) } }
        changed = staying.compactMap { earlier, now in
            earlier == now ? nil : Processor(name: now.name, changedKeys: differences(earlier, now))
        }
        let concernsAll = changedKeys.contains { $0.reload == .processor }
        let isRestarted = { (earlier: ProcessorSettings, now: ProcessorSettings) in
            concernsAll || differences(earlier.inForce(in: old), now.inForce(in: new)).contains { $0.reload == .processor }
        }
        restarted = staying.filter(isRestarted).map(\.now.name)
        let again = Set(restarted)
        unchanged = staying.map(\.now.name).filter { !again.contains($0) }
    }

    /// The paths of keys outside of processors, such as `arangodb.timeout`.
    public var keys: [String] { changedKeys.map(\.path) }

    /// Nothing is different.
    public var isEmpty: Bool { changedKeys.isEmpty && added.isEmpty && removed.isEmpty && changed.isEmpty }
}

extension ProcessorSettings {
    /// The processor with the values that it takes from the sections: those of ``ReloadEffect/inheritingProcessors``.
    fileprivate func inForce(in settings: Settings) -> ProcessorSettings {
        var own = self
        own.prefetch = prefetch ?? settings.rabbitmq.prefetch
        own.verify = verify ?? settings.verify
        return own
    }
}

extension ProcessorDraft {
    /// The draft of a finished processor.
    fileprivate init(_ settings: ProcessorSettings) {
        self.init(name: settings.name, location: .file("", line: nil))
        self.settings = settings
    }
}
