import ControlClients
import ControlMessages
import FoundationEssentials
import Nodes
import Testing
import Threads

extension WholeService {
    @Suite("Stacks of the daemon's threads") struct StacksOfTheDaemon {
        @Test("Are what we say, whatever the shell's limit is", arguments: ["256", "8192", "unlimited"])
        func stacks(limit: String) async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let process = try ChildProcess(
                "/bin/sh", ["-c", #"ulimit -s "$0" && exec "$@""#, limit, DaemonProcess.binary, "run", "--config", daemon.file],
                environment: ["WARREN_CONTROL_SOCKET": daemon.socket], output: "\(daemon.directory)/log")
            try await daemon.consuming()
            // A thread that has ended leaves its stack for the next one, so there may be more of them.
            let threads = try #require(ResourceUsage(of: process.pid)).threads
            let stacks = try stacks(of: process)
            #expect(stacks.allSatisfy { $0 == ThreadStack.bytes }, "\(stacks)")
            #expect(stacks.count >= threads - 1, "all but the main thread's")
            #expect(threads > 5, "ours, Swift's pool and the control socket's")
            try await daemon.stop(process)
        }

        /// Bytes of each, as glibc lays them out: a page that nobody may touch, and right behind it memory without a file.
        private func stacks(of process: ChildProcess) throws -> [Int] {
            let maps = try String(contentsOfFile: "/proc/\(process.pid)/maps", encoding: .utf8)
            let areas = maps.split(separator: "\n").map { line in
                let fields = line.split(separator: " ")
                let ends = fields[0].split(separator: "-").map { Int($0, radix: 16) ?? 0 }
                return (begin: ends[0], end: ends[1], access: fields[1], hasNoFile: fields.count == 5)
            }
            return zip(areas, areas.dropFirst()).compactMap { guardPage, stack in
                let isGuard = guardPage.access == "---p" && guardPage.hasNoFile && guardPage.end - guardPage.begin == 4096
                guard isGuard, stack.begin == guardPage.end, stack.access == "rw-p", stack.hasNoFile else { return nil }
                return stack.end - stack.begin
            }
        }
    }
}
