/// One entry of `map` or `set`.
protocol Attribute {
    var attribute: String { get }
}
extension AttributeMapping: Attribute {}
extension AttributeConstant: Attribute {}

extension Key {
    /// `map`: attribute = pointer.
    static func map(
        _ property: WritableKeyPath<Target, [AttributeMapping]>, names: Conversion<String>, values: Conversion<JSONPointer> = .pointer,
        reload: ReloadEffect
    ) -> Key {
        attributes("map", property, names: names, reload: reload) { name, value throws(Mistake) in
            AttributeMapping(attribute: name, pointer: try values.convert(value))
        }
    }

    /// `set`: attribute = constant.
    static func set(_ property: WritableKeyPath<Target, [AttributeConstant]>, names: Conversion<String>, reload: ReloadEffect) -> Key {
        attributes("set", property, names: names, reload: reload) { name, value throws(Mistake) in
            guard let json = JSONText.text(of: value) else { throw value.mistake("must be a value that JSON has") }
            return AttributeConstant(attribute: name, json: json)
        }
    }

    /// A table of attributes. One that an earlier source named too is changed in place.
    private static func attributes<Entry: Attribute & Equatable>(
        _ name: String, _ property: WritableKeyPath<Target, [Entry]>, names: Conversion<String>, reload: ReloadEffect,
        _ convert: @escaping (String, ConfigurationValue) throws(Mistake) -> Entry
    ) -> Key {
        Key(name: name, form: .fileOnly, reload: reload, isSame: isSame(property)) { draft, value, path, findings in
            guard case .table(let members) = value.content else {
                return findings.refuse(path, at: value.location, "must be a table of attributes, like { name = … }")
            }
            findings.set(path, at: value.location)
            var entries = draft[keyPath: property]
            var indices = Dictionary(entries.enumerated().map { (Exact($1.attribute), $0) }) { first, _ in first }
            for member in members {
                let memberPath = "\(path).\(JSONText.key(member.name))"
                do throws(Mistake) {
                    let name = try names.convert(ConfigurationValue(content: .string(member.name), location: member.value.location))
                    let entry = try convert(name, member.value)
                    findings.set(memberPath, at: member.value.location)
                    if let index = indices[Exact(name)] {
                        entries[index] = entry
                    } else {
                        indices[Exact(name)] = entries.count
                        entries.append(entry)
                    }
                } catch {
                    findings.refuse(memberPath, at: member.value.location, value: error.value, error.problem)
                }
            }
            draft[keyPath: property] = entries
        }
    }
}
