/// Finds where the documents of a body end and what their `_key` is, and nothing else: no tree, no check of what lies between.
struct KeyScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// True if the body is an array; then ``nextDocument()`` gives its elements.
    mutating func beginArray() -> Bool {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "[") else { return false }
        position += 1
        return true
    }

    /// What comes next.
    enum Item: Equatable {
        /// Where its key stands between the quotes; `nil` if it has none.
        case document(key: Range<Int>?)
        case end
        /// Not an array of objects: the real parser has to find the words for it.
        case malformed
    }

    mutating func nextDocument() -> Item {
        skipWhitespace()
        if position < bytes.count, bytes[position] == UInt8(ascii: ",") {
            position += 1
            skipWhitespace()
        }
        guard position < bytes.count else { return .malformed }
        if bytes[position] == UInt8(ascii: "]") { return .end }
        guard bytes[position] == UInt8(ascii: "{") else { return .malformed }
        return scanObject()
    }

    private mutating func scanObject() -> Item {
        var depth = 0
        var key: Range<Int>?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                let text = scanString()
                if depth == 1, key == nil, isKeyName(text), let value = scanStringValue() { key = value }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return .document(key: key) }
            default: break
            }
        }
        return .malformed
    }

    /// The string whose opening quote was read, without its quotes.
    private mutating func scanString() -> Range<Int> {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return start..<position - 1 }
            if byte == UInt8(ascii: "\\") { position += 1 }
        }
        return start..<bytes.count
    }

    /// `:"text"`; nil, and nothing read, if something else comes.
    private mutating func scanStringValue() -> Range<Int>? {
        let start = position
        skipWhitespace()
        if position < bytes.count, bytes[position] == UInt8(ascii: ":") {
            position += 1
            skipWhitespace()
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                position += 1
                return scanString()
            }
        }
        position = start
        return nil
    }

    private func isKeyName(_ range: Range<Int>) -> Bool {
        range.count == 4 && bytes[range.lowerBound] == UInt8(ascii: "_") && bytes[range.lowerBound + 1] == UInt8(ascii: "k")
            && bytes[range.lowerBound + 2] == UInt8(ascii: "e") && bytes[range.lowerBound + 3] == UInt8(ascii: "y")
    }

    private mutating func skipWhitespace() {
        while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
    }
}
