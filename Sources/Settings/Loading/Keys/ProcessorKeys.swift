/// A processor while its keys come together from several sources. What is required and missing is a placeholder until the rules find it.
struct ProcessorDraft {
    /// The processor as far as it is known.
    var settings: ProcessorSettings
    /// Where it was first named.
    let location: ConfigurationLocation
    /// Its `retry` tables, to be read once `[retry]` is known whole: they override that key by key.
    var retries: [ConfigurationValue] = []
    /// Its `[[processor.edges]]`.
    var edges: [EdgeDraft] = []
    /// Its `[processor.emit]`.
    var emit: EmitDraft?

    /// A processor of which only the name is known.
    init(name: String, location: ConfigurationLocation) {
        settings = ProcessorSettings(name: name, queue: "", operation: .update, collection: "", key: JSONPointer())
        self.location = location
    }

    /// The path of its keys in errors: `processor "company-sync"`.
    var path: String { Self.path(settings.name) }
    /// The path of the keys of the processor `name`.
    static func path(_ name: String) -> String { "processor \"\(name)\"" }

    /// What every processor must say.
    static let required = ["queue", "operation", "collection", "key"]

    static var keys: [Key<ProcessorDraft>] {
        [
            // Already taken: it decided which draft this is.
            Key(name: "name", form: .text, differences: { _, _, _ in [] }) { _, _, _, _ in },
            .enabled,
            Key("queue", \.settings.queue, .text(bytes: 1...255), reload: .processor),
            Key("operation", \.settings.operation, .choice, reload: .processor, needs: [.versions, .expiryIndex]),
            Key("collection", \.settings.collection, .collectionName, reload: .processor, needs: .collection),
            Key("envelope", \.settings.envelope, .choice, reload: .processor),
            Key("key", \.settings.key, .pointerIntoMessageOrAttribute, reload: .processor),
            Key("version", \.settings.version, .pointerIntoMessageOrAttribute, reload: .processor, needs: .versions),
            Key("document", \.settings.document, .pointer, reload: .processor),
            Key("version_attribute", \.settings.versionAttribute, .attributeName, reload: .processor),
            Key("mark", \.settings.mark, .attributeName, reload: .processor),
            Key("on_invalidate", \.settings.onInvalidate, .choice, reload: .processor, needs: .expiryIndex),
            Key(
                "expire_after", \.settings.expireAfter, .duration(in: .seconds(1) ... .seconds(3650 * 86_400), wholeSeconds: true),
                reload: .processor),
            .map(\.settings.map, names: .attributeName, values: .pointerOrAttribute, reload: .processor),
            .set(\.settings.set, names: .attributeName, reload: .processor),
            Key("prefetch", \.settings.prefetch, .integer(in: 1...65_535), reload: .processor),
            Key("rate", \.settings.rate, .rate, reload: .processor),
            .retry,
            .verify,
            Key("conflate", \.settings.conflate, .flag, reload: .processor),
            .edges,
            Key("stamp", \.settings.stamp, .processorName, reload: .processor),
            .resync,
            .emit,
        ] + Key.partitioning
    }
}

extension Key<ProcessorDraft> {
    /// Of two configurations, a processor that is off in one has come or gone: there is no difference to tell between two that run.
    fileprivate static var enabled: Key {
        let flag = Key("enabled", \.settings.isEnabled, .flag, reload: .processor)
        return Key(name: flag.name, form: flag.form, differences: { _, _, _ in [] }, assign: flag.assign)
    }

    fileprivate static var retry: Key {
        Key(name: "retry", form: .fileOnly, reload: .live, isSame: isSame(\.settings.retry)) { draft, value, path, findings in
            findings.set(path, at: value.location)
            draft.retries.append(value)
        }
    }

    /// `verify = "always"`, or as a table like the section it overrides: `verify = { mode = "always" }`.
    fileprivate static var verify: Key {
        Key(name: "verify", form: .fileOnly, reload: .processor, isSame: isSame(\.settings.verify)) { draft, value, path, findings in
            guard case .table = value.content else {
                return Key("verify", \.settings.verify, .choice, reload: .processor).assign(&draft, value, path, &findings)
            }
            findings.read(value, keys: [Key("mode", \.settings.verify, .choice, reload: .processor)], path: path, into: &draft)
        }
    }
}
