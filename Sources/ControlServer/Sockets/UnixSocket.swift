internal import ControlMessages
internal import CLinux
internal import Formats
internal import Glibc

/// Opens a Unix stream socket. Negative: the kernel refuses, see errno.
func unixSocket(flags: Int32 = 0) -> Int32 { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue) | flags, 0) }

/// The process that listens at a path; nil if nobody does, or if the kernel does not tell.
func listener(of path: String) -> Int32? {
    let socket = unixSocket()
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    guard unsafe UnixAddress(path: path)?.withPointer({ unsafe connect(socket, $0, $1) }) == 0 else { return nil }
    // To the one who connects, SO_PEERCRED tells who called listen(2).
    return PeerCredentials(socket: socket)?.pid
}
