internal import CSystemd
internal import Glibc

/// A socket of the test's own, instead of the service manager's or the journal's.
public final class DatagramReceiver: Sendable {
    private let descriptor: Int32
    private let path: String?

    /// Why there is no socket.
    public struct NotBound: Error { let errno: Int32 }

    /// Bound to `/path` or `@abstract`.
    public init(_ name: String) throws {
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
        guard code == 0 else { throw NotBound(errno: errno) }
    }

    deinit {
        close(descriptor)
        if let path { _ = unsafe unlink(path) }
    }

    /// A name that no other test uses, in a directory for temporary files.
    public static func freshPath() -> String { "/tmp/warren-test.\(UInt64.random(in: .min ... .max)).sock" }

    /// A datagram, or what came in the memory that was passed instead.
    public struct Message: Equatable, Sendable {
        /// What came.
        public let bytes: [UInt8]
        /// fcntl(2), F_GET_SEALS; `nil` for a plain datagram.
        public let seals: Int32?
    }

    /// The next datagram, which must have come already: a send has arrived when it returns. `nil` if there is none.
    public func next() -> Message? {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var passed: Int32 = -1
        let count = unsafe csystemd_receive(descriptor, &bytes, bytes.count, &passed)
        guard count >= 0 else { return nil }
        guard passed >= 0 else { return Message(bytes: Array(bytes.prefix(count)), seals: nil) }
        defer { close(passed) }
        var facts = stat()
        _ = unsafe fstat(passed, &facts)
        var content = [UInt8](repeating: 0, count: Int(facts.st_size))
        _ = unsafe pread(passed, &content, content.count, 0)
        return Message(bytes: content, seals: csystemd_seals(passed))
    }

    /// The next datagram as text.
    public func nextText() -> String? { next().map { String(decoding: $0.bytes, as: UTF8.self) } }

    /// As many datagrams as lie there.
    public func all() -> [String] {
        var texts: [String] = []
        while let text = nextText() { texts.append(text) }
        return texts
    }
}
