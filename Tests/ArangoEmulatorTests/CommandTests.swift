import Glibc
import Testing
import Threads

@testable import ArangoEmulator

@Suite("arango-emulator")
struct CommandTests {
    @Test("It prints where it listens, serves there, and ends with 0 when it is told to", arguments: [SIGTERM, SIGINT])
    func lifecycle(signal: Int32) async throws {
        let process = try EmulatorProcess(arguments: ["--listen", "127.0.0.1:0", "--version", "3.11.2", "--null"])
        let line = await process.readLine()
        let url = try #require(line.wholeMatch(of: /listening on http:\/\/127\.0\.0\.1:([0-9]+)/))
        let client = HTTPClient(host: "127.0.0.1", port: try #require(Int(url.1)))
        let answer = try await client.send("GET", "/_api/version")
        #expect(try JSONParser.parse(answer.body).object?["version"] == "3.11.2")
        process.send(signal)
        #expect(await process.exitCode() == 0)
    }

    @Test("A cluster prints the address of each coordinator; hardened, it keeps the version from those who do not administer it")
    func cluster() async throws {
        let process = try EmulatorProcess(arguments: [
            "--listen", "127.0.0.1:0", "--coordinators", "2", "--harden", "--password", "secret", "--ttl-frequency", "1",
        ])
        let line = await process.readLine()
        let urls = try #require(line.wholeMatch(of: /listening on http:\/\/127\.0\.0\.1:([0-9]+) http:\/\/127\.0\.0\.1:([0-9]+)/))
        for port in [urls.1, urls.2] {
            var client = HTTPClient(host: "127.0.0.1", port: try #require(Int(port)))
            #expect(try await client.send("GET", "/_api/version").status == 401)
            client.authorization = "Basic cm9vdDpzZWNyZXQ="
            let answer = try JSONParser.parse(try await client.send("GET", "/_api/version?details=true").body)
            #expect(answer.object?["version"] == "3.12.10")
            #expect(answer.object?["details"]?.object?["role"] == "COORDINATOR")
        }
        process.send(SIGTERM)
        #expect(await process.exitCode() == 0)
    }

    @Test("In front of another server it passes on what it is asked, and tells nobody which one that is")
    func proxy() async throws {
        let emulator = try await ArangoEmulator.start(Configuration(version: "3.12.99"))
        let process = try EmulatorProcess(arguments: ["--listen", "127.0.0.1:0", "--in-front-of", emulator.url, "--anonymous"])
        let line = await process.readLine()
        let url = try #require(line.wholeMatch(of: /listening on http:\/\/127\.0\.0\.1:([0-9]+)/))
        let answer = try await HTTPClient(host: "127.0.0.1", port: try #require(Int(url.1))).send("GET", "/_api/version")
        #expect(try JSONParser.parse(answer.body).object?["version"] == "3.12.99")
        #expect(answer.headers["server"] == nil)
        process.send(SIGTERM)
        #expect(await process.exitCode() == 0)
        await emulator.stop()
    }

    @Test(
        "What it cannot do it says, and ends with an error",
        arguments: [
            ["--listen", "nowhere"], ["--version", "latest"], ["--listen", "256.0.0.1:0"], ["--coordinators", "0"], ["--anonymous"],
            ["--in-front-of", "https://127.0.0.1:8529"],
        ])
    func refusals(arguments: [String]) async throws {
        let process = try EmulatorProcess(arguments: arguments)
        #expect(await process.exitCode() != 0)
    }
}

/// The built executable, running.
private struct EmulatorProcess {
    private let pid: pid_t
    private let output: Int32

    /// It lies beside the test's own executable.
    init(arguments: [String]) throws {
        let own = unsafe realpath("/proc/self/exe", nil)
        defer { unsafe free(own) }
        guard let own = unsafe own else { throw NotStarted() }
        let folder = unsafe String(cString: own).split(separator: "/").dropLast().joined(separator: "/")
        var pipe: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&pipe) == 0 else { throw NotStarted() }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO)
        unsafe posix_spawn_file_actions_addclose(&actions, pipe[0])
        var vector = unsafe (["arango-emulator"] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe vector.forEach { unsafe free($0) } }
        var pid = pid_t()
        let result = unsafe posix_spawn(&pid, "/\(folder)/arango-emulator", &actions, nil, &vector, environ)
        close(pipe[1])
        guard result == 0 else {
            close(pipe[0])
            throw NotStarted()
        }
        self.pid = pid
        output = pipe[0]
    }

    /// Returns when a whole line has come, or the process has ended.
    func readLine() async -> String {
        await onBlockingThread(named: "reading-line") {
            var line: [UInt8] = []
            var byte: UInt8 = 0
            while unsafe read(output, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
            return String(decoding: line, as: UTF8.self)
        }
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// Returns when the process has ended; nil if a signal ended it.
    func exitCode() async -> Int32? {
        let status = await onBlockingThread(named: "awaiting-exit") {
            var status: Int32 = 0
            unsafe waitpid(pid, &status, 0)
            return status
        }
        close(output)
        return status & 0x7f == 0 ? (status >> 8) & 0xff : nil
    }

    struct NotStarted: Error {}
}
