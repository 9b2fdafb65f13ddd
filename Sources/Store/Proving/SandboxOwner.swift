internal import FoundationEssentials
internal import Glibc

/// The process that created temporary collections, as their names tell it. One of this machine that no longer runs has left them behind.
struct SandboxOwner: Equatable, Sendable {
    /// This boot of the machine and this namespace of processes (pid_namespaces(7)), in 32 bits.
    let machine: UInt32
    /// The process's id there.
    let process: UInt32

    /// This process.
    static let own = SandboxOwner(machine: thisMachine, process: UInt32(bitPattern: getpid()))

    /// True only if this is known. Nothing is known of a process of another machine.
    var isGone: Bool {
        guard machine == Self.own.machine, process != Self.own.process, let number = Int32(exactly: process), number > 0 else {
            return false
        }
        // Signal 0 only asks (kill(2)).
        return kill(number, 0) != 0 && errno == ESRCH
    }

    private static let thisMachine: UInt32 = {
        let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let processes = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        // Without them no process of this machine can be recognised.
        guard let boot, let processes else { return .random(in: .min ... .max) }
        // FNV-1a.
        return (boot + processes).utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }()
}
