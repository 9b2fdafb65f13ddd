internal import CLinux
internal import Glibc

/// Opens a Unix stream socket. Negative: the kernel refuses, see errno.
func unixSocket(flags: Int32 = 0) -> Int32 { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue) | flags, 0) }

/// Calls `body` with the address of a path; nil if the path is too long for one (107 bytes).
func withUnixAddress<Value>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return unsafe withUnsafePointer(to: address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}

/// The process that listens at a path; nil if nobody does, or if the kernel does not tell.
func listener(of path: String) -> Int32? {
    let socket = unixSocket()
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    guard unsafe withUnixAddress(path, { unsafe connect(socket, $0, $1) }) == 0 else { return nil }
    // To the one who connects, SO_PEERCRED tells who called listen(2).
    return PeerCredentials(socket: socket)?.pid
}
