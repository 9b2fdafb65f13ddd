internal import ControlMessages
internal import Formats

/// Reads JSON text strictly, as RFC 8259 has it: one value in UTF-8 without a byte order mark, no comma at the end of a list, no name twice in an
/// object, nothing after the value. One parser must not read `true` where another reads `false`.
struct JSONReader {
    /// Levels of objects and arrays; messages of the control interface have far fewer.
    static let deepest = 16

    /// Values of a text. A body of some megabytes must not become many times as much.
    static let mostValues = 256

    /// Why a text is not JSON, and where.
    struct Fault: Error, Equatable {
        let reason: String
        /// The byte offset.
        let offset: Int
    }

    private let bytes: [UInt8]
    private var index = 0
    private var values = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The value of a text.
    static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        var reader = JSONReader(bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw reader.fault("it begins with a byte order mark") }
        reader.skipSpace()
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.index == bytes.count else { throw reader.fault("there is more after the value") }
        return value
    }

    private func fault(_ reason: String) -> Fault { Fault(reason: reason, offset: index) }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() { index = JSONScanner.afterSpace(in: bytes.span, from: index) }

    /// Passes a character if it is next.
    private mutating func pass(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(Fault) -> JSONValue {
        guard depth <= Self.deepest else { throw fault("it is nested more than \(Self.deepest) levels deep") }
        values += 1
        guard values <= Self.mostValues else { throw fault("it has more than \(Self.mostValues) values") }
        guard let next else { throw fault("it ends too early") }
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let start = index
            index = try checked { text throws(JSONFault) in try JSONNumber.end(in: text, from: start) }
            return .number(String(decoding: bytes[start..<index], as: UTF8.self))
        default: throw fault("a value was expected")
        }
    }

    private mutating func object(depth: Int) throws(Fault) -> JSONValue {
        index += 1
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if pass("}") { return .object([]) }
        while true {
            guard next == UInt8(ascii: "\"") else { throw fault("a name in quotes was expected") }
            let start = index
            let name = try string()
            guard names.insert(name).inserted else { throw Fault(reason: "the name \"\(name)\" is there twice", offset: start) }
            skipSpace()
            guard pass(":") else { throw fault("a colon was expected") }
            skipSpace()
            members.append(.init(name, try value(depth: depth + 1)))
            skipSpace()
            if pass("}") { return .object(members) }
            guard pass(",") else { throw fault("a comma or the end of the object was expected") }
            skipSpace()
        }
    }

    private mutating func array(depth: Int) throws(Fault) -> JSONValue {
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if pass("]") { return .array([]) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if pass("]") { return .array(elements) }
            guard pass(",") else { throw fault("a comma or the end of the array was expected") }
            skipSpace()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Fault) -> JSONValue {
        let text = Array("\(word)".utf8)
        guard bytes[index...].starts(with: text) else { throw fault("a value was expected") }
        index += text.count
        return value
    }

    private mutating func string() throws(Fault) -> String {
        let start = index + 1
        index = try checked { text throws(JSONFault) in try JSONString.end(in: text, from: start) }
        return String(decoding: JSONString.unescaped(bytes.span.extracting(start..<index - 1)), as: UTF8.self)
    }

    /// Calls Formats, and turns its errors into words.
    private func checked(_ find: (Span<UInt8>) throws(JSONFault) -> Int) throws(Fault) -> Int {
        do throws(JSONFault) { return try find(bytes.span) } catch { throw Fault(reason: error.reason, offset: error.offset) }
    }
}

extension JSONFault {
    fileprivate var reason: String {
        switch kind {
        case .badNumber: "a number is not written as JSON numbers are"
        case .controlCharacter: "a string has a control character in it that is not escaped"
        case .badEscape: "a string has an unknown escape in it"
        case .loneSurrogate: "a string has half of a surrogate pair in it"
        case .badUTF8: "a string is not UTF-8"
        case .endOfText: "it ends too early"
        case .empty, .byteOrderMark, .unexpectedByte, .tooDeep, .duplicateName, .trailingText: "it is not JSON"
        }
    }
}
