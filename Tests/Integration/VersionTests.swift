import Commands
import ControlMessages
import FoundationEssentials
import Nodes
import Testing

@testable import Service

extension WholeService {
    @Suite("warren version") struct VersionCommand {
        @Test("It tells the version alone, or with --verbose and --json all that the program is made of, in a line of JSON")
        func version() async throws {
            let short = try await output(["version"])
            #expect(short.hasPrefix("warren ") && short.count { $0 == "\n" } == 1)
            #expect(try await output(["--version"]) == short.dropFirst("warren ".count))
            let json = try await output(["version", "--json"])
            #expect(json.count { $0 == "\n" } == 1)
            let report = try ControlJSON.decode(ComponentReport.self, from: json.utf8)
            #expect("warren \(report.version)\n" == short)
            // The program that tests start is linked with the same shared libraries as the tests.
            #expect(report == .own(version: report.version))
            #expect(report.build.kind == "debug" && report.libraries.contains { $0.name == "openssl" && $0.version != nil })
            #expect(try await output(["version", "--verbose"]) == report.lines.joined(separator: "\n") + "\n")
        }

        /// What the program writes and ends with 0.
        private func output(_ arguments: [String]) async throws -> String {
            let path = "/tmp/warren-test-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let process = try ChildProcess(DaemonProcess.binary, arguments, environment: [:], output: path)
            #expect(try await process.end(within: 60) == .exited(0))
            return try String(contentsOfFile: path, encoding: .utf8)
        }
    }
}
