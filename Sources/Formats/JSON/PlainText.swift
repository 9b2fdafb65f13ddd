/// Eight bytes of a text at a time: most of what a message holds is plain ASCII within strings, and has only to be passed.
enum PlainText {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The offset of the first byte from `start` on that is not plain within a string: a quote, a backslash, a control character or no ASCII; or
    /// the end of the text.
    @inline(__always) static func end(in text: Span<UInt8>, from start: Int) -> Int {
        var offset = start
        while offset <= text.count - 8 {
            let special = specials(text.word(at: offset))
            guard special == 0 else { return offset &+ special.trailingZeroBitCount &>> 3 }
            offset &+= 8
        }
        while offset < text.count, isPlain(text[offset]) { offset &+= 1 }
        return offset
    }

    /// A high bit for each byte that is not plain. Bytes above the lowest such one may be marked without being one, because subtracting borrows.
    @inline(__always) private static func specials(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let zeros = (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
        let controls = (word &- ones &* 0x20) & ~word
        return (zeros | controls | word) & highs
    }

    @inline(__always) private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}

extension Span<UInt8> {
    /// Eight bytes, the first one lowest.
    @inline(__always) func word(at offset: Int) -> UInt64 {
        // Any eight bytes are an integer; that they lie in the text is checked.
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
