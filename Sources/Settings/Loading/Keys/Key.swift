/// A key that a table may have: its name, how its value becomes a part of `Target`, and what a reload does when the value is another one.
///
/// The lists of keys (``SettingsDraft/keys`` and below) are the only lists of them: files, the environment, suggestions and reloads use them.
struct Key<Target> {
    let name: String
    let form: KeyForm
    /// What brings another value into force; `nil` of a table whose keys each say it.
    let reload: ReloadEffect?
    /// Puts the value into the target, or a mistake into the findings. The text is the key's whole path.
    let assign: (inout Target, ConfigurationValue, String, inout Diagnostics) -> Void
    /// What is different in two targets: the key itself, or keys of its table. The text is the key's whole path.
    let differences: (Target, Target, String) -> [ChangedKey]
    /// What a target has, as a file would say it; `nil` if no file would.
    let written: (Target) -> ConfigurationValue.Content?

    /// A key with one value. `isSame` says whether two targets have the same value.
    init(
        name: String, form: KeyForm, reload: ReloadEffect, needs: DatabaseNeeds = [], isSame: @escaping (Target, Target) -> Bool,
        written: @escaping (Target) -> ConfigurationValue.Content? = { _ in nil },
        assign: @escaping (inout Target, ConfigurationValue, String, inout Diagnostics) -> Void
    ) {
        self.name = name
        self.form = form
        self.reload = reload
        differences = { isSame($0, $1) ? [] : [ChangedKey($2, reload, needs)] }
        self.written = written
        self.assign = assign
    }

    /// A key whose differences are those of the keys below it.
    init(
        name: String, form: KeyForm, differences: @escaping (Target, Target, String) -> [ChangedKey],
        written: @escaping (Target) -> ConfigurationValue.Content? = { _ in nil },
        assign: @escaping (inout Target, ConfigurationValue, String, inout Diagnostics) -> Void
    ) {
        self.name = name
        self.form = form
        reload = nil
        self.differences = differences
        self.written = written
        self.assign = assign
    }

    /// For a key whose value is `property`.
    static func isSame(_ property: KeyPath<Target, some Equatable>) -> (Target, Target) -> Bool {
        { areSame($0[keyPath: property], $1[keyPath: property]) }
    }
}

/// Equal, and texts byte for byte: see ``Exact``.
private func areSame<Value: Equatable>(_ left: Value, _ right: Value) -> Bool {
    func isExactly<Text: ExactlyComparable>(_ text: Text) -> Bool { (right as? Text).map(text.isExactly) ?? false }
    return (left as? any ExactlyComparable).map { isExactly($0) } ?? (left == right)
}

extension [Key<SettingsDraft>] {
    /// The keys that differ.
    func differences(_ old: SettingsDraft, _ new: SettingsDraft) -> [ChangedKey] { flatMap { $0.differences(old, new, $0.name) } }
}

extension [Key<ProcessorDraft>] {
    /// The keys that differ.
    func differences(_ old: ProcessorDraft, _ new: ProcessorDraft) -> [ChangedKey] { flatMap { $0.differences(old, new, $0.name) } }
}

/// What a key's value looks like; decides how the text of an environment variable is read.
enum KeyForm: Sendable {
    /// Text, and what is a string in TOML: durations, choices.
    case text
    /// A whole number, or a size that may do without a unit.
    case integer
    /// A number that may have a fraction.
    case number
    /// `true` or `false`.
    case flag
    /// Several texts; comma-separated in the environment.
    case list
    /// A table of further keys.
    case table([KeyOutline])
    /// An array of tables with these keys; only files can hold it.
    case tables([KeyOutline])
    /// Only files can hold it.
    case fileOnly
}

/// A key without its target: what the environment, reloads and the tests need to know.
struct KeyOutline: Sendable {
    let name: String
    let form: KeyForm
    let reload: ReloadEffect?
}

extension Key {
    /// The key without its target.
    var outline: KeyOutline { KeyOutline(name: name, form: form, reload: reload) }

    /// A key whose value is converted and put at `property`.
    init<Value: Equatable>(
        _ name: String, _ property: WritableKeyPath<Target, Value>, _ conversion: Conversion<Value>, reload: ReloadEffect,
        needs: DatabaseNeeds = []
    ) {
        self.init(
            name: name, form: conversion.form, reload: reload, needs: needs, isSame: Self.isSame(property),
            written: { conversion.written($0[keyPath: property]) }
        ) {
            target, value, path, findings in
            do throws(Mistake) {
                target[keyPath: property] = try conversion.convert(value)
                findings.set(path, at: value.location)
            } catch {
                findings.refuse(path, at: value.location, value: error.value, error.problem)
            }
        }
    }

    /// The same for a property that is nil unless the key is set.
    init<Value: Equatable>(
        _ name: String, _ property: WritableKeyPath<Target, Value?>, _ conversion: Conversion<Value>, reload: ReloadEffect,
        needs: DatabaseNeeds = []
    ) {
        self.init(
            name, property,
            Conversion<Value?>(conversion.form, written: { $0.flatMap { conversion.written($0) } }) { value throws(Mistake) in
                try conversion.convert(value)
            },
            reload: reload, needs: needs)
    }

    /// A table of further keys for the value at `property`.
    static func table<Value>(_ name: String, _ property: WritableKeyPath<Target, Value>, _ keys: [Key<Value>]) -> Key {
        Key(
            name: name, form: .table(keys.map(\.outline)),
            differences: { old, new, path in
                keys.flatMap { $0.differences(old[keyPath: property], new[keyPath: property], "\(path).\($0.name)") }
            },
            written: { .table(Key<Value>.members(keys, of: $0[keyPath: property])) }
        ) { target, value, path, findings in
            findings.read(value, keys: keys, path: path, into: &target[keyPath: property])
        }
    }

    /// A list whose elements are converted one by one, so that each wrong one is reported. At least one.
    static func list<Element: Equatable>(
        _ name: String, _ property: WritableKeyPath<Target, [Element]>, _ conversion: Conversion<Element>, reload: ReloadEffect
    ) -> Key {
        Key(
            name: name, form: .list, reload: reload, isSame: isSame(property),
            written: { target in
                let elements = target[keyPath: property].compactMap { conversion.written($0) }
                return elements.isEmpty ? nil : .list(elements.map { ConfigurationValue(content: $0, location: .standard) })
            }
        ) { target, value, path, findings in
            guard case .list(let values) = value.content, !values.isEmpty else {
                return findings.refuse(path, at: value.location, "must be a list with at least one element, like [\"…\"]")
            }
            findings.set(path, at: value.location)
            var elements: [Element] = []
            for value in values {
                do throws(Mistake) {
                    elements.append(try conversion.convert(value))
                } catch {
                    findings.refuse(path, at: value.location, value: error.value, error.problem)
                }
            }
            target[keyPath: property] = elements
        }
    }
}

extension Diagnostics {
    /// After so many mistakes no key is compared with those that it may have been meant to be: that is for people, and takes its time.
    private static let mostSuggestions = 1000

    /// Reads a table into `target`, key by key; keys that are not there leave `target` as it is.
    mutating func read<Target>(_ value: ConfigurationValue, keys: [Key<Target>], path: String, into target: inout Target) {
        guard case .table(let members) = value.content else {
            let name = path.split(separator: ".").last ?? ""
            return refuse(path, at: value.location, "must be a table: \(path.contains("\"") ? "\(name) = { … }" : "[\(path)]")")
        }
        if !path.isEmpty { set(path, at: value.location) }
        for member in members {
            let memberPath = (path.isEmpty ? "" : "\(path).") + JSONText.key(member.name)
            if let key = keys.first(where: { $0.name == member.name }) {
                key.assign(&target, member.value, memberPath, &self)
            } else {
                add(member.value.location, memberPath, unknown(member.name, among: keys.map(\.name), in: path))
            }
        }
    }

    /// What to say about an unknown key. Never its value: it may be a misspelt password.
    private func unknown(_ name: String, among known: [String], in path: String) -> String {
        let kind = path.isEmpty ? "section" : "key"
        if path == "arangodb", name == "token" { return "unknown key; a token is given as the systemd credential arangodb.token only" }
        if errors.count < Self.mostSuggestions, let suggestion = closest(to: name, among: known) {
            return "unknown \(kind); did you mean \(suggestion)?"
        }
        return "unknown \(kind); known here: \(known.joined(separator: ", "))"
    }
}
