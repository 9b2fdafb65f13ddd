import Glibc
import Threads

/// Certificates, and servers that speak TLS with them, by the `openssl` command in a directory of their own. Its caller suspends.
final class OpenSSL: Sendable {
    struct Failure: Error { let command: String }

    let directory: String

    init() throws {
        var template = Array("/tmp/warren-tls.XXXXXX".utf8CString)
        guard unsafe template.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) != nil }) else {
            throw Failure(command: "mkdtemp")
        }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = try? Self.run(["rm", "-r", directory], in: "/") }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// An authority: `name.pem` and `name.key`.
    func makeAuthority(_ name: String) async throws {
        try await request(name, subject: "/CN=\(name)", [])
    }

    /// A certificate for a host (also for a client), signed by an authority.
    ///
    /// Without names it has only the CN, as old ones do.
    func makeCertificate(_ name: String, for host: String, by authority: String, hasNames: Bool = true) async throws {
        let names = hasNames ? ["-addext", "subjectAltName=DNS:\(host)"] : []
        try await request(name, subject: "/CN=\(host)", names + ["-CA", "\(authority).pem", "-CAkey", "\(authority).key"])
    }

    private func request(_ name: String, subject: String, _ more: [String]) async throws {
        let common = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"]
        let arguments = common + ["-subj", subject, "-keyout", "\(name).key", "-out", "\(name).pem"] + more
        try await onBlockingThread(named: "openssl") { [directory] () throws(any Error) in _ = try Self.run(arguments, in: directory) }
    }

    /// A server that answers `GET /_db/companies/_api/version`, until the handle goes.
    func serve(_ certificate: String, _ more: [String] = []) async throws -> Server {
        try await onBlockingThread(named: "openssl") { [self] () throws(any Error) in try start(certificate, more) }
    }

    private func start(_ certificate: String, _ more: [String]) throws -> Server {
        let body = #"{"server":"arango","license":"community","version":"3.12.10"}"#
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        try Self.run(["mkdir", "-p", "_db/companies/_api"], in: directory)
        try Self.run(["sh", "-c", #"printf %s "$1" > _db/companies/_api/version"#, "sh", answer], in: directory)
        var output: [Int32] = [0, 0]
        guard unsafe pipe(&output) == 0 else { throw Failure(command: "pipe") }
        let arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-HTTP", "-cert", "\(certificate).pem", "-key", "\(certificate).key",
        ]
        let process = try Self.spawn(arguments + more, in: directory, output: output[1])
        close(output[1])
        // It prints its port, and needs a reader for its later output.
        var told = ""
        while let bytes = Loopback.read(output[0]), !bytes.isEmpty {
            told += String(decoding: bytes, as: UTF8.self)
            guard let line = told.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT ") }), told.last == "\n" else { continue }
            if let port = line.split(separator: ":").last.flatMap({ UInt16($0) }) {
                return Server(process: process, output: output[0], port: port)
            }
        }
        throw Failure(command: "openssl s_server: \(told)")
    }

    final class Server: Sendable {
        let port: UInt16
        private let process: pid_t
        private let output: Int32

        init(process: pid_t, output: Int32, port: UInt16) {
            (self.process, self.output, self.port) = (process, output, port)
        }

        deinit {
            // It inherits the signal mask of the thread that started it, so a gentler signal might wait for ever.
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
            close(output)
        }
    }

    @discardableResult
    private static func run(_ arguments: [String], in directory: String) throws -> Int32 {
        let process = try spawn(arguments, in: directory, output: nil)
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        guard status == 0 else { throw Failure(command: arguments.joined(separator: " ")) }
        return status
    }

    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    /// `posix_spawn_file_actions_addclosefrom_np`, which Swift's Glibc module leaves out because it is made without _GNU_SOURCE.
    private static let closeFrom = unsafe unsafeBitCast(dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"), to: CloseFrom.self)

    /// Output that nobody asked for goes to /dev/null.
    private static func spawn(_ arguments: [String], in directory: String, output: Int32?) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 { unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
        if let output { unsafe posix_spawn_file_actions_adddup2(&actions, output, 1) }
        // Else the child would keep sockets of other tests open, and connections to servers that have gone away would be accepted.
        _ = unsafe closeFrom(&actions, 3)
        var vector = unsafe (["env", "-C", directory] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe vector.forEach { unsafe free($0) } }
        var process = pid_t()
        guard unsafe posix_spawnp(&process, "env", &actions, nil, &vector, environ) == 0 else { throw Failure(command: arguments[0]) }
        return process
    }
}
