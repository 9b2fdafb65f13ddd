/// One member of an object, by its places in a text that is known to be JSON: nothing is copied or checked again.
package struct JSONMember {
    /// Where the places are.
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

    /// The members that stand in `range`, commas between them.
    package static func list(in source: [UInt8], _ range: Range<Int>) -> [JSONMember] {
        let text = source.span.extracting(first: range.upperBound)
        var list: [JSONMember] = []
        var place = JSONScanner.afterSpace(in: text, from: range.lowerBound)
        while place < range.upperBound {
            let quote = place
            place = stringEnd(in: text, from: quote)
            let quotedName = quote..<place
            // Behind the colon, and the space around it.
            place = JSONScanner.afterSpace(in: text, from: JSONScanner.afterSpace(in: text, from: place) + 1)
            let start = place
            place = valueEnd(in: text, from: start)
            list.append(JSONMember(source, quotedName, start..<place))
            // Behind the comma, if there is one.
            place = JSONScanner.afterSpace(in: text, from: JSONScanner.afterSpace(in: text, from: place) + 1)
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
        var place = start
        var depth = 0
        while place < text.count {
            switch text[place] {
            case UInt8(ascii: "\""):
                place = stringEnd(in: text, from: place)
                if depth == 0 { return place }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return place + 1 }
                if depth < 0 { return place }
            case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                if depth == 0 { return place }
            default: break
            }
            place += 1
        }
        return place
    }

    /// The place after the closing quote of the string whose opening quote is at `quote`.
    private static func stringEnd(in text: Span<UInt8>, from quote: Int) -> Int {
        JSONString.checkedEnd(in: text, from: quote + 1) ?? text.count
    }
}
