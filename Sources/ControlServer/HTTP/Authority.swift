internal import ControlMessages
internal import Formats
internal import Glibc

/// A host and perhaps a port: what a `Host` field or a target names (RFC 3986 section 3.2, RFC 9110 section 7.2).
struct Authority: Sendable, Equatable, CustomStringConvertible {
    /// In lower case; an IPv6 address without its brackets.
    let host: String
    /// `nil` if none is named, or if it is 80, the default of `http`.
    let port: UInt16?
    /// The host is a numeric address.
    let isAddress: Bool

    /// Reads `warren`, `127.0.0.1:9464`, `[::1]:9464`; `nil` if the text is none.
    ///
    /// Userinfo and an empty host are none, as `http` has it (RFC 9110 sections 4.2.1 and 4.2.4). Of the grammar's `sub-delims` none is let through: no name
    /// has them, and with a comma two hosts would look like one.
    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let end: Int
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = String(decoding: bytes[1..<close], as: UTF8.self).lowercased()
            guard bytes[1..<close].allSatisfy({ "0123456789abcdefABCDEF:.".utf8.contains($0) }), Self.isIPv6(host) else { return nil }
            isAddress = true
            end = close + 1
        } else {
            end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
            guard end > 0, end <= 255, bytes[..<end].isEscapedText(\.isUnreserved) else { return nil }
            host = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
            isAddress = Self.isIPv4(host)
        }
        guard end < bytes.count else {
            port = nil
            return
        }
        let digits = bytes[(end + 1)...]
        guard bytes[end] == UInt8(ascii: ":"), digits.allSatisfy(\.isDigit) else { return nil }
        // The grammar lets a port be empty, which is the default one.
        guard let number = digits.isEmpty ? 80 : UInt16(String(decoding: digits, as: UTF8.self)) else { return nil }
        port = number == 80 ? nil : number
    }

    /// As a URI has it.
    var description: String { (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "") }

    private static func isIPv4(_ text: String) -> Bool {
        var address = in_addr()
        return unsafe inet_pton(AF_INET, text, &address) == 1
    }

    private static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return unsafe inet_pton(AF_INET6, text, &address) == 1
    }
}
