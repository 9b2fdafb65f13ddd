/// A processor while its keys come together from several sources. What is required and missing is a placeholder until the rules find it.
struct ProcessorDraft {
    /// The processor as far as it is known.
    var settings: ProcessorSettings
    /// Where it was first named.
    let place: ConfigurationPlace
    /// Its `retry` tables, to be read once `[retry]` is known whole: they override that key by key.
    var retries: [ConfigurationValue] = []

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
            Key("key", \.settings.key, .placeInMessage),
            Key("version", \.settings.version, .placeInMessage),
            Key("document", \.settings.document, .pointer),
            Key("version_attribute", \.settings.versionAttribute, .attributeName),
            Key("mark", \.settings.mark, .attributeName),
            Key("on_invalidate", \.settings.onInvalidate, .choice),
            Key("expire_after", \.settings.expireAfter, .duration(in: .seconds(1) ... .seconds(3650 * 86_400), wholeSeconds: true)),
            .attributes("map", \.settings.map) { name, value throws(Mistake) in
                AttributeMapping(attribute: name, pointer: try Conversion.pointer.convert(value))
            },
            .attributes("set", \.settings.set) { name, value throws(Mistake) in
                guard let json = JSONText.text(of: value) else { throw value.mistake("must be a value that JSON has") }
                return AttributeConstant(attribute: name, json: json)
            },
            Key("prefetch", \.settings.prefetch, .integer(in: 1...65_535)),
            .retry,
            .verify,
            Key("conflate", \.settings.conflate, .flag),
            .later("edges", "edges are"),
            .later("emit", "onward messages are"),
        ]
    }
}

/// One entry of `map` or `set`.
protocol Attribute {
    var attribute: String { get }
}
extension AttributeMapping: Attribute {}
extension AttributeConstant: Attribute {}

extension Key<ProcessorDraft> {
    /// A table of attributes. One that an earlier source named too is changed in place.
    fileprivate static func attributes<Entry: Attribute & Equatable>(
        _ name: String, _ property: WritableKeyPath<ProcessorDraft, [Entry]>,
        _ convert: @escaping (String, ConfigurationValue) throws(Mistake) -> Entry
    ) -> Key {
        Key(name: name, form: .fileOnly, differences: differences(in: property)) { draft, value, path, findings in
            guard case .table(let members) = value.content else {
                return findings.refuse(path, at: value.place, "must be a table of attributes, like { name = … }")
            }
            findings.set(path, at: value.place)
            for member in members {
                let memberPath = "\(path).\(JSONText.key(member.name))"
                do throws(Mistake) {
                    let name = try Conversion.attributeName.convert(
                        ConfigurationValue(content: .string(member.name), place: member.value.place))
                    let entry = try convert(name, member.value)
                    findings.set(memberPath, at: member.value.place)
                    if let index = draft[keyPath: property].firstIndex(where: { $0.attribute == name }) {
                        draft[keyPath: property][index] = entry
                    } else {
                        draft[keyPath: property].append(entry)
                    }
                } catch {
                    findings.refuse(memberPath, at: member.value.place, value: error.value, error.problem)
                }
            }
        }
    }

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
