/// One member of an object, by its ranges in a text that is known to be JSON: nothing is copied or checked again.
package struct JSONMember {
    /// The text of the ranges.
    package let source: [UInt8]
    /// From the opening quote of the name to the closing one.
    package let quotedName: Range<Int>
    /// The value.
    package let value: Range<Int>
    /// The name as it reads: `"a"` and `"\u0061"` are one name.
    package let name: ArraySlice<UInt8>

    /// Whether the value is an object: those are merged with what is stored, all others replace it.
    package var isObject: Bool { source[value.lowerBound] == UInt8(ascii: "{") }

    /// The members of the value, which must be an object.
    package var members: [JSONMember] { Self.list(in: source, value.lowerBound + 1..<value.upperBound - 1) }

    /// The members in `range`, commas between them.
    package static func list(in source: [UInt8], _ range: Range<Int>) -> [JSONMember] {
        let text = source.span.extracting(first: range.upperBound)
        var list: [JSONMember] = []
        var offset = JSONScanner.afterSpace(in: text, from: range.lowerBound)
        while offset < range.upperBound {
            let quote = offset
            offset = stringEnd(in: text, from: quote)
            let quotedName = quote..<offset
            // Behind the colon, and the space around it.
            offset = JSONScanner.afterSpace(in: text, from: JSONScanner.afterSpace(in: text, from: offset) + 1)
            let start = offset
            offset = valueEnd(in: text, from: start)
            list.append(JSONMember(source, quotedName, start..<offset))
            // Behind the comma, if there is one.
            offset = JSONScanner.afterSpace(in: text, from: JSONScanner.afterSpace(in: text, from: offset) + 1)
        }
        return list
    }

    private init(_ source: [UInt8], _ quotedName: Range<Int>, _ value: Range<Int>) {
        self.source = source
        self.quotedName = quotedName
        self.value = value
        let written = source[quotedName.lowerBound + 1..<quotedName.upperBound - 1]
        name = written.contains(UInt8(ascii: "\\")) ? JSONString.unescaped(written.span)[...] : written
    }

    private static func valueEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var offset = start
        var depth = 0
        while offset < text.count {
            switch text[offset] {
            case UInt8(ascii: "\""):
                offset = stringEnd(in: text, from: offset)
                if depth == 0 { return offset }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return offset + 1 }
                if depth < 0 { return offset }
            case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                if depth == 0 { return offset }
            default: break
            }
            offset += 1
        }
        return offset
    }

    /// The offset after the closing quote of the string whose opening quote is at `quote`.
    private static func stringEnd(in text: Span<UInt8>, from quote: Int) -> Int {
        JSONString.checkedEnd(in: text, from: quote + 1) ?? text.count
    }
}
