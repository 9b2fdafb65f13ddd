internal import ControlMessages
internal import Glibc

/// The right to bind a path: a lock on a file beside it, held for as long as the owner lives, whichever way it ends.
///
/// Without it two starting services could both find a dead socket, and the second would take the path from the first.
struct SocketLock: ~Copyable, Sendable {
    private let descriptor: Int32
    private let path: String

    /// Throws ``SocketError/inUse(path:pid:)`` if another process has it.
    init(socketPath: String) throws(SocketError) {
        path = "\(socketPath).lock"
        while true {
            let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw .failed(step: "lock", path: socketPath, reason: lastError()) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                Glibc.close(descriptor)
                throw .inUse(path: socketPath, pid: listener(of: socketPath))
            }
            // Its last owner may have removed the file after we opened it.
            if let locked = FileIdentity(descriptor: descriptor), locked == FileIdentity(path: path) {
                self.descriptor = descriptor
                return
            }
            Glibc.close(descriptor)
        }
    }

    /// False if the file was removed: then another process may lock one of its own.
    var isInPlace: Bool { FileIdentity(descriptor: descriptor) == FileIdentity(path: path) }

    deinit {
        // Removed while it is still locked, so nobody else's file can be meant.
        if isInPlace { _ = unsafe unlink(path) }
        close(descriptor)
    }
}
