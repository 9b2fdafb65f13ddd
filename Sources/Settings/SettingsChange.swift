/// What is different in a configuration that was read again. Tells keys, never values: some are secrets.
public struct SettingsChange: Sendable, Equatable {
    /// A processor that is there in both, and the names of its keys that are different.
    public struct Processor: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its keys, in the order of the documentation.
        public let keys: [String]

        /// A processor by its parts.
        public init(name: String, keys: [String]) {
            self.name = name
            self.keys = keys
        }
    }

    /// Keys outside of processors, such as `arangodb.timeout`, in the order of the documentation.
    public var keys: [String]
    /// Names of processors that are new.
    public var added: [String]
    /// Names of processors that are gone.
    public var removed: [String]
    /// Processors with other keys of their own.
    public var changed: [Processor]

    /// What `new` has different from `old`.
    public init(from old: Settings, to new: Settings) {
        var drafts = (old: SettingsDraft(), new: SettingsDraft())
        (drafts.old.settings, drafts.new.settings) = (old, new)
        keys = SettingsDraft.keys.differences(drafts.old, drafts.new)
        // It has no key: it comes as a credential only.
        if old.arangodb.token != new.arangodb.token { keys.append("arangodb.token") }
        let before = Dictionary(uniqueKeysWithValues: old.processors.map { ($0.name, $0) })
        let names = Set(new.processors.map(\.name))
        added = new.processors.map(\.name).filter { before[$0] == nil }
        removed = old.processors.map(\.name).filter { !names.contains($0) }
        let processorKeys = ProcessorDraft.keys
        changed = new.processors.compactMap { processor in
            guard let earlier = before[processor.name], earlier != processor else { return nil }
            return Processor(
                name: processor.name, keys: processorKeys.differences(ProcessorDraft(earlier), ProcessorDraft(processor)))
        }
    }

    /// Nothing is different.
    public var isEmpty: Bool { keys.isEmpty && added.isEmpty && removed.isEmpty && changed.isEmpty }
}

extension ProcessorDraft {
    /// The draft of a finished processor.
    fileprivate init(_ settings: ProcessorSettings) {
        self.init(name: settings.name, place: .file("", line: nil))
        self.settings = settings
    }
}
