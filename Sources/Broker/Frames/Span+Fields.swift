internal import Formats

/// Reads AMQP's encodings (AMQP 0-9-1, 4.2.5) in place, never beyond the end. Each returns `nil` if the bytes end before the value does; `index` then
/// means nothing.
extension Span<UInt8> {
    /// An unsigned number in network byte order.
    @inline(__always)
    func number<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ type: Number.Type, at index: inout Int) -> Number? {
        let size = Number.bitWidth / 8
        guard index >= 0, index <= count - size else { return nil }
        defer { index += size }
        // Every sequence of bytes is a valid number.
        return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: Number.self).bigEndian
    }

    /// The range of up to 255 bytes, preceded by one byte for their count.
    @inline(__always)
    func shortString(at index: inout Int) -> Range<Int>? {
        guard let size = number(UInt8.self, at: &index) else { return nil }
        return take(Int(size), at: &index)
    }

    /// The range of bytes, preceded by four bytes for their count. Tables and arrays are encoded in the same way.
    func longString(at index: inout Int) -> Range<Int>? {
        guard let size = number(UInt32.self, at: &index) else { return nil }
        return take(Int(size), at: &index)
    }

    /// The range of the next `size` bytes.
    @inline(__always)
    func take(_ size: Int, at index: inout Int) -> Range<Int>? {
        guard index >= 0, size <= count - index else { return nil }
        defer { index += size }
        return index..<index + size
    }

    /// The bytes of a range as text, copied. Bytes that are not UTF-8 are replaced.
    func text(_ range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    /// A copy.
    init(_ span: Span<UInt8>) {
        self = []
        reserveCapacity(span.count)
        append(bytesOf: span)
    }

    /// Appends a copy; the span may point into a buffer that its owner uses again.
    mutating func append(bytesOf span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    func hasSameBytes(as other: Span<UInt8>) -> Bool { span.hasSameBytes(as: other) }
}
