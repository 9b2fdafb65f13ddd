/// Reads what AMQP encodes, never beyond its end (AMQP 0-9-1, 4.2.5, with the type letters of RabbitMQ's errata).
struct FieldReader {
    /// What has not been read.
    private(set) var rest: ArraySlice<UInt8>

    /// A reader at the start of `bytes`.
    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next `count` bytes; nil: there are not as many.
    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// An unsigned number in network byte order.
    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type) -> Number? {
        bytes(Number.bitWidth / 8)?.reduce(0) { $0 << 8 | Number($1) }
    }

    /// Up to 255 bytes behind one for their count.
    mutating func shortString() -> ArraySlice<UInt8>? { number(UInt8.self).flatMap { bytes(Int($0)) } }

    /// Bytes behind four for their count; tables and arrays look the same from outside.
    mutating func longString() -> ArraySlice<UInt8>? { number(UInt32.self).flatMap { bytes(Int($0)) } }

    /// A value with its type letter, whole; what it holds stays as it is. nil: cut off, or of a type nobody has told us.
    mutating func fieldValue() -> ArraySlice<UInt8>? {
        let start = rest
        guard let letter = number(UInt8.self) else { return nil }
        let size: Int
        switch letter {
        case UInt8(ascii: "V"): size = 0
        case UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "B"): size = 1
        case UInt8(ascii: "s"), UInt8(ascii: "u"): size = 2
        case UInt8(ascii: "I"), UInt8(ascii: "i"), UInt8(ascii: "f"): size = 4
        case UInt8(ascii: "D"): size = 5
        case UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "d"), UInt8(ascii: "T"): size = 8
        case UInt8(ascii: "S"), UInt8(ascii: "x"), UInt8(ascii: "A"), UInt8(ascii: "F"):
            guard let count = number(UInt32.self) else { return nil }
            size = Int(count)
        default: return nil
        }
        return bytes(size) == nil ? nil : consumed(since: start)
    }

    /// What was read since `mark` was the rest.
    func consumed(since mark: ArraySlice<UInt8>) -> ArraySlice<UInt8> { mark[mark.startIndex..<rest.startIndex] }
}
