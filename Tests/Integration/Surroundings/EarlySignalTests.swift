import Glibc
import Nodes
import Testing

extension WholeService.SurroundingsOfTheProcess {
    /// It comes blocked, because before `main` nobody but the starter can do anything about it; the first thing that `main` does is to wait for it.
    @Test("SIGTERM and SIGINT end it in order however early they come", arguments: [SIGTERM, SIGINT])
    func earlySignal(signal: Int32) async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        for milliseconds in [0, 1, 2, 5, 10, 20, 50, 100] {
            for _ in 0..<3 {
                let process = try ChildProcess(
                    DaemonProcess.binary, ["run", "--config", daemon.file], environment: ["WARREN_CONTROL_SOCKET": daemon.socket],
                    output: "\(daemon.directory)/log", blocked: [signal])
                try await Task.sleep(for: .milliseconds(milliseconds))
                process.send(signal)
                #expect(try await process.end(within: 60) == .exited(0), "after \(milliseconds) ms: \(daemon.log)")
            }
        }
    }
}
