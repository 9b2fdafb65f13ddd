/// Walks through a TOML text byte by byte: where it is, what is next, and what lies between the things that matter.
struct TOMLCursor {
    /// From 1.
    private(set) var line = 1
    private let bytes: [UInt8]
    private var offset: Int
    private var lineStart: Int

    /// A cursor at the start of `text`, behind a byte order mark.
    init(_ text: String) {
        bytes = Array(text.utf8)
        offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        lineStart = offset
    }

    /// The next byte, or the one `distance` behind it; nil at the end of the text.
    func peek(_ distance: Int = 0) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    /// Passes over the next byte.
    mutating func advance() {
        guard let byte = peek() else { return }
        offset += 1
        if byte == UInt8(ascii: "\n") {
            line += 1
            lineStart = offset
        }
    }

    /// Passes over `text` if it is next.
    mutating func take(_ text: StaticString) -> Bool {
        let wanted = "\(text)".utf8
        guard bytes[offset...].starts(with: wanted) else { return false }
        for _ in wanted { advance() }
        return true
    }

    /// The bytes from here on that satisfy `condition`, passed over.
    mutating func take(while condition: (UInt8) -> Bool) -> String {
        let start = offset
        while let byte = peek(), condition(byte) { advance() }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// Blanks on this line.
    mutating func skipBlanks() {
        while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") { advance() }
    }

    /// Blanks, and the end of the line if it is next. False at anything else.
    mutating func skipLineEnd() -> Bool {
        skipBlanks()
        return take("\n") || take("\r\n")
    }

    /// Blanks, comments and ends of lines.
    mutating func skipBlankLines() throws(TOMLFault) {
        repeat {
            skipBlanks()
            try skipComment()
        } while skipLineEnd()
    }

    /// A comment, if one is next, up to the end of its line.
    mutating func skipComment() throws(TOMLFault) {
        guard peek() == UInt8(ascii: "#") else { return }
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "\r"), peek(1) == UInt8(ascii: "\n") { return }
            if byte.isTOMLControl { throw fault("a comment must not hold control characters") }
            advance()
        }
    }

    /// A fault here.
    func fault(_ problem: String) -> TOMLFault {
        let column = String(decoding: bytes[lineStart..<offset], as: UTF8.self).unicodeScalars.count + 1
        return TOMLFault(line: line, column: column, problem: problem)
    }

    /// A fault here, telling the character that is next.
    func expected(_ what: String) -> TOMLFault {
        let found =
            switch peek() {
            case nil: "the end of the file"
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): "the end of the line"
            case let byte? where byte < 0x20 || byte == 0x7F: "a control character"
            default: "'\(String(decoding: bytes[offset...].prefix(4), as: UTF8.self).unicodeScalars.first.map { String($0) } ?? "")'"
            }
        return fault("expected \(what), found \(found)")
    }
}

extension UInt8 {
    /// Control characters other than tab: TOML allows them nowhere, but for the ends of lines.
    var isTOMLControl: Bool { self < 0x20 && self != UInt8(ascii: "\t") || self == 0x7F }
    /// What a key without quotes is made of.
    var isTOMLBareKey: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
        }
    }
}
