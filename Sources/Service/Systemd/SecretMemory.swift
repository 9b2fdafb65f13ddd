internal import CLinux
internal import Glibc

/// Keeps secrets that are in memory from leaving with it.
public enum SecretMemory {
    /// To be called before a secret is read. From then on the process leaves no core, though systemd's watchdog ends a hung one by SIGABRT, and only
    /// root may look into it.
    public static func protect() {
        _ = clinux_forbid_dumps()
        // Where Swift is installed its runtime answers these by calling a program that reports the crash. It may not look into this process any
        // more, and the process would wait for it instead of ending.
        for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { _ = signal(number, SIG_DFL) }
    }
}
