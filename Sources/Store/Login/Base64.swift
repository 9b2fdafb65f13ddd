internal import FoundationEssentials

/// RFC 4648, as HTTP (section 4) and JSON Web Tokens (section 5) use it.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The URL-safe alphabet without padding; nil if it is something else.
    static func decodeURLSafe(_ text: some StringProtocol) -> Data? {
        var standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        standard += String(repeating: "=", count: (4 - standard.count % 4) % 4)
        return Data(base64Encoded: standard)
    }
}
