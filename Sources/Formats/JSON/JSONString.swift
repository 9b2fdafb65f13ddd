/// Strings as RFC 8259 section 7 writes them.
package enum JSONString {
    /// Checks a string and returns the offset after its closing quote. `start` is the offset after the opening one.
    package static func end(in text: Span<UInt8>, from start: Int) throws(JSONFault) -> Int {
        var offset = PlainText.end(in: text, from: start)
        while true {
            switch text.byte(at: offset) {
            case UInt8(ascii: "\""): return offset &+ 1
            case UInt8(ascii: "\\"): offset = try escapeEnd(in: text, from: offset)
            case 0x80...: offset = try sequenceEnd(in: text, from: offset)
            default: throw offset < text.count ? JSONFault(.controlCharacter, at: offset) : JSONFault(.endOfText, at: text.count)
            }
            offset = PlainText.end(in: text, from: offset)
        }
    }

    /// The text of a string, given with its quotes; `nil` if it is none.
    package static func value(_ text: Span<UInt8>) -> String? {
        guard text.count >= 2, text[0] == UInt8(ascii: "\""), (try? end(in: text, from: 1)) == text.count else { return nil }
        return String(decoding: unescaped(text.extracting(1..<text.count - 1)), as: UTF8.self)
    }

    /// The offset after the closing quote of a string that was checked before, or may be cut off; `start` is the offset after the opening one.
    static func checkedEnd(in text: Span<UInt8>, from start: Int) -> Int? {
        var offset = start
        while offset < text.count {
            if text[offset] == UInt8(ascii: "\"") { return offset + 1 }
            offset += text[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// The text of a checked string, given without its quotes.
    package static func unescaped(_ text: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var offset = 0
        while offset < text.count {
            let byte = text[offset]
            offset += 1
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            let escape = text[offset]
            offset += 1
            switch escape {
            case UInt8(ascii: "u"):
                var scalar = codeUnit(in: text, at: offset) ?? 0
                offset += 4
                if scalar & 0xFC00 == 0xD800, let low = codeUnit(in: text, at: offset + 2) {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
                    offset += 6
                }
                // A checked string holds no lone surrogate, so the replacement character never comes out of this.
                bytes.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
            default: bytes.append(escape.escapedCharacter ?? escape)
            }
        }
        return bytes
    }

    /// `text` within quotes, with the escapes that JSON demands.
    package static func quoted(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return bytes
    }

    /// Adds `text` within quotes, with the escapes that JSON demands.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case 0..<0x20: bytes += "\\u00\(CollectionOfOne(byte).hexadecimal)".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// `text` within quotes as text, with the escapes that JSON demands.
    package static func text(_ text: String) -> String { String(decoding: quoted(text), as: UTF8.self) }

    /// The same for people: the control characters that JSON allows (U+007F to U+009F), which a terminal may obey, are escaped as well.
    package static func shown(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in self.text(text).unicodeScalars {
            if (0x7F...0x9F).contains(scalar.value) {
                shown.append(contentsOf: "\\u00\(String(scalar.value, radix: 16))".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// `name` as the name of a member: quoted, with the colon.
    package static func quotedName(_ name: String) -> [UInt8] { quoted(name) + [UInt8(ascii: ":")] }

    /// The offset after the escape whose backslash is at `start`; two of them for a surrogate pair.
    private static func escapeEnd(in text: Span<UInt8>, from start: Int) throws(JSONFault) -> Int {
        guard start + 1 < text.count else { throw JSONFault(.endOfText, at: text.count) }
        switch text[start + 1] {
        case UInt8(ascii: "/"): return start + 2
        case UInt8(ascii: "u"):
            guard let unit = codeUnit(in: text, at: start + 2) else { throw JSONFault(.badEscape, at: start) }
            guard unit & 0xF800 == 0xD800 else { return start + 6 }
            // A high surrogate counts only together with the low one that follows at once (RFC 8259 section 8.2).
            guard unit < 0xDC00, start + 7 < text.count, text[start + 6] == UInt8(ascii: "\\"), text[start + 7] == UInt8(ascii: "u"),
                let low = codeUnit(in: text, at: start + 8), low & 0xFC00 == 0xDC00
            else { throw JSONFault(.loneSurrogate, at: start) }
            return start + 12
        case let letter:
            guard letter.escapedCharacter != nil else { throw JSONFault(.badEscape, at: start) }
            return start + 2
        }
    }

    /// The four hexadecimal digits at `start`; nil if there are not four.
    private static func codeUnit(in text: Span<UInt8>, at start: Int) -> UInt32? {
        guard start + 4 <= text.count else { return nil }
        var unit: UInt32 = 0
        for offset in start..<start + 4 {
            guard let digit = text[offset].hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// The offset after the UTF-8 sequence whose lead byte, not ASCII, is at `start` (Unicode 15.0, table 3-7: no overlong form, no
    /// surrogate, nothing beyond U+10FFFF).
    private static func sequenceEnd(in text: Span<UInt8>, from start: Int) throws(JSONFault) -> Int {
        let following: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch text[start] {
        case 0xC2...0xDF: following = 1
        case 0xE0: (following, second) = (2, 0xA0...0xBF)
        case 0xED: (following, second) = (2, 0x80...0x9F)
        case 0xE1...0xEF: following = 2
        case 0xF0: (following, second) = (3, 0x90...0xBF)
        case 0xF4: (following, second) = (3, 0x80...0x8F)
        case 0xF1...0xF3: following = 3
        default: throw JSONFault(.badUTF8, at: start)
        }
        guard start + following < text.count, second.contains(text[start + 1]) else { throw JSONFault(.badUTF8, at: start) }
        for offset in start + 2..<start + following + 1 where text[offset] & 0xC0 != 0x80 {
            throw JSONFault(.badUTF8, at: start)
        }
        return start + following + 1
    }
}
