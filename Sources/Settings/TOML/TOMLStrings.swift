internal import Formats

/// The four kinds of strings of TOML.
extension TOMLCursor {
    /// True if a string is next.
    var isAtString: Bool { peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'") }

    /// A string of any kind, as values are.
    mutating func string() throws(TOMLFault) -> String {
        if take("\"\"\"") { return try multilineString(quote: UInt8(ascii: "\"")) }
        if take("'''") { return try multilineString(quote: UInt8(ascii: "'")) }
        return try singleLineString()
    }

    /// A string on one line, as keys are: `"basic"` or `'literal'`.
    mutating func singleLineString() throws(TOMLFault) -> String {
        guard let quote = peek() else { throw expected("a string") }
        advance()
        var text: [UInt8] = []
        while let byte = peek(), byte != quote, !byte.isTOMLControl {
            try appendCharacter(quote: quote, to: &text)
        }
        guard peek() == quote else { throw expected("the string's closing quote") }
        advance()
        return String(decoding: text, as: UTF8.self)
    }

    /// What follows three opening quotes, up to and with the closing three.
    private mutating func multilineString(quote: UInt8) throws(TOMLFault) -> String {
        let start = self
        // An end of line directly behind the opening quotes does not count.
        _ = take("\n") || take("\r\n")
        var text: [UInt8] = []
        while let byte = peek() {
            if byte == quote, peek(1) == quote, peek(2) == quote {
                for _ in 0..<3 { advance() }
                // The last three of up to five quotes close the string.
                for _ in 0..<2 where peek() == quote {
                    text.append(quote)
                    advance()
                }
                return String(decoding: text, as: UTF8.self)
            } else if take("\n") || take("\r\n") {
                text.append(UInt8(ascii: "\n"))
            } else if byte.isTOMLControl {
                break
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), skipEscapedLineEnd() {
                continue
            } else {
                try appendCharacter(quote: quote, to: &text)
            }
        }
        throw peek() == nil ? start.fault("the string that starts here has no closing quotes") : expected("more of the string")
    }

    /// A backslash at the end of a line, and all blanks and line ends up to the next character. False if something else follows it.
    private mutating func skipEscapedLineEnd() -> Bool {
        var ahead = self
        ahead.advance()
        guard ahead.skipLineEnd() else { return false }
        while ahead.skipLineEnd() {}
        self = ahead
        return true
    }

    private mutating func appendCharacter(quote: UInt8, to text: inout [UInt8]) throws(TOMLFault) {
        guard let byte = peek() else { return }
        guard byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") else {
            text.append(byte)
            return advance()
        }
        let escape = self
        advance()
        let letter = peek()
        advance()
        switch letter {
        case UInt8(ascii: "u"): text.append(contentsOf: try scalar(digits: 4, escape).utf8)
        case UInt8(ascii: "U"): text.append(contentsOf: try scalar(digits: 8, escape).utf8)
        default:
            if let character = letter?.escapedCharacter { return text.append(character) }
            throw escape.fault(
                "expected \\b, \\t, \\n, \\f, \\r, \\\", \\\\, \\uXXXX or \\UXXXXXXXX; a \\ itself is written \\\\, or in '…' as it is")
        }
    }

    private mutating func scalar(digits: Int, _ escape: TOMLCursor) throws(TOMLFault) -> String {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek()?.hexDigitValue else {
                throw escape.fault("expected \(digits) hexadecimal digits after the \\\(digits == 4 ? "u" : "U")")
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        guard let scalar = Unicode.Scalar(value) else { throw escape.fault("there is no such Unicode character") }
        return String(scalar)
    }
}
