/// A processor while its keys come together from several sources. What is required and missing is a placeholder until the rules find it.
struct ProcessorDraft {
    /// The processor as far as it is known.
    var settings: ProcessorSettings
    /// Where it was first named.
    let place: ConfigurationPlace
    /// Its `retry` tables, to be read once `[retry]` is known whole: they override that key by key.
    var retries: [ConfigurationValue] = []
    /// Its `[[processor.edges]]`.
    var edges: [EdgeDraft] = []
    /// Its `[processor.emit]`.
    var emit: EmitDraft?

    /// A processor of which only the name is known.
    init(name: String, place: ConfigurationPlace) {
        settings = ProcessorSettings(name: name, queue: "", operation: .update, collection: "", key: JSONPointer())
        self.place = place
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
            Key(name: "name", form: .text) { _, _, _, _ in },
            Key("queue", \.settings.queue, .text(bytes: 1...255)),
            Key("operation", \.settings.operation, .choice),
            Key("collection", \.settings.collection, .collectionName),
            Key("envelope", \.settings.envelope, .choice),
            Key("key", \.settings.key, .placeOrAttribute),
            Key("version", \.settings.version, .placeOrAttribute),
            Key("document", \.settings.document, .pointer),
            Key("version_attribute", \.settings.versionAttribute, .attributeName),
            Key("mark", \.settings.mark, .attributeName),
            Key("on_invalidate", \.settings.onInvalidate, .choice),
            Key("expire_after", \.settings.expireAfter, .duration(in: .seconds(1) ... .seconds(3650 * 86_400), wholeSeconds: true)),
            .map(\.settings.map, names: .attributeName, values: .pointerOrAttribute),
            .set(\.settings.set, names: .attributeName),
            Key("prefetch", \.settings.prefetch, .integer(in: 1...65_535)),
            .retry,
            .verify,
            Key("conflate", \.settings.conflate, .flag),
            .edges,
            Key("stamp", \.settings.stamp, .processorName),
            .resync,
            .emit,
        ] + Key.partitioning
    }
}

extension Key<ProcessorDraft> {
    fileprivate static var retry: Key {
        Key(name: "retry", form: .fileOnly, differences: differences(in: \.settings.retry)) { draft, value, path, findings in
            findings.set(path, at: value.place)
            draft.retries.append(value)
        }
    }

    /// `verify = "always"`, or as a table like the section it overrides: `verify = { mode = "always" }`.
    fileprivate static var verify: Key {
        Key(name: "verify", form: .fileOnly, differences: differences(in: \.settings.verify)) { draft, value, path, findings in
            guard case .table = value.content else {
                return Key("verify", \.settings.verify, .choice).assign(&draft, value, path, &findings)
            }
            findings.read(value, keys: [Key("mode", \.settings.verify, .choice)], path: path, into: &draft)
        }
    }
}
