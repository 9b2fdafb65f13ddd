import FoundationEssentials
import Glibc
import Testing

/// A memory cgroup of a test's own: the kernel kills what needs more.
struct MemoryCage {
    private let directory: String
    private let isUnified: Bool

    /// Where a process id is written to come into it.
    var processes: String { "\(directory)/cgroup.procs" }

    /// `nil` if this machine allows none.
    static let parent: (path: String, isUnified: Bool)? = {
        let candidates = [("/sys/fs/cgroup/memory", false), ("/sys/fs/cgroup", true)]
        return candidates.first { path, isUnified in
            let limit = isUnified ? "memory.max" : "memory.limit_in_bytes"
            let probe = "\(path)/warren-probe-\(getpid())"
            guard unsafe mkdir(probe, 0o755) == 0 else { return false }
            defer { unsafe rmdir(probe) }
            return unsafe access("\(probe)/\(limit)", W_OK) == 0
        }
    }()

    init(bytes: Int) throws {
        let parent = try #require(Self.parent)
        directory = "\(parent.path)/warren-\(UUID().uuidString.prefix(8))"
        isUnified = parent.isUnified
        try #require(unsafe mkdir(directory, 0o755) == 0)
        try write("\(bytes)", to: isUnified ? "memory.max" : "memory.limit_in_bytes")
        if isUnified { try? write("0", to: "memory.swap.max") }
    }

    /// Processes that the kernel killed in it.
    var kills: Int {
        let text =
            (try? String(contentsOfFile: "\(directory)/\(isUnified ? "memory.events" : "memory.oom_control")", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
    }

    /// Nothing may be in it any more.
    func remove() { unsafe rmdir(directory) }

    /// In one go, as the kernel wants it.
    private func write(_ text: String, to name: String) throws {
        let descriptor = unsafe open("\(directory)/\(name)", O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }
}
