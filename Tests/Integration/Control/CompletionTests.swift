import FoundationEssentials
import Glibc
import Nodes
import Testing

extension WholeService {
    @Suite("Completion of processors' names") struct Completions {
        @Test("They are those of the running service; without one those of the configuration; without both there are none, and no word")
        func names() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let all = "updated\ninvalidated\nsync\n"
            #expect(try await complete(["--socket", daemon.socket, "--config", daemon.file], daemon) == all)
            #expect(try await complete(["--socket", daemon.socket, "--config", "\(daemon.directory)/none.toml"], daemon) == "")
            let process = try daemon.start()
            try await daemon.consuming()
            #expect(try await complete(["--socket", daemon.socket, "--config", "\(daemon.directory)/none.toml"], daemon) == all)
            #expect(try await complete(["--socket", "=", daemon.socket, "--config", "=", "\(daemon.directory)/none.toml"], daemon) == all)
            #expect(try await complete(["--socket=\(daemon.socket)", "--config", "\(daemon.directory)/none.toml"], daemon) == all)
            try await daemon.stop(process)
        }

        /// What the script that `--generate-completion-script bash` prints would get for `warren pause OPTIONS…`.
        private func complete(_ options: [String], _ daemon: DaemonProcess) async throws -> String {
            let words = ["warren", "pause"] + options + [""]
            let output = "\(daemon.directory)/\(UUID().uuidString)"
            let process = try ChildProcess(
                DaemonProcess.binary, ["---completion", "pause", "--", "positional@0", "\(words.count - 1)", "0"] + words,
                environment: ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2"], output: output)
            #expect(try await process.end(within: 60) == .exited(0))
            return try String(contentsOfFile: output, encoding: .utf8)
        }
    }
}
