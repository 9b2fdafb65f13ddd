/// Why a text is not JSON, in the words ArangoDB's parser uses where they are known (ArangoDB.md section 2).
struct JSONSyntaxError: Error, Equatable {
    var message: String
}

/// A strict RFC 8259 parser. Duplicate names at any depth, lone surrogates and invalid UTF-8 are errors, as for ArangoDB (ArangoDB.md section 4).
/// Not the product's of Formats: what that is compared with does not share its mistakes.
struct JSONParser {
    /// ArangoDB has such a limit too; its value is not established (ArangoDB.md section 13).
    static let depthLimit = 200

    private let bytes: [UInt8]
    private var position = 0

    /// The one value that `bytes` holds.
    static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipWhitespace()
        guard parser.position == bytes.count else { throw JSONSyntaxError(message: "Expecting EOF") }
        return value
    }

    /// The one value that `text` holds.
    static func parse(_ text: some StringProtocol) throws(JSONSyntaxError) -> JSONValue {
        try parse(Array(text.utf8))
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth <= Self.depthLimit else { throw JSONSyntaxError(message: "Too deep nesting in Array/Object") }
        skipWhitespace()
        switch current {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""):
            position += 1
            return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number(try number())
        case nil: throw JSONSyntaxError(message: "Expecting item")
        default: throw JSONSyntaxError(message: "Parse error: unexpected character")
        }
    }

    private mutating func literal(_ text: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        let expected = text.utf8
        guard bytes[position...].starts(with: expected) else { throw JSONSyntaxError(message: "Expecting '\(text)'") }
        position += expected.count
        return value
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        position += 1
        var elements: [JSONValue] = []
        skipWhitespace()
        if current == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipWhitespace()
            switch current {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return elements
            default: throw JSONSyntaxError(message: "Expecting ',' or ']'")
            }
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        position += 1
        var object = JSONObject()
        skipWhitespace()
        if current == UInt8(ascii: "}") {
            position += 1
            return object
        }
        while true {
            skipWhitespace()
            guard current == UInt8(ascii: "\"") else { throw JSONSyntaxError(message: "Expecting '\"' or '}'") }
            position += 1
            let name = try string()
            skipWhitespace()
            guard current == UInt8(ascii: ":") else { throw JSONSyntaxError(message: "Expecting ':'") }
            position += 1
            object.append(name, try value(depth: depth + 1))
            skipWhitespace()
            switch current {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                guard object.hasUniqueNames else { throw JSONSyntaxError(message: "duplicate attribute name") }
                return object
            default: throw JSONSyntaxError(message: "Expecting ',' or '}'")
            }
        }
    }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits()
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        // Only a number with an exponent, or with hundreds of digits, can be beyond a double (ArangoDB.md section 4 [S]).
        if text.utf8.count > 300 || text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }), Double(text)?.isFinite != true {
            throw JSONSyntaxError(message: "Number out of range")
        }
        return text
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while let byte = current, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
        guard position > start else { throw JSONSyntaxError(message: "Expecting digit") }
    }

    /// The string whose opening quote was read.
    private mutating func string() throws(JSONSyntaxError) -> String {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
                    throw JSONSyntaxError(message: "Invalid UTF-8 sequence")
                }
                position += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw JSONSyntaxError(message: "Expecting printable character")
            default: position += 1
            }
        }
        throw JSONSyntaxError(message: "Unfinished string")
    }

    /// The string that began at `start`, unescaped; `position` is at its first backslash.
    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var unescaped = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: unescaped, as: UTF8.self) else {
                    throw JSONSyntaxError(message: "Invalid UTF-8 sequence")
                }
                return text
            case UInt8(ascii: "\\"): unescaped.append(contentsOf: try escape().utf8)
            case 0..<0x20: throw JSONSyntaxError(message: "Expecting printable character")
            default: unescaped.append(byte)
            }
        }
        throw JSONSyntaxError(message: "Unfinished string")
    }

    private mutating func escape() throws(JSONSyntaxError) -> Character {
        guard let byte = current else { throw JSONSyntaxError(message: "Unfinished string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw JSONSyntaxError(message: "Invalid escape sequence")
        }
    }

    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Character {
        let unit = try hexUnit()
        if let scalar = Unicode.Scalar(unit) { return Character(scalar) }
        guard UTF16.isLeadSurrogate(unit), current == UInt8(ascii: "\\"), position + 1 < bytes.count,
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw JSONSyntaxError(message: "Unexpected \\uXXXX escape sequence (lone surrogate)") }
        position += 2
        let low = try hexUnit()
        guard UTF16.isTrailSurrogate(low) else { throw JSONSyntaxError(message: "Unexpected \\uXXXX escape sequence (lone surrogate)") }
        return Character(UTF16.decode(UTF16.EncodedScalar([unit, low])))
    }

    private mutating func hexUnit() throws(JSONSyntaxError) -> UInt16 {
        guard position + 4 <= bytes.count else { throw JSONSyntaxError(message: "Unfinished \\uXXXX escape sequence") }
        var unit: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw JSONSyntaxError(message: "Illegal \\uXXXX escape sequence")
            }
            unit = unit << 4 | UInt16(digit)
        }
        position += 4
        return unit
    }
}

extension JSONObject {
    /// Few members are compared pairwise, which needs no memory; many through a set.
    fileprivate var hasUniqueNames: Bool {
        guard members.count > 16 else {
            for index in members.indices.dropFirst() {
                for other in members[..<index] where other.name.hasSameBytes(as: members[index].name) { return false }
            }
            return true
        }
        return Set(members.map { Array($0.name.utf8) }).count == members.count
    }
}
