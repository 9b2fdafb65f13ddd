import Glibc
import Testing

/// A socket of the test's own in the place of the service manager's or the journal's.
final class DatagramReceiver {
    private let descriptor: Int32
    private let path: String?

    /// Bound to `/path` or `@abstract`.
    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        path = name.hasPrefix("/") ? name : nil
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = name.hasPrefix("@") ? [0] + Array(name.utf8.dropFirst()) : Array(name.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let code = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
        }
        try #require(code == 0, "bind \(name): errno \(errno)")
    }

    deinit {
        close(descriptor)
        if let path { _ = unsafe unlink(path) }
    }

    /// A name that no other test uses, in a directory for temporary files.
    static func freshPath() -> String { "/tmp/warren-test.\(UInt64.random(in: .min ... .max)).sock" }

    /// The next datagram, which must have come already: a send has arrived when it returns. nil: there is none.
    func next() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    /// The next datagram as text.
    func nextText() -> String? { next().map { String(decoding: $0, as: UTF8.self) } }

    /// As many datagrams as lie there.
    func all() -> [String] {
        var texts: [String] = []
        while let text = nextText() { texts.append(text) }
        return texts
    }
}
