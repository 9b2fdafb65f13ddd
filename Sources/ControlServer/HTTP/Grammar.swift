internal import ControlMessages
internal import Formats

// Characters of HTTP and of URIs, as bytes.

extension UInt8 {
    /// Of a method or a field's name: `tchar` of RFC 9110 section 5.6.2.
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: isDigit || isLetter
        }
    }

    /// Of a field's value (RFC 9110 section 5.5): visible, blank, or beyond ASCII.
    var isFieldCharacter: Bool { self == 0x09 || self >= 0x20 && self != 0x7F }

    /// `sub-delims` of RFC 3986 section 2.2.
    var isSubDelimiter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&")...UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="): true
        default: false
        }
    }
}

extension Collection<UInt8> {
    /// One token at least.
    var isToken: Bool { !isEmpty && allSatisfy(\.isTokenCharacter) }

    /// Each is plain by `isPlain`, or part of a whole percent-escape (RFC 3986 section 2.1).
    func isEscapedText(_ isPlain: (UInt8) -> Bool) -> Bool {
        var rest = self[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.popFirst()?.hexDigitValue != nil, rest.popFirst()?.hexDigitValue != nil else { return false }
            } else if !isPlain(byte) {
                return false
            }
        }
        return true
    }
}
