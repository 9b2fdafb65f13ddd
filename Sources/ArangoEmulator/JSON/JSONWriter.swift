/// Compact JSON text, as ArangoDB sends it: no blanks, `/` not escaped, everything outside ASCII as it is (ArangoDB.md section 1).
struct JSONWriter {
    var bytes: [UInt8] = []

    mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append(raw: "null")
        case .bool(let value): append(raw: value ? "true" : "false")
        case .number(let text): append(raw: text)
        case .string(let text): append(string: text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            append(members: object.members[...], isFirst: true)
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// `"name":value` for each, separated by commas; with a comma in front unless `isFirst`.
    mutating func append(members: ArraySlice<JSONObject.Member>, isFirst: Bool) {
        var needsComma = !isFirst
        for member in members {
            if needsComma { bytes.append(UInt8(ascii: ",")) }
            needsComma = true
            append(string: member.name)
            bytes.append(UInt8(ascii: ":"))
            append(member.value)
        }
    }

    /// A quoted and escaped string.
    mutating func append(string: String) {
        bytes.append(UInt8(ascii: "\""))
        if string.utf8.contains(where: Self.needsEscape) {
            for byte in string.utf8 { append(escaping: byte) }
        } else {
            bytes.append(contentsOf: string.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Text that is JSON already.
    mutating func append(raw text: String) { bytes.append(contentsOf: text.utf8) }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(raw: "\\\"")
        case UInt8(ascii: "\\"): append(raw: "\\\\")
        case 0x08: append(raw: "\\b")
        case 0x0c: append(raw: "\\f")
        case UInt8(ascii: "\n"): append(raw: "\\n")
        case UInt8(ascii: "\r"): append(raw: "\\r")
        case UInt8(ascii: "\t"): append(raw: "\\t")
        case 0..<0x20: append(raw: "\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true))
        default: bytes.append(byte)
        }
    }
}

extension JSONValue {
    /// As compact JSON text.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.append(self)
        return writer.bytes
    }

    /// As compact JSON text.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
