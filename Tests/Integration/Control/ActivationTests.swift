import Control
import FoundationEssentials
import Glibc
import Testing

extension WholeService {
    @Suite("Socket activation") struct Activation {
        @Test(
            "A socket that systemd has opened is taken over: who came before the service is answered, and the next service goes on with it")
        func takeover() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let path = "\(daemon.directory)/systemd.sock"
            let listening = try listen(at: path)
            defer { close(listening) }
            let client = ControlClient(socket: path, group: nil)

            for _ in 1...2 {
                // Nobody is there to accept it yet.
                let early = Task.detached { let _: LogLevelMessage = try client.send(.get, "/v1/log-level") }
                let process = try daemon.start(listening: listening)
                try await early.value
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
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
            let code = unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(code == 0 && Glibc.listen(descriptor, 16) == 0)
            return descriptor
        }
    }
}
