/// Walks through a TOML text byte by byte, and knows the line it is on, how blanks and comments are skipped, and where strings and keys end.
///
/// It never leaves the text, and every call ends.
struct TOMLCursor {
    /// From 1.
    private(set) var line = 1
    /// Bytes passed: tells whether a call got on.
    private(set) var offset: Int
    /// The first line with an escaped NUL in a string.
    private(set) var lineOfNUL: Int?
    private let bytes: [UInt8]

    /// A cursor at the start of `text`, behind a byte order mark.
    init(_ text: String) {
        bytes = Array(text.utf8)
        offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next byte, or the one `distance` behind it; nil at the end.
    func peek(_ distance: Int = 0) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    /// Passes over bytes.
    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "\n") { line += 1 }
            offset += 1
        }
    }

    /// Passes over `character` if it is next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        advance()
        return true
    }

    /// Passes over blanks, ends of lines and comments. False at the end of the text.
    mutating func skipBlank() -> Bool {
        while let byte = peek() {
            if byte == UInt8(ascii: "#") {
                skip { $0 != UInt8(ascii: "\n") }
            } else if " \t\r\n".utf8.contains(byte) {
                advance()
            } else {
                return true
            }
        }
        return false
    }

    /// Passes over bytes as long as they satisfy `condition`.
    mutating func skip(while condition: (UInt8) -> Bool) {
        while let byte = peek(), condition(byte) { advance() }
    }

    /// The parts of a key: `a."b.c"` has two.
    mutating func dottedKey() -> [String] {
        var names: [String] = []
        repeat {
            skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            if peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'") {
                names.append(string())
            } else {
                let start = offset
                skip { !" \t\r\n.=]#,}".utf8.contains($0) }
                names.append(String(decoding: bytes[start..<offset], as: UTF8.self))
            }
            skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        } while take(".")
        return names
    }

    /// A string of any of the four kinds, unescaped. The cursor stands on its first quote.
    mutating func string() -> String {
        guard let quote = peek() else { return "" }
        let isMultiline = peek(1) == quote && peek(2) == quote
        advance(isMultiline ? 3 : 1)
        var text: [UInt8] = []
        while let byte = peek() {
            if byte == quote, !isMultiline {
                advance()
                break
            } else if byte == quote, peek(1) == quote, peek(2) == quote {
                // Up to two quotes may stand directly before the closing three.
                var count = 3
                while count < 5, peek(count) == quote { count += 1 }
                text.append(contentsOf: repeatElement(quote, count: count - 3))
                advance(count)
                break
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                appendEscaped(to: &text)
            } else {
                text.append(byte)
                advance()
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func appendEscaped(to text: inout [UInt8]) {
        advance()
        guard let letter = peek() else { return }
        advance()
        switch letter {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "u"): appendScalar(digits: 4, to: &text)
        case UInt8(ascii: "U"): appendScalar(digits: 8, to: &text)
        default: text.append(letter)
        }
    }

    private mutating func appendScalar(digits: Int, to text: inout [UInt8]) {
        let end = min(offset + digits, bytes.count)
        let number = UInt32(String(decoding: bytes[offset..<end], as: UTF8.self), radix: 16)
        guard let scalar = number.flatMap(Unicode.Scalar.init) else { return }
        if scalar.value == 0 { lineOfNUL = lineOfNUL ?? line }
        text.append(contentsOf: String(scalar).utf8)
        advance(end - offset)
    }
}
