public import CLinux
internal import FoundationEssentials
internal import Glibc
internal import Synchronization
public import Testing
internal import Waiting
import Waiting

/// A process that a test started; ended by its id only.
public final class ChildProcess: Sendable {
    /// How it ended.
    public enum Ending: Equatable, Sendable {
        /// With this status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
    }

    /// It could not be started.
    public struct NotStarted: Error, CustomStringConvertible {
        /// The path, and why.
        public let description: String
    }

    /// Its process id.
    public let pid: pid_t
    private let ending = Mutex<Ending?>(nil)
    private let isCoreDumped = Atomic(false)

    /// Whether it has left a core (waitpid(2), WCOREDUMP); known once it has ended.
    public var hasDumpedCore: Bool { isCoreDumped.load(ordering: .relaxed) }

    /// Starts a program; what it says is added to the file `output`. It inherits no signal that is ignored, none that is blocked but `blocked`, and no
    /// descriptor but the `passed` one, which is its number 3. With `terminal`, the path of one, it reads and writes there instead.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String], output: String, passed: Int32? = nil, terminal: String? = nil,
        blocked: [Int32] = []
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        // First, because it may have one of the numbers that follow.
        if let passed { unsafe posix_spawn_file_actions_adddup2(&actions, passed, 3) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, terminal ?? "/dev/null", terminal == nil ? O_RDONLY : O_RDWR, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, terminal ?? output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, passed == nil ? 3 : 4)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var held = sigset_t(), all = sigset_t()
        unsafe sigemptyset(&held)
        for signal in blocked { unsafe sigaddset(&held, signal) }
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &held)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var pid = pid_t()
        let code = unsafe withStrings([path] + arguments) { arguments in
            unsafe withStrings(environment.map { "\($0)=\($1)" }) { environment in
                unsafe posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw NotStarted(description: "\(path) does not start: \(unsafe String(cString: strerror(code)))") }
        self.pid = pid
    }

    /// The signal does not end the process: it is blocked, ignored or caught (proc(5), `SigBlk`, `SigIgn`, `SigCgt`).
    public func takes(_ signal: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return false }
        return status.split(separator: "\n").contains { line in
            let parts = line.split(separator: "\t")
            guard parts.count == 2, ["SigBlk:", "SigIgn:", "SigCgt:"].contains(parts[0]), let mask = UInt64(parts[1], radix: 16) else {
                return false
            }
            return mask & 1 << UInt64(signal - 1) != 0
        }
    }

    /// Sends it a signal, unless it has ended.
    public func send(_ signal: Int32) {
        ending.withLock { if $0 == nil { kill(pid, signal) } }
    }

    /// How it ended; `nil` while it runs.
    public var currentEnding: Ending? {
        ending.withLock { ending in
            var status: Int32 = 0
            guard ending == nil, unsafe waitpid(pid, &status, WNOHANG) == pid else { return ending }
            isCoreDumped.store(status & 0x80 != 0, ordering: .relaxed)
            ending = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
            return ending
        }
    }

    /// Waits until it has ended; a failure if that takes longer.
    public func end(within seconds: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Ending {
        try await eventually("process \(pid) has ended", seconds: seconds, sourceLocation: sourceLocation) { currentEnding != nil }
        return try #require(currentEnding)
    }
}

/// Lends C strings with a null behind them, as `posix_spawn` wants them.
private func withStrings<Value>(_ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value) -> Value {
    var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe body(&pointers)
}
