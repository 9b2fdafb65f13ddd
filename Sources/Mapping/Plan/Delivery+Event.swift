internal import Formats
internal import Messages

extension Delivery {
    /// The `content-type` property without its parameters, in lower case; empty: there is none.
    var contentType: String {
        var cursor = PropertyCursor(at: bodyBytes)
        guard let flags = cursor.flags(bytes), flags & PropertyCursor.contentType != 0, let place = cursor.short(bytes) else { return "" }
        let type = bytes[place].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        return String(decoding: type, as: UTF8.self).lowercased()
    }

    /// The attributes that a CloudEvent in binary mode has as headers, by their names without the prefix: `cloudEvents:` or `cloudEvents_`.
    /// Numbers, truth values and times as text.
    var eventAttributes: [String: String] {
        var cursor = PropertyCursor(at: bodyBytes)
        guard let flags = cursor.flags(bytes), flags & PropertyCursor.headers != 0 else { return [:] }
        guard cursor.skipToHeaders(flags, bytes), let table = cursor.long(bytes) else { return [:] }
        var attributes: [String: String] = [:]
        var entries = PropertyCursor(at: table.lowerBound)
        while entries.index < table.upperBound, let name = entries.short(bytes) {
            guard let value = entries.field(bytes), value.upperBound <= table.upperBound else { break }
            let text = String(decoding: bytes[name], as: UTF8.self).lowercased()
            guard let prefix = Self.prefixes.first(where: text.hasPrefix), let value = attributeText(value) else { continue }
            attributes[String(text.dropFirst(prefix.count))] = value
        }
        return attributes
    }

    private static let prefixes = ["cloudevents:", "cloudevents_"]

    /// A header's value in the canonical form of CloudEvents' types; nil: of a type that they do not have.
    private func attributeText(_ field: Range<Int>) -> String? {
        let value = bytes[field].dropFirst()
        func number() -> UInt64 { value.reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes[field.lowerBound] {
        case UInt8(ascii: "S"): return String(validating: value.dropFirst(4), as: UTF8.self)
        case UInt8(ascii: "t"): return number() == 0 ? "false" : "true"
        case UInt8(ascii: "T"): return String(decoding: InternetTime.text(seconds: number()), as: UTF8.self)
        case UInt8(ascii: "I"): return "\(Int32(truncatingIfNeeded: number()))"
        case UInt8(ascii: "l"): return "\(Int64(truncatingIfNeeded: number()))"
        default: return nil
        }
    }
}
