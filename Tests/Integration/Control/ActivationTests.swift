import ControlClients
import Formats
import FoundationEssentials
import Glibc
import Nodes
import Testing
import Waiting

extension WholeService {
    @Suite("Socket activation") struct Activation {
        @Test(
            "A socket that systemd has opened is taken over: clients that came before the service are answered, and the next service takes it over"
        )
        func takeover() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let path = "\(daemon.directory)/systemd.sock"
            let listening = try listen(at: path)
            defer { close(listening) }
            let client = AsyncControlClient(socket: path)

            for _ in 1...2 {
                // Nobody is there to accept it yet.
                let early = try connect(to: path)
                defer { close(early) }
                let request = Array("GET /v1/log-level HTTP/1.0\r\n\r\n".utf8)
                #expect(unsafe write(early, request, request.count) == request.count)
                let process = try daemon.start(listening: listening)
                try await eventually("the answer") {
                    var answer = [UInt8](repeating: 0, count: 4096)
                    let count = unsafe recv(early, &answer, answer.count, Int32(MSG_DONTWAIT))
                    return count > 0 && answer.starts(with: "HTTP/1.1 200 OK".utf8)
                }
                try await daemon.consuming(client)
                #expect(!FileManager.default.fileExists(atPath: daemon.socket), "it opens no socket of its own beside it")
                try await daemon.stop(process)
                #expect(FileManager.default.fileExists(atPath: path), "it is systemd's to remove")
            }
        }

        @Test("What was passed to another process is not taken: the service opens its own socket") func othersSocket() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let process = try ChildProcess(
                DaemonProcess.binary, ["run", "--config", daemon.file],
                environment: ["WARREN_CONTROL_SOCKET": daemon.socket, "LISTEN_FDS": "1", "LISTEN_PID": "\(getpid())"],
                output: "\(daemon.directory)/log")
            try await daemon.consuming()
            try await daemon.stop(process)
            #expect(!FileManager.default.fileExists(atPath: daemon.socket))
        }

        /// As a socket unit does (systemd.socket(5), `ListenStream=`).
        private func listen(at path: String) throws -> Int32 {
            let descriptor = try unsafe unixSocket(path) { unsafe bind($0, $1, $2) }
            try #require(Glibc.listen(descriptor, 16) == 0)
            return descriptor
        }

        private func connect(to path: String) throws -> Int32 { try unsafe unixSocket(path) { unsafe Glibc.connect($0, $1, $2) } }

        private func unixSocket(_ path: String, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) throws -> Int32 {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            let code = unsafe UnixAddress(path: path)?.withPointer { unsafe call(descriptor, $0, $1) }
            try #require(code == 0)
            return descriptor
        }
    }
}
