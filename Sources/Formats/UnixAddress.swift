package import Glibc

/// An address in the Unix domain: a path, or a name in the abstract namespace (unix(7)).
package struct UnixAddress: Sendable, Equatable {
    /// `sun_path` as the kernel wants it: a path with its null, or an abstract name behind a null.
    private let name: [UInt8]

    /// A path, absolute or not, of at most 107 bytes; `nil` if it is longer.
    package init?(path: String) {
        let bytes = Array(path.utf8)
        guard bytes.count < Self.longest else { return nil }
        name = bytes + [0]
    }

    /// `/path` or `@abstract`, as systemd writes them, of at most 107 bytes; `nil` for anything else.
    package init?(systemd text: String) {
        let bytes = Array(text.utf8)
        switch bytes.first {
        case UInt8(ascii: "/") where bytes.count < Self.longest && !bytes.contains(0): name = bytes + [0]
        case UInt8(ascii: "@") where bytes.count > 1 && bytes.count < Self.longest: name = [0] + bytes[1...]
        default: return nil
        }
    }

    /// Lends the address for one call.
    package func withPointer<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }

    private static let longest = 108
}
