internal import Formats

/// Walks over JSON text without building anything: an answer of ten thousand elements costs one pass and no allocation.
///
/// It checks as much as is needed to see that an answer is whole; it does not validate what it skips.
struct AnswerScanner {
    private let bytes: [UInt8]
    private(set) var position = 0

    /// A walk that begins at `start`.
    init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes
        position = start
    }

    /// True once only white space is left.
    mutating func isAtEnd() -> Bool {
        skipSpace()
        return position == bytes.count
    }

    /// Takes `byte` if it comes next, white space aside.
    mutating func takes(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Visits each element of the array that comes next; the visitor consumes exactly one value.
    mutating func array(_ element: (inout AnswerScanner) throws(ElementFailure) -> Void) throws(ElementFailure) {
        guard takes(UInt8(ascii: "[")) else { throw .malformed }
        if takes(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while takes(UInt8(ascii: ","))
        guard takes(UInt8(ascii: "]")) else { throw .malformed }
    }

    /// Visits each member of the object that comes next: the name's text between its quotes, and the value's whole text.
    mutating func object(_ member: (_ name: Range<Int>, _ value: Range<Int>) -> Void) throws(ElementFailure) {
        guard takes(UInt8(ascii: "{")) else { throw .malformed }
        if takes(UInt8(ascii: "}")) { return }
        repeat {
            skipSpace()
            let name = try string()
            guard takes(UInt8(ascii: ":")) else { throw .malformed }
            member(name.lowerBound + 1..<name.upperBound - 1, try value())
        } while takes(UInt8(ascii: ","))
        guard takes(UInt8(ascii: "}")) else { throw .malformed }
    }

    /// Skips the value that comes next, and returns where it was.
    mutating func value() throws(ElementFailure) -> Range<Int> {
        skipSpace()
        guard position < bytes.count else { throw .malformed }
        switch bytes[position] {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try nested()
        default: return try scalar()
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
    }

    private mutating func string() throws(ElementFailure) -> Range<Int> {
        let start = position
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw .malformed }
        position += 1
        while true {
            position = PlainText.end(passing: bytes.span, from: position)
            guard position < bytes.count else { throw .malformed }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return start..<position
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
    }

    private mutating func nested() throws(ElementFailure) -> Range<Int> {
        let start = position
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                _ = try string()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            position += 1
            if depth == 0 { return start..<position }
        }
        throw .malformed
    }

    private mutating func scalar() throws(ElementFailure) -> Range<Int> {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: "\""), 0...0x20:
                guard position > start else { throw .malformed }
                return start..<position
            default: position += 1
            }
        }
        // A scalar that reaches the end of the bytes may have been cut off.
        throw .malformed
    }
}
