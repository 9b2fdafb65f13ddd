import FoundationEssentials
import Glibc
import Nodes
import Testing

extension WholeService {
    @Suite("A command reaches the service that is meant, or none") struct Addressing {
        /// Runs a command, and returns its exit code and all that it prints.
        private func command(_ arguments: [String], _ daemon: DaemonProcess) async throws -> (code: Int32, text: String) {
            let output = "\(daemon.directory)/\(UUID().uuidString)"
            let process = try ChildProcess(DaemonProcess.binary, arguments, environment: [:], output: output)
            guard case .exited(let code) = try await process.end(within: 60) else { return (-1, "") }
            return (code, try String(contentsOfFile: output, encoding: .utf8))
        }

        @Test("`pause --all --config` of another configuration at the same socket pauses nothing; the right one, also by a link, does")
        func anotherConfiguration() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            try daemon.configure(more: "[control]\nsocket = \"\(daemon.socket)\"")
            let process = try daemon.start()
            try await daemon.consuming()
            let other = "\(daemon.directory)/other.toml", link = "\(daemon.directory)/link.toml"
            try FileManager.default.copyItem(atPath: daemon.file, toPath: other)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: daemon.file)

            let refused = try await command(["pause", "--all", "--config", other], daemon)
            #expect(refused.code == 78)
            #expect(refused.text.contains("runs \(daemon.file), not \(other), so nothing was asked of it"))
            try await daemon.consuming()
            #expect(try await command(["status", "--config", daemon.file], daemon).code == 0)
            // --socket means any service that listens there.
            #expect(try await command(["pause", "sync", "--socket", daemon.socket, "--config", other], daemon).code == 0)
            let paused = try await command(["pause", "--all", "--config", link], daemon)
            #expect(paused.code == 0)
            #expect(paused.text.split(separator: "\n").map { $0.prefix { $0 != ":" } } == ["updated", "invalidated", "sync"])
            try await daemon.stop(process)
        }

        @Test("A configuration that is broken by now is told, and nothing else is asked; an instance that does not run ends with 4")
        func broken() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            try "[control]\nsockets = 1\n".write(toFile: daemon.file, atomically: true, encoding: .utf8)
            let broken = try await command(["pause", "--all", "--config", daemon.file], daemon)
            #expect(broken.code == 78)
            #expect(broken.text.contains("\(daemon.file):2: control.sockets"))
            for arguments in [
                ["status"], ["pause", "--all"], ["reload"], ["stop"], ["why", "a", "b"], ["dead", "list", "x"], ["log-level"],
            ] {
                let absent = try await command(arguments + ["--instance", "that-is-not-there"], daemon)
                #expect(absent.code == 4, "\(arguments): \(absent.text)")
                #expect(absent.text.contains("/run/warren-that-is-not-there/control.sock"))
            }
            #expect(try await command(["status", "--instance", "a/b"], daemon).code == 64)
            #expect(try await command(["status", "--instance", "a", "--socket", "/s"], daemon).code == 64)
        }

        @Test("Names that mean nothing are errors of the same kind everywhere, and `check --json` tells mistakes to programs") func names()
            async throws
        {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let process = try daemon.start()
            try await daemon.consuming()
            for arguments in [
                ["why", "companys", "4711"], ["dead", "replay", "sync", "--reason", "not-jsno"], ["dead", "list", "nobody"],
                ["tail", "--outcome", "bogus"], ["tail", "--processor", "nobody"], ["status", "nobody"], ["pause", "nobody"],
                ["log-level", "loud"], ["dead", "show", "sync", "3fa94c07d1e2"],
            ] {
                let result = try await command(arguments + ["--socket", daemon.socket], daemon)
                #expect(result.code == 64, "\(arguments): \(result.text)")
            }
            #expect(try await command(["why", "companies", "4711", "--socket", daemon.socket], daemon).code == 0)
            #expect(try await command(["log-level", "--json", "--socket", daemon.socket], daemon).text == "{\"level\":\"info\"}\n")
            let right = try await command(["check", "--json", "--config", daemon.file], daemon)
            #expect(right.code == 0 && right.text.contains("\"severity\":\"ok\""))
            let effective = try await command(["check", "--effective", "--config", daemon.file], daemon)
            #expect(effective.code == 0 && effective.text.contains("  # \(daemon.file):") && effective.text.contains("  # default"))
            #expect(try await command(["check", "--effective", "--live", "--config", daemon.file], daemon).code == 64)
            try daemon.configure(more: "[controls]")
            #expect(try await command(["check", "--effective", "--config", daemon.file], daemon).code == 78)
            let wrong = try await command(["check", "--json", "--config", daemon.file], daemon)
            #expect(wrong.code == 78 && wrong.text.hasPrefix("[{") && wrong.text.contains("\"severity\":\"error\""))
            try await daemon.stop(process)
        }

        @Test("What fails comes between what succeeds, in the order in which it happened") func order() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let process = try daemon.start()
            try await daemon.consuming()
            let result = try await command(["pause", "sync", "nobody", "updated", "--socket", daemon.socket], daemon)
            #expect(result.code == 64)
            let lines = result.text.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.first?.hasPrefix("sync: paused") == true)
            #expect(lines.dropFirst().first?.contains("no processor is named") == true)
            #expect(lines.last?.hasPrefix("updated: paused") == true)
            let json = try await command(["resume", "sync", "updated", "--json", "--socket", daemon.socket], daemon)
            #expect(json.text.split(separator: "\n").count == 2)
            #expect(json.text.hasPrefix("{\"changed\":true,"))
            try await daemon.stop(process)
        }
    }
}
