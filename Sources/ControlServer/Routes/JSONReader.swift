internal import ControlMessages

/// Reads JSON text strictly, as RFC 8259 has it: one value in UTF-8 without a byte order mark, no comma at the end of a list, no name twice in an
/// object, nothing behind the value. What one reader takes for `true` and another for `false` is no order.
struct JSONReader {
    /// Objects and arrays inside each other; messages of the control interface have far fewer.
    static let deepest = 16

    /// Values of a text: a body of some megabytes may not become many times as much.
    static let mostValues = 256

    /// Why a text is no JSON, and where.
    struct Fault: Error, Equatable {
        let reason: String
        /// Bytes before the place.
        let offset: Int
    }

    private let bytes: [UInt8]
    private var index = 0
    private var values = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The value of a text.
    static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        var reader = JSONReader(bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw reader.fault("a byte order mark stands before it") }
        reader.skipSpace()
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.index == bytes.count else { throw reader.fault("something stands behind its end") }
        return value
    }

    private func fault(_ reason: String) -> Fault { Fault(reason: reason, offset: index) }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

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
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("no value begins like this")
        }
    }

    private mutating func object(depth: Int) throws(Fault) -> JSONValue {
        index += 1
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if pass("}") { return .object([]) }
        while true {
            guard next == UInt8(ascii: "\"") else { throw fault("a name in quotes belongs here") }
            let start = index
            let name = try string()
            guard names.insert(name).inserted else {
                throw Fault(reason: "the name \"\(name)\" stands twice", offset: start)
            }
            skipSpace()
            guard pass(":") else { throw fault("a colon belongs here") }
            skipSpace()
            members.append(.init(name, try value(depth: depth + 1)))
            skipSpace()
            if pass("}") { return .object(members) }
            guard pass(",") else { throw fault("a comma or the object's end belongs here") }
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
            guard pass(",") else { throw fault("a comma or the array's end belongs here") }
            skipSpace()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Fault) -> JSONValue {
        let text = Array("\(word)".utf8)
        guard bytes[index...].starts(with: text) else { throw fault("no value begins like this") }
        index += text.count
        return value
    }

    /// RFC 8259 section 6.
    private mutating func number() throws(Fault) -> JSONValue {
        let start = index
        func digits(_ reader: inout JSONReader) throws(Fault) {
            let first = reader.index
            while let byte = reader.next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { reader.index += 1 }
            guard reader.index > first else { throw reader.fault("a digit belongs here") }
        }
        _ = pass("-")
        let isZero = next == UInt8(ascii: "0")
        let whole = index
        try digits(&self)
        guard !isZero || index == whole + 1 else { throw Fault(reason: "a number does not begin with zeros", offset: whole) }
        if pass(".") { try digits(&self) }
        if pass("e") || pass("E") {
            if !pass("+") { _ = pass("-") }
            try digits(&self)
        }
        return .number(String(decoding: bytes[start..<index], as: UTF8.self))
    }
}

extension JSONReader {
    /// RFC 8259 section 7. What stands between two escapes is taken as a whole.
    fileprivate mutating func string() throws(Fault) -> String {
        index += 1
        var text = ""
        var start = index
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                try append(from: start, to: &text)
                index += 1
                return text
            case UInt8(ascii: "\\"):
                try append(from: start, to: &text)
                index += 1
                text.unicodeScalars.append(try escaped())
                start = index
            case 0..<0x20: throw fault("a control character stands in a string")
            default: index += 1
            }
        }
        throw fault("it ends inside a string")
    }

    private func append(from start: Int, to text: inout String) throws(Fault) {
        guard let part = String(validating: bytes[start..<index], as: UTF8.self) else {
            throw Fault(reason: "a string is no UTF-8", offset: start)
        }
        if text.isEmpty { text = part } else { text += part }
    }

    private mutating func escaped() throws(Fault) -> Unicode.Scalar {
        guard let byte = next else { throw fault("it ends inside a string") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try scalar()
        default: throw fault("there is no such escape")
        }
    }

    /// One code point, of one escape or of two that are a surrogate pair.
    private mutating func scalar() throws(Fault) -> Unicode.Scalar {
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, pass("\\"), pass("u") else { throw fault("half a surrogate pair stands in a string") }
        let second = try unit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault("half a surrogate pair stands in a string") }
        return scalar
    }

    private mutating func unit() throws(Fault) -> UInt32 {
        guard index + 4 <= bytes.count, let unit = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16),
            bytes[index] != UInt8(ascii: "+"), bytes[index] != UInt8(ascii: "-")
        else { throw fault("four hexadecimal digits belong here") }
        index += 4
        return unit
    }
}
