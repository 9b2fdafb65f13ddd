internal import ControlMessages
internal import Formats
internal import Glibc
internal import Synchronization

/// The control socket at its path: ours alone, with its mode and group, and removed in the end.
package struct ListeningSocket: ~Copyable, Sendable {
    private struct State: ~Copyable {
        var descriptor: Int32
        var identity: FileIdentity?
        var lock: SocketLock
    }

    /// To be handed to ``ControlServer/listen(on:routes:service:identification:hosts:)``, which closes it.
    package var descriptor: Int32 { state.withLock { $0.descriptor } }
    private let path: String
    private let mode: UInt32
    private let group: UInt32?
    private let state: Mutex<State>

    /// Binds the path, after removing a socket at which no process listens any more. `group` owns the socket besides the user; `nil` leaves the group
    /// unchanged.
    ///
    /// Throws ``SocketError`` if another process listens there, or if the kernel refuses.
    package init(path: String, mode: UInt32, group: UInt32?) throws(SocketError) {
        let lock = try SocketLock(socketPath: path)
        let (descriptor, identity) = try Self.open(path, mode: mode, group: group)
        (self.path, self.mode, self.group) = (path, mode, group)
        state = Mutex(State(descriptor: descriptor, identity: identity, lock: lock))
    }

    /// Binds the path again if the socket or its lock was removed. Returns the descriptor that replaces the present one; `nil` if nothing is missing.
    ///
    /// Throws ``SocketError`` if another process listens there by now, or if the kernel refuses. The present descriptor stays open.
    package func restore() throws(SocketError) -> Int32? {
        try state.withLock { state throws(SocketError) -> Int32? in
            // First: without the right to the path it must not be touched.
            if !state.lock.isInPlace { state.lock = try SocketLock(socketPath: path) }
            guard state.identity == nil || state.identity != FileIdentity(path: path) else { return nil }
            (state.descriptor, state.identity) = try Self.open(path, mode: mode, group: group)
            return state.descriptor
        }
    }

    private static func open(_ path: String, mode: UInt32, group: UInt32?) throws(SocketError) -> (Int32, FileIdentity?) {
        try removeDeadSocket(path)
        let descriptor = unixSocket(flags: Int32(SOCK_NONBLOCK.rawValue))
        guard descriptor >= 0 else { throw .failed(step: "open", path: path, reason: lastError()) }
        do throws(SocketError) {
            return (descriptor, try bind(descriptor, path, mode: mode, group: group))
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// No client can connect before the server listens, and so not before mode and group are right.
    private static func bind(_ descriptor: Int32, _ path: String, mode: UInt32, group: UInt32?) throws(SocketError) -> FileIdentity? {
        let bound = unsafe UnixAddress(path: path)?.withPointer { unsafe Glibc.bind(descriptor, $0, $1) }
        guard bound == 0 else {
            throw .failed(step: "bind", path: path, reason: bound == nil ? "the path is longer than 107 bytes" : lastError())
        }
        guard unsafe chmod(path, mode) == 0 else { throw .failed(step: "set the mode of", path: path, reason: lastError()) }
        // Usually it has the group already, and chown(2) is behind the system call filter of the unit. uid_t(-1) leaves the owner.
        var status = stat()
        let found = unsafe lstat(path, &status) == 0 ? status.st_gid : nil
        if let group, group != found, unsafe chown(path, uid_t.max, group) != 0 {
            throw .failed(step: "set the group of", path: path, reason: lastError())
        }
        return FileIdentity(path: path)
    }

    private static func removeDeadSocket(_ path: String) throws(SocketError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        // We hold the lock, so it can only be a program that knows nothing of locks.
        if let pid = listener(of: path) { throw .inUse(path: path, pid: pid) }
        guard unsafe unlink(path) == 0 else { throw .failed(step: "remove what is left of", path: path, reason: lastError()) }
    }

    deinit {
        // Another process may have replaced it by force.
        let identity = state.withLock { $0.identity }
        if let identity, identity == FileIdentity(path: path) { _ = unsafe unlink(path) }
    }
}
