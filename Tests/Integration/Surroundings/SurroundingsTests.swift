import ControlClients
import ControlMessages
import Nodes
import Testing
import Waiting

extension WholeService {
    /// What the parent process gives it, or does to it from outside.
    @Suite("What surrounds the process", .serialized) struct SurroundingsOfTheProcess {}
}

extension DaemonProcess {
    /// Runs the program behind a shell's `script`, which ends in `exec "$@"`.
    func start(behind script: String, variables: [String: String] = [:], output: String? = nil) throws -> ChildProcess {
        try ChildProcess(
            "/bin/sh", ["-c", script, "sh", Self.binary, "run", "--config", file],
            environment: ["WARREN_CONTROL_SOCKET": socket, "WARREN_LOG_FORMAT": "json", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
                .merging(variables) { $1 }, output: output ?? "\(directory)/log")
    }

    /// Whether it answers at its socket that it is healthy.
    func isHealthy() async -> Bool { (try? await client.text(.get, "/healthz")) != nil }

    func healthy() async throws { try await eventually("healthy") { await isHealthy() } }
}
