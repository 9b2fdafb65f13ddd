internal import CLinux
internal import ControlMessages
internal import Formats
internal import Glibc

/// Opens a Unix stream socket. Negative: the kernel refuses, see errno.
func unixSocket(flags: Int32 = 0) -> Int32 { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue) | flags, 0) }

/// The process that listens at a path; `nil` if none does, or if the kernel does not tell it.
func listener(of path: String) -> Int32? {
    let socket = unixSocket()
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    guard unsafe UnixAddress(path: path)?.withPointer({ unsafe connect(socket, $0, $1) }) == 0 else { return nil }
    // For the connecting side, SO_PEERCRED is the process that called listen(2).
    return PeerCredentials(socket: socket)?.pid
}

/// Which file it is, whatever it is called.
struct FileIdentity: Equatable, Sendable {
    private let device: UInt
    private let inode: UInt

    /// Nil if there is none.
    init?(path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
    }

    /// Of an open file.
    init?(descriptor: Int32) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
    }
}

/// The kernel's reason for the last failure.
func lastError() -> String { unsafe String(cString: strerror(errno)) }
