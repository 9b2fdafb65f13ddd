internal import CSystemd
internal import Glibc
internal import Threads

/// A thread that sees a `/run` of its own, with a directory for journald's socket; processes that it starts see the same.
///
/// libsystemd and Warren know only `/run/systemd/journal/socket`, and a journald that runs must not be disturbed.
public func inPrivateRun<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await onBlockingThread(named: "private-run") { () throws(any Error) in
        guard csystemd_make_run_private() == 0 else { throw NoPrivateRun(errno: errno) }
        for directory in ["/run/systemd", "/run/systemd/journal"] { _ = unsafe mkdir(directory, 0o755) }
        return try body()
    }
}

/// It needs root, and the right to mount.
public struct NoPrivateRun: Error { let errno: Int32 }
