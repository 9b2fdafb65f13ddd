internal import ControlMessages
internal import Glibc

/// The host names that a listener answers to (RFC 9110 section 7.4).
///
/// A page in a browser on this machine can let a name of its own resolve to 127.0.0.1 and then read what is served there (DNS rebinding); the `Host`
/// field then has that name. An address cannot be made to resolve to another.
package enum HostRule: Sendable, Equatable {
    /// Any valid host.
    case any
    /// `localhost`, addresses, and these names, in lower case.
    case local(names: Set<String>)

    /// The rule for a listener at a numeric address: names matter on loopback only, because elsewhere it is served to the network anyway.
    package init(address: String, names: [String]) {
        let isLoopback = address.hasPrefix("127.") || Self.isLoopback6(address)
        self = isLoopback ? .local(names: Set(names.map { Self.withoutFinalDot($0.lowercased()) })) : .any
    }

    /// Whether a host is accepted. HTTP/1.0 need not name any.
    func accepts(_ authority: Authority?) -> Bool {
        guard case .local(let names) = self, let authority else { return true }
        let host = Self.withoutFinalDot(authority.host)
        return authority.isAddress || host == "localhost" || names.contains(host)
    }

    /// A final dot says that the name is whole (RFC 1034 section 3.1).
    private static func withoutFinalDot(_ name: String) -> String { name.hasSuffix(".") ? String(name.dropLast()) : name }

    /// `::1`, and IPv4 loopback mapped into IPv6, in any spelling.
    private static func isLoopback6(_ address: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard unsafe inet_pton(AF_INET6, address, &bytes) == 1 else { return false }
        return bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
            || bytes.starts(with: Array(repeating: 0, count: 10) + [0xFF, 0xFF, 127])
    }
}
