import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Nodes
import Testing

/// One of several Warrens: a process with a control socket of its own.
struct ClusterInstance: Sendable {
    let name: String
    let process: ChildProcess
    private let socket: String

    /// Starts it. All instances share the configuration.
    init(_ name: String, binary: String, configuration: String, in directory: String) throws {
        self.name = name
        socket = "\(directory)/\(name).sock"
        try FileManager.default.createDirectory(atPath: "\(directory)/\(name)", withIntermediateDirectories: true)
        process = try ChildProcess(
            binary, ["run", "--config", configuration],
            environment: ["STATE_DIRECTORY": "\(directory)/\(name)", "WARREN_LOG_FORMAT": "json", "WARREN_CONTROL_SOCKET": socket],
            output: "\(directory)/\(name).log")
        guard let started = ResourceUsage.startTime(of: process.pid) else { return }
        // Where `packaging/soak` finds it, should the test be interrupted.
        try "\(process.pid) \(started)\n".write(toFile: "\(directory)/\(name).pid", atomically: true, encoding: .utf8)
    }

    /// The partitions it has, of all processors; `nil` if it does not answer.
    func partitions() async -> [Int]? {
        let report: StatusReport? = try? await AsyncControlClient(socket: socket).send(.get, "/v1/status", timeout: .seconds(5))
        return report.map { $0.processors.flatMap { $0.partitions?.held ?? [] } }
    }

    func stop() async throws {
        process.send(SIGTERM)
        #expect(try await process.end(within: 60) == .exited(0), "\(name) did not stop in order")
    }

    func kill() async throws {
        process.send(SIGKILL)
        #expect(try await process.end(within: 60) == .signalled(SIGKILL))
    }
}
