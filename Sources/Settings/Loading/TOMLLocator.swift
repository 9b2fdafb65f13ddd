/// Finds where the keys of a TOML text stand, because the parser tells values without their lines.
///
/// It reads only texts that the parser has accepted, so it knows the shapes of TOML 1.0 (tables, arrays of tables, dotted and quoted keys,
/// inline tables, strings and arrays over several lines) and none of its rules. On any other text it ends too, with fewer positions.
struct TOMLLocator {
    /// One step from the top of the document to a value.
    enum Step: Hashable {
        case key(String)
        case index(Int)
    }

    /// Where a key or an element first stands.
    struct Position: Equatable {
        /// From 1.
        let line: Int
        /// Rises from the top of the text to its end: keys on one line have an order too.
        let order: Int
    }

    /// Positions by path.
    private(set) var positions: [[Step]: Position] = [:]
    /// The first line with an escaped NUL in a string. The parser's C interface would silently cut the string there.
    private(set) var lineOfNUL: Int?

    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    private var arrayCounts: [[Step]: Int] = [:]

    /// Scans `text`.
    init(_ text: String) {
        bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        var table: [Step] = []
        while skipBlank(), let byte = peek() {
            let start = offset
            if byte == UInt8(ascii: "[") {
                table = scanHeader()
            } else {
                scanPair(in: table)
            }
            if offset == start { advance() }
        }
    }

    /// `[a.b]` or `[[a.b]]`: the path that the following keys belong to.
    private mutating func scanHeader() -> [Step] {
        let headerLine = line
        advance()
        let isArray = take("[")
        let names = scanDottedKey()
        _ = take("]")
        if isArray { _ = take("]") }
        var path: [Step] = []
        for (index, name) in names.enumerated() {
            path.append(.key(name))
            record(path, line: headerLine)
            if isArray && index == names.count - 1 {
                arrayCounts[path, default: 0] += 1
            }
            // A name that stands for an array of tables means its newest table.
            if let count = arrayCounts[path] {
                path.append(.index(count - 1))
                record(path, line: headerLine)
            }
        }
        return path
    }

    private mutating func scanPair(in table: [Step]) {
        skipSpaces()
        let keyLine = line
        var path = table
        for name in scanDottedKey() {
            path.append(.key(name))
            record(path, line: keyLine)
        }
        guard take("=") else { return }
        scanValue(at: path)
    }

    private mutating func scanValue(at path: [Step]) {
        skipSpaces()
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            _ = scanString()
        case UInt8(ascii: "["):
            advance()
            var index = 0
            while skipBlank(), !take("]") {
                let start = offset
                record(path + [.index(index)], line: line)
                scanValue(at: path + [.index(index)])
                _ = skipBlank()
                _ = take(",")
                index += 1
                if offset == start { return }
            }
        case UInt8(ascii: "{"):
            advance()
            while skipBlank(), !take("}") {
                let start = offset
                scanPair(in: path)
                _ = skipBlank()
                _ = take(",")
                if offset == start { return }
            }
        default:
            while let byte = peek(), !",]}#\n".utf8.contains(byte) { advance() }
        }
    }

    private mutating func scanDottedKey() -> [String] {
        var names: [String] = []
        repeat {
            skipSpaces()
            names.append(scanSimpleKey())
            skipSpaces()
        } while take(".")
        return names
    }

    private mutating func scanSimpleKey() -> String {
        if let byte = peek(), byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return scanString() }
        var name: [UInt8] = []
        while let byte = peek(), !" \t\r\n.=]#,}".utf8.contains(byte) {
            name.append(byte)
            advance()
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// A string of any of the four kinds, unescaped.
    private mutating func scanString() -> String {
        guard let quote = peek() else { return "" }
        let isMultiline = peek(1) == quote && peek(2) == quote
        advance(isMultiline ? 3 : 1)
        var text: [UInt8] = []
        while let byte = peek() {
            switch byte {
            case quote where !isMultiline:
                advance()
                return String(decoding: text, as: UTF8.self)
            case quote where peek(1) == quote && peek(2) == quote:
                // Up to two quotes may stand directly before the closing three.
                var count = 3
                while count < 5, peek(count) == quote { count += 1 }
                text.append(contentsOf: repeatElement(quote, count: count - 3))
                advance(count)
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\") where quote == UInt8(ascii: "\""):
                scanEscape(into: &text)
            default:
                text.append(byte)
                advance()
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func scanEscape(into text: inout [UInt8]) {
        advance()
        guard let letter = peek() else { return }
        advance()
        switch letter {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "u"): scanScalar(digits: 4, into: &text)
        case UInt8(ascii: "U"): scanScalar(digits: 8, into: &text)
        default: text.append(letter)
        }
    }

    private mutating func scanScalar(digits: Int, into text: inout [UInt8]) {
        let end = min(offset + digits, bytes.count)
        let scalar = UInt32(String(decoding: bytes[offset..<end], as: UTF8.self), radix: 16).flatMap(Unicode.Scalar.init)
        guard let scalar else { return }
        if scalar.value == 0 { lineOfNUL = lineOfNUL ?? line }
        text.append(contentsOf: String(scalar).utf8)
        advance(end - offset)
    }

    private mutating func record(_ path: [Step], line: Int) {
        if positions[path] == nil { positions[path] = Position(line: line, order: positions.count) }
    }

    /// Skips blanks, ends of lines and comments. False at the end of the text.
    private mutating func skipBlank() -> Bool {
        while let byte = peek() {
            if byte == UInt8(ascii: "#") {
                while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
            } else if " \t\r\n".utf8.contains(byte) {
                advance()
            } else {
                return true
            }
        }
        return false
    }

    private mutating func skipSpaces() {
        while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { advance() }
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        advance()
        return true
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "\n") { line += 1 }
            offset += 1
        }
    }
}
