internal import Formats

/// Values of the configuration as JSON text (RFC 8259): for the constants of `set`, and to show them.
enum JSONText {
    /// The text of `value`; nil if JSON has none for it: not-a-number and the infinities.
    static func text(of value: ConfigurationValue) -> String? {
        switch value.content {
        case .string(let text), .moment(let text): return JSONString.shown(text)
        case .integer(let number): return "\(number)"
        case .number(let number): return number.isFinite ? "\(number)" : nil
        case .flag(let flag): return "\(flag)"
        case .list(let values):
            var items: [String] = []
            for value in values {
                guard let item = text(of: value) else { return nil }
                items.append(item)
            }
            return "[\(items.joined(separator: ","))]"
        case .table(let members):
            var items: [String] = []
            for member in members {
                guard let item = text(of: member.value) else { return nil }
                items.append("\(JSONString.shown(member.name)):\(item)")
            }
            return "{\(items.joined(separator: ","))}"
        }
    }

    /// A key as it can be written in TOML: in quotes where it has to be, so that whatever it holds can be shown.
    static func key(_ name: String) -> String {
        !name.isEmpty && name.utf8.allSatisfy(\.isTOMLBareKey) ? name : JSONString.shown(name)
    }

    /// The same for people: a long one is cut short.
    static func shownKey(_ name: String) -> String { key(name.shortened(to: 80)) }
}
