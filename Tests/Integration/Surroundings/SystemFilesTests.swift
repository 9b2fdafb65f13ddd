import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Nodes
import Testing
import Waiting

extension WholeService.SurroundingsOfTheProcess {
    private static let tls = World.variable("WARREN_TEST_TLS_DIR")

    /// Opening this file would wait for a writer that never comes.
    @Test(
        "openssl.cnf is never read: neither by the service nor by a command",
        .enabled(if: tls != nil, "WARREN_TEST_TLS_DIR names no certificates; `packaging/test` makes some"))
    func opensslConfiguration() async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        let configuration = "\(daemon.directory)/openssl.cnf"
        try #require(unsafe mkfifo(configuration, 0o600) == 0)
        let directory = try #require(Self.tls)
        try daemon.configure(
            rabbitmq: "tls = { ca = \"\(directory)/ca.pem\", certificate = \"\(directory)/client.pem\", key = \"\(directory)/client.key\" }"
        )
        let variables = [
            "OPENSSL_CONF": configuration, "WARREN_RABBITMQ_ENDPOINTS": try #require(World.variable("AMQPS_URL")),
            "WARREN_CONTROL_SOCKET": daemon.socket,
        ]
        let command = try ChildProcess(
            DaemonProcess.binary, ["provision", "--config", daemon.file], environment: variables, output: "\(daemon.directory)/provision")
        #expect(try await command.end(within: 60) == .exited(0))
        let process = try daemon.start(variables: variables)
        try await daemon.consuming()
        try await daemon.stop(process)
    }

    @Test(
        "A control socket that was removed is made again, with its lock or without",
        arguments: [["control.sock"], ["control.sock", "control.sock.lock"]])
    func removedSocket(names: [String]) async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        let process = try daemon.start()
        try await daemon.consuming()
        for name in names { try FileManager.default.removeItem(atPath: "\(daemon.directory)/\(name)") }
        try await daemon.healthy()
        #expect(FileManager.default.fileExists(atPath: "\(daemon.socket).lock"))
        try await eventually("told") { daemon.log.contains("The control socket was removed; it has been created again") }
        // A second instance still finds the socket taken.
        #expect(try await daemon.start().end(within: 60) == .exited(78))
        try await daemon.healthy()
        try await daemon.stop(process)
        #expect(!FileManager.default.fileExists(atPath: daemon.socket))
        #expect(!FileManager.default.fileExists(atPath: "\(daemon.socket).lock"))
    }

    @Test("Another instance that has taken the place meanwhile keeps it")
    func takenSocket() async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        let first = try daemon.start()
        try await daemon.consuming()
        for name in ["control.sock", "control.sock.lock"] { try FileManager.default.removeItem(atPath: "\(daemon.directory)/\(name)") }
        let second = try daemon.start()
        try await eventually("one of them has it") {
            let status: StatusReport? = try? await daemon.client.send(.get, "/v1/status")
            return status != nil && (status?.service.pid == second.pid || second.currentEnding != nil)
        }
        // Either may be faster; the other one was refused or keeps trying, and removes nothing.
        let status: StatusReport = try await daemon.client.send(.get, "/v1/status")
        for _ in 0..<60 {
            let now: StatusReport = try await daemon.client.send(.get, "/v1/status")
            #expect(now.service.pid == status.service.pid)
            try await Task.sleep(for: .milliseconds(100))
        }
        try await daemon.stop(first)
        second.send(SIGTERM)
        #expect([.exited(0), .exited(78)].contains(try await second.end(within: 60)))
    }

    @Test("A state directory that cannot be written in is told by the log, by health and by check")
    func stateDirectory() async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        // Not even root can write there.
        let variables = ["STATE_DIRECTORY": daemon.file]
        let process = try daemon.start(variables: variables)
        try await daemon.consuming()
        try await eventually("told") { daemon.log.contains("Cannot write to STATE_DIRECTORY") }
        let status: StatusReport = try await daemon.client.send(.get, "/v1/status")
        #expect(
            status.service.health.reasons.contains { $0.hasPrefix("STATE_DIRECTORY cannot be written (\(daemon.file): Not a directory)") })
        try await daemon.stop(process)
        let check = try ChildProcess(
            DaemonProcess.binary, ["check", "--config", daemon.file], environment: variables, output: "\(daemon.directory)/check")
        let ending = try await check.end(within: 60)
        #expect(ending == .exited(0), "\((try? String(contentsOfFile: "\(daemon.directory)/check", encoding: .utf8)) ?? "")")
        #expect(
            try String(contentsOfFile: "\(daemon.directory)/check", encoding: .utf8).contains("warning: STATE_DIRECTORY cannot be written"))
    }

    @Test("Without /proc it says that it needs it", .enabled(if: geteuid() == 0, "only root can mount something over /proc"))
    func withoutProc() async throws {
        let daemon = try DaemonProcess(in: try await World.make())
        defer { daemon.removeFiles() }
        let process = try daemon.start(behind: #"exec unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$@""#)
        #expect(try await process.end(within: 60) == .exited(78))
        #expect(daemon.log.contains("/proc is not there"))
    }
}
