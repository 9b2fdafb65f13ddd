internal import Formats

/// Values of the configuration as JSON text (RFC 8259): for the constants of `set`, and to show them.
enum JSONText {
    /// The text of `value`; nil if JSON has none for it: not-a-number and the infinities.
    static func text(of value: ConfigurationValue) -> String? {
        switch value.content {
        case .string(let text), .moment(let text): return quoted(text)
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
                items.append("\(quoted(member.name)):\(item)")
            }
            return "{\(items.joined(separator: ","))}"
        }
    }

    /// A key as it can be written in TOML: in quotes where it has to be, so that whatever it holds can be shown.
    static func key(_ name: String) -> String {
        !name.isEmpty && name.utf8.allSatisfy(\.isTOMLBareKey) ? name : quoted(name)
    }

    /// The same for people: a long one is cut short.
    static func shownKey(_ name: String) -> String { key(name.shortened(to: 80)) }

    /// A string in quotes, escaped where RFC 8259 section 7 demands it.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
