internal import FoundationEssentials
internal import Glibc

/// Which process created temporary collections, as far as the names tell: one on this machine that is no more has left them behind.
struct SandboxOwner: Equatable, Sendable {
    /// This boot of the machine and this namespace of processes (pid_namespaces(7)), in 32 bits.
    let place: UInt32
    /// The process's number there.
    let process: UInt32

    /// This process.
    static let own = SandboxOwner(place: thisPlace, process: UInt32(bitPattern: getpid()))

    /// True only if it is known: of another machine's process nothing is.
    var isGone: Bool {
        guard place == Self.own.place, process != Self.own.process, let number = Int32(exactly: process), number > 0 else { return false }
        // Signal 0 only asks (kill(2)).
        return kill(number, 0) != 0 && errno == ESRCH
    }

    private static let thisPlace: UInt32 = {
        let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let processes = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        // Where that cannot be read no process is known.
        guard let boot, let processes else { return .random(in: .min ... .max) }
        // FNV-1a.
        return (boot + processes).utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }()
}
