/// Base64 with its padding, as RFC 4648 section 4 defines it; and the URL-safe alphabet without padding (section 5), which tokens use.
package enum Base64 {
    /// The text of the bytes, with padding.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var (group, count): (UInt32, Int) = (0, 0)
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            guard count == 3 else { continue }
            for shift in [18, 12, 6, 0] { text.append(letters[Int(group >> UInt32(shift) & 63)]) }
            (group, count) = (0, 0)
        }
        switch count {
        case 1: text += [letters[Int(group >> 2)], letters[Int(group << 4 & 63)], padding, padding]
        case 2: text += [letters[Int(group >> 10)], letters[Int(group >> 4 & 63)], letters[Int(group << 2 & 63)], padding]
        default: break
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that a text encodes; `nil` if it has another character, or not the padding that its length asks for.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        return decode(text.dropLast(text.suffix(2).count { $0 == padding }), of: text.count)
    }

    /// The bytes that a text in the URL-safe alphabet encodes, with its padding or, as in a token, without; `nil` if it is none.
    package static func decodeURLSafe(_ text: some StringProtocol) -> [UInt8]? {
        let standard = text.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0 }
        return standard.count % 4 == 0 ? decode(standard[...]) : decode(standard[...], of: (standard.count + 3) / 4 * 4)
    }

    /// The bytes of a text that has lost its padding, and had `length` characters with it.
    private static func decode(_ text: ArraySlice<UInt8>, of length: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length / 4 * 3)
        var (group, digits): (UInt32, Int) = (0, 0)
        for byte in text {
            guard let digit = digit(byte) else { return nil }
            group = group << 6 | digit
            digits += 1
            guard digits == 4 else { continue }
            bytes += [UInt8(truncatingIfNeeded: group >> 16), UInt8(truncatingIfNeeded: group >> 8), UInt8(truncatingIfNeeded: group)]
            (group, digits) = (0, 0)
        }
        switch (digits, length - text.count) {
        case (0, 0): break
        case (2, 2): bytes.append(UInt8(truncatingIfNeeded: group >> 4))
        case (3, 1): bytes += [UInt8(truncatingIfNeeded: group >> 10), UInt8(truncatingIfNeeded: group >> 2)]
        default: return nil
        }
        return bytes
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
