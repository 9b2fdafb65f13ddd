internal import Messages

/// Reads what AMQP encodes, never beyond its end (AMQP 0-9-1, 4.2.5, with the type letters of RabbitMQ's errata).
struct FieldReader {
    /// The bytes that were not read yet.
    private(set) var rest: ArraySlice<UInt8>

    /// A reader at the start of `bytes`.
    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next `count` bytes; `nil` if fewer are left.
    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// An unsigned number in network byte order.
    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type) -> Number? {
        bytes(Number.bitWidth / 8)?.reduce(0) { $0 << 8 | Number($1) }
    }

    /// Up to 255 bytes, preceded by one byte for their count.
    mutating func shortString() -> ArraySlice<UInt8>? { number(UInt8.self).flatMap { bytes(Int($0)) } }

    /// Bytes, preceded by four bytes for their count. Tables and arrays are encoded in the same way.
    mutating func longString() -> ArraySlice<UInt8>? { number(UInt32.self).flatMap { bytes(Int($0)) } }

    /// A whole value with its type letter, not decoded. `nil` if it is cut off or has an unknown type.
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

    /// The deepest nesting of tables and arrays that is published. librabbitmq encodes them recursively.
    static let mostNesting = 32

    /// True if a value with its type letter is encoded as the protocol says, including everything nested in it.
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

    /// True if everything from `mark` on was read.
    func consumed(since mark: ArraySlice<UInt8>) -> ArraySlice<UInt8> { mark[mark.startIndex..<rest.startIndex] }
}
