internal import Messages

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
        let isWhole =
            switch FieldSize(typeLetter: letter) {
            case .fixed(let count)?: bytes(count) != nil
            case .announced?: longString() != nil
            case nil: false
            }
        return isWhole ? consumed(since: start) : nil
    }

    /// Tables and arrays within each other, beyond which nothing is published: librabbitmq encodes them by calling itself.
    static let mostNesting = 32

    /// True if a value, its type letter included, is encoded as the protocol says in all its depth.
    static func isWellFormed(_ value: ArraySlice<UInt8>, nesting: Int = 0) -> Bool {
        guard let letter = value.first, letter == UInt8(ascii: "F") || letter == UInt8(ascii: "A") else { return true }
        guard nesting < mostNesting else { return false }
        var reader = FieldReader(value.dropFirst(5))
        while !reader.rest.isEmpty {
            if letter == UInt8(ascii: "F"), reader.shortString() == nil { return false }
            guard let inner = reader.fieldValue(), isWellFormed(inner, nesting: nesting + 1) else { return false }
        }
        return true
    }

    /// What was read since `mark` was the rest.
    func consumed(since mark: ArraySlice<UInt8>) -> ArraySlice<UInt8> { mark[mark.startIndex..<rest.startIndex] }
}
