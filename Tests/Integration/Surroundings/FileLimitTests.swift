import Formats
import FoundationEssentials
import Glibc
import Nodes
import Service
import Testing

extension WholeService.SurroundingsOfTheProcess {
    @Test("With too few descriptors it says how many it needs, and ends with 78", arguments: [24, 40, 64])
    func tooFewFiles(limit: Int) async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        let process = try daemon.start(behind: #"ulimit -n \#(limit) && exec "$@""#)
        #expect(try await process.end(within: 60) == .exited(78))
        #expect(daemon.log.contains("the process may have \(limit) files and sockets open at once, and this configuration needs"))
    }

    @Test("A soft limit is raised to what is needed")
    func softLimit() async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        let process = try daemon.start(behind: #"ulimit -S -n 40 && exec "$@""#)
        try await daemon.consuming()
        let limits = try String(contentsOfFile: "/proc/\(process.pid)/limits", encoding: .utf8).split(separator: "\n")
        let files = try #require(limits.first { $0.hasPrefix("Max open files") }).split(separator: " ")
        #expect(files[3] == "\(FileLimit(daemon.world.settings).wanted)")
        try await daemon.stop(process)
    }

    @Test("However many clients come, descriptors do not run out; they wait, and the next ones are served")
    func manyClients() async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        let limit = FileLimit(daemon.world.settings).least
        let process = try daemon.start(behind: #"ulimit -n \#(limit) && exec "$@""#)
        try await daemon.consuming()
        let clients = try (0..<300).compactMap { _ in try connect(to: daemon.socket) }
        #expect(clients.count > 100, "the others find the backlog full")
        // A client beyond the limit of connections is refused, or waits: no error, no trap.
        for _ in 0..<20 {
            #expect(try #require(ResourceUsage(of: process.pid)).descriptors < limit)
            try await Task.sleep(for: .milliseconds(100))
        }
        for client in clients { close(client) }
        try await daemon.healthy()
        #expect(!daemon.log.contains("Cannot accept connections"))
        try await daemon.stop(process)
    }

    /// A client that sends nothing; `nil` if the backlog is full.
    private func connect(to path: String) throws -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        try #require(descriptor >= 0)
        let code = unsafe UnixAddress(path: path)?.withPointer { unsafe Glibc.connect(descriptor, $0, $1) }
        if code == 0 { return descriptor }
        close(descriptor)
        return nil
    }
}
