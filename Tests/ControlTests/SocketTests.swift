import Formats
import FoundationEssentials
import Glibc
import Testing

@testable import Commands
@testable import ControlMessages
@testable import ControlServer

@Suite("The socket at its path", .serialized) struct SocketTests {
    private let path = "\(temporaryDirectory())/warren-\(UUID().uuidString.prefix(8)).sock"

    @Test("It has its mode, and is removed in the end, with its lock") func modeAndEnd() throws {
        do {
            let socket = try ListeningSocket(path: path, mode: 0o660, group: nil)
            #expect(socket.descriptor >= 0)
            #expect(try permissions() == 0o660)
            close(socket.descriptor)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(!FileManager.default.fileExists(atPath: path + ".lock"))
    }

    @Test("A socket that a dead process left is replaced") func stale() throws {
        let dead = unixSocket()
        #expect(unsafe UnixAddress(path: path)?.withPointer { unsafe bind(dead, $0, $1) } == 0)
        close(dead)
        let socket = try ListeningSocket(path: path, mode: 0o600, group: nil)
        #expect(try permissions() == 0o600)
        close(socket.descriptor)
    }

    @Test("A path that another service of ours has is left alone, even before it listens") func locked() throws {
        let first = try ListeningSocket(path: path, mode: 0o600, group: nil)
        #expect(throws: SocketError.inUse(path: path, pid: nil)) {
            let second = try ListeningSocket(path: path, mode: 0o600, group: nil)
            close(second.descriptor)
        }
        #expect(FileManager.default.fileExists(atPath: path))
        close(first.descriptor)
    }

    @Test("A path where a stranger listens is left alone, and told with its process") func inUse() throws {
        let stranger = unixSocket()
        #expect(unsafe UnixAddress(path: path)?.withPointer { unsafe bind(stranger, $0, $1) } == 0)
        #expect(listen(stranger, 1) == 0)
        defer {
            close(stranger)
            _ = unsafe unlink(path)
        }
        #expect(throws: SocketError.inUse(path: path, pid: getpid())) {
            let socket = try ListeningSocket(path: path, mode: 0o600, group: nil)
            close(socket.descriptor)
        }
    }

    @Test("A file that is no socket is never removed") func noSocket() throws {
        try "precious".write(toFile: path, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: SocketError.notASocket(path: path)) {
            let socket = try ListeningSocket(path: path, mode: 0o600, group: nil)
            close(socket.descriptor)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test("Where nobody listens the client says so, and what to look at") func notRunning() throws {
        let client = ControlClient(socket: path, group: "warren")
        let error = #expect(throws: ClientError.self) { let _: StatusReport = try client.send(.get, "/v1/status") }
        #expect(
            error?.description
                == "cannot reach Warren at \(path): no such file or directory. Is the service running? See systemctl status warren")
    }

    private func permissions() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int) & 0o777
    }
}

@Suite("Sockets that systemd passed") struct SocketActivationTests {
    @Test(
        "They count only for the process that they are meant for, and as many as there can be",
        arguments: [
            (["LISTEN_PID": "42", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "metrics:control"], ["metrics", "control"]),
            (["LISTEN_PID": "42", "LISTEN_FDS": "1"], ["unknown"]),
            (["LISTEN_PID": "43", "LISTEN_FDS": "1"], []),
            (["LISTEN_PID": "42", "LISTEN_FDS": "0"], []),
            (["LISTEN_PID": "42", "LISTEN_FDS": "-1"], []),
            (["LISTEN_PID": "42", "LISTEN_FDS": "many"], []),
            (["LISTEN_FDS": "1"], []),
        ] as [([String: String], [String])])
    func environment(environment: [String: String], names: [String]) {
        let activation = SocketActivation(environment: environment, pid: 42)
        #expect(activation.sockets.map(\.name) == names)
        #expect(activation.sockets.map(\.descriptor) == names.indices.map { Int32(3 + $0) })
    }

    @Test("Nothing passed is no socket; what is no listening Unix socket is an error that says so") func control() throws {
        #expect(try SocketActivation(environment: [:], pid: 42).controlSocket() == nil)
        #expect(throws: SocketError.self) {
            try SocketActivation(sockets: [("control", 0)]).controlSocket()
        }
    }
}

private func temporaryDirectory() -> String {
    let path = FileManager.default.temporaryDirectory.path
    return path.hasSuffix("/") ? String(path.dropLast()) : path
}
