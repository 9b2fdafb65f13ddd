// Classes of ASCII characters, for formats that are read byte by byte.

extension UInt8 {
    /// A digit, `0` to `9`.
    @inlinable package var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    /// A letter, large or small.
    @inlinable package var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }

    /// `unreserved` of RFC 3986 section 2.3: what a URI never needs to escape.
    @inlinable package var isUnreserved: Bool { isDigit || isLetter || "-._~".utf8.contains(self) }

    /// The value of a hexadecimal digit, large or small; `nil` for any other byte.
    @inlinable package var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The meaning of this letter behind a backslash, in JSON (RFC 8259 section 7) and TOML alike; `nil` if it is not one of `b t n f r " \`.
    package var escapedCharacter: UInt8? {
        switch self {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): self
        default: nil
        }
    }
}

extension Sequence<UInt8> {
    /// Two hexadecimal digits for each byte, small ones.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
