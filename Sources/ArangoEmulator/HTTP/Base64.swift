/// RFC 4648, for credentials and tokens. Not the product's of Formats: what it is compared with does not share its mistakes.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The URL-safe alphabet without padding, as JSON Web Tokens use it.
    static func encodeForURL(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0...group.count { text.append(letters[Int(bits >> UInt32(18 - 6 * position)) & 63]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The alphabet of RFC 4648 section 4, padded.
    static func encode(_ bytes: [UInt8]) -> String {
        let text = encodeForURL(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return String(text) + String(repeating: "=", count: (3 - bytes.count % 3) % 3)
    }

    /// Either alphabet, padded or not; ends at the first character that is neither.
    static func decode(_ text: some StringProtocol) -> [UInt8] {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in text.utf8 {
            let letter = character == UInt8(ascii: "+") ? UInt8(ascii: "-") : character == UInt8(ascii: "/") ? UInt8(ascii: "_") : character
            guard let value = letters.firstIndex(of: letter) else { break }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
