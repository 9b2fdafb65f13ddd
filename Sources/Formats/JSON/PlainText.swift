private import CVector

/// Sixteen bytes of a text at a time: most of what a message holds is plain ASCII within strings, and has only to be passed.
package enum PlainText {
    private static let width = Int(BYTES_OF_A_VECTOR)

    /// The offset of the first byte from `start` on that is not plain within a string: a quote, a backslash, a control character or no ASCII; or
    /// the end of the text.
    @inline(__always) static func end(in text: Span<UInt8>, from start: Int) -> Int {
        var offset = start
        while offset <= text.count &- width {
            let length = unsafe text.withUnsafeBufferPointer { unsafe Int(first_special($0.baseAddress.unsafelyUnwrapped + offset)) }
            offset &+= length
            if length < width { return offset }
        }
        while isPlain(text.byte(at: offset)) { offset &+= 1 }
        return offset
    }

    /// The same for those who look at a string now and then, and whose code should not grow by it.
    @inline(never) package static func end(passing text: Span<UInt8>, from start: Int) -> Int { end(in: text, from: start) }

    @inline(__always) private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}

extension Span<UInt8> {
    /// The byte at `offset`, which is not negative; zero behind the end, which is no part of any JSON text.
    @inline(__always) func byte(at offset: Int) -> UInt8 {
        // That it lies in the text is checked.
        unsafe offset < count ? self[unchecked: offset] : 0
    }

    /// Eight bytes, the first one lowest.
    @inline(__always) func word(at offset: Int) -> UInt64 {
        // Any eight bytes are an integer; that they lie in the text is checked.
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
