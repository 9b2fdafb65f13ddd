/// Reads what AMQP encodes (AMQP 0-9-1, 4.2.5) where it lies, never beyond the end. `nil`: the bytes end before the value does; `index` then means nothing.
extension Span<UInt8> {
    /// An unsigned number in network byte order.
    @inline(__always)
    func number<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ type: Number.Type, at index: inout Int) -> Number? {
        let size = Number.bitWidth / 8
        guard index >= 0, index <= count - size else { return nil }
        defer { index += size }
        // Any bytes are a number.
        return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: Number.self).bigEndian
    }

    /// The place of up to 255 bytes behind one for their count.
    @inline(__always)
    func shortString(at index: inout Int) -> Range<Int>? {
        guard let size = number(UInt8.self, at: &index) else { return nil }
        return take(Int(size), at: &index)
    }

    /// The place of bytes behind four for their count. Tables and arrays look the same from outside.
    func longString(at index: inout Int) -> Range<Int>? {
        guard let size = number(UInt32.self, at: &index) else { return nil }
        return take(Int(size), at: &index)
    }

    /// The place of the next `size` bytes.
    @inline(__always)
    func take(_ size: Int, at index: inout Int) -> Range<Int>? {
        guard index >= 0, size <= count - index else { return nil }
        defer { index += size }
        return index..<index + size
    }

    /// The bytes of a place as text, copied. Bytes that are no UTF-8 are replaced.
    func text(_ place: Range<Int>) -> String {
        unsafe extracting(place).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
