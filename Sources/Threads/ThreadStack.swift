internal import CLinux

/// The stack of a thread. Without it glibc gives what `ulimit -s` says in the shell that starts the process: 256 kB there would end the daemon at the
/// first deep call, and `unlimited` stands for 2 MiB.
public enum ThreadStack {
    /// What it holds. Only what is used of it becomes memory.
    public static let bytes = 8 << 20

    /// Gives the same to threads that others start from now on and leave the size open: Swift's own pool (libdispatch), the event loops of NIO, and
    /// libcurl's name look-ups. To be called before there is another thread. The main thread's stack is the kernel's business, so nothing runs there.
    public static func setForAllThreads() {
        let code = clinux_set_default_stack(bytes)
        precondition(code == 0, "pthread_setattr_default_np failed: \(code)")
    }
}
