import Testing
import Waiting

@testable import ArangoEmulator

/// What only shows over a real connection.
@Suite("The emulator over HTTP")
struct EmulatorTests {
    @Test("It listens on a free port, serves, and after its end refuses connections")
    func lifecycle() async throws {
        let emulator = try await ArangoEmulator.start()
        let client = HTTPClient(host: "127.0.0.1", port: emulator.port)
        #expect(emulator.url == "http://127.0.0.1:\(emulator.port)")
        #expect(try await client.send("GET", "/_api/version").status == 200)
        await emulator.stop()
        await #expect(throws: (any Error).self) { try await client.send("GET", "/_api/version") }
    }

    @Test("A port that is taken and a version that is none are errors that say so")
    func refusals() async throws {
        let emulator = try await ArangoEmulator.start()
        let taken = await #expect(throws: EmulatorError.self) { try await ArangoEmulator.start(Configuration(port: emulator.port)) }
        #expect(taken?.description.contains("cannot listen on 127.0.0.1:\(emulator.port)") == true)
        let version = await #expect(throws: EmulatorError.self) { try await ArangoEmulator.start(Configuration(version: "latest")) }
        #expect(version?.description.contains("'latest'") == true)
        await emulator.stop()
    }

    @Test("It goes away like a crashed server and comes back on the same port with what it held")
    func outage() async throws {
        let emulator = try await ArangoEmulator.start()
        let client = HTTPClient(host: "127.0.0.1", port: emulator.port)
        #expect(emulator.perform("POST", "/_api/collection", body: #"{"name":"c"}"#).status == 200)
        _ = try await client.send("POST", "/_api/document/c", body: Array(#"{"_key":"a","x":1}"#.utf8))
        await emulator.goAway()
        await #expect(throws: (any Error).self) { try await client.send("GET", "/_api/version") }
        try await emulator.comeBack()
        #expect(try await client.send("GET", "/_api/document/c/a").status == 200)
        #expect(emulator.documents(of: "c", in: "_system")?["a"]?.hasSuffix(#""x":1}"#) == true)
        #expect(emulator.documents(of: "zzz", in: "_system") == nil)
        await emulator.stop()
    }

    @Test("HEAD tells the length of the body that it leaves out, 304 has none")
    func bodyless() async throws {
        let emulator = try await ArangoEmulator.start()
        let client = HTTPClient(host: "127.0.0.1", port: emulator.port)
        _ = emulator.perform("POST", "/_api/collection", body: #"{"name":"c"}"#)
        _ = emulator.perform("POST", "/_api/document/c", body: #"{"_key":"a"}"#)
        let get = try await client.send("GET", "/_api/document/c/a")
        let head = try await client.send("HEAD", "/_api/document/c/a")
        #expect(head.headers["content-length"] == String(get.body.count))
        #expect(head.body.isEmpty)
        let unchanged = try await client.send("GET", "/_api/document/c/a", headers: [("if-none-match", get.headers["etag"] ?? "")])
        #expect(unchanged.status == 304)
        #expect(unchanged.headers["content-length"] == "0")
        await emulator.stop()
    }

    @Test("A drop and a lost reply close the connection; a delayed answer comes late but whole")
    func faults() async throws {
        let emulator = try await ArangoEmulator.start()
        let client = HTTPClient(host: "127.0.0.1", port: emulator.port)
        _ = emulator.perform("POST", "/_api/collection", body: #"{"name":"c"}"#)
        for effect in [InjectedFault.Effect.drop, .loseReply] {
            emulator.inject(InjectedFault(effect, times: 1))
            await #expect(throws: (any Error).self) { try await client.send("POST", "/_api/document/c", body: Array("{}".utf8)) }
        }
        #expect(emulator.counters.documentsWritten == 1)
        emulator.inject(InjectedFault(.delay(.milliseconds(50))))
        let start = ContinuousClock.now
        #expect(try await client.send("GET", "/_api/version").status == 200)
        #expect(ContinuousClock.now - start >= .milliseconds(50))
        emulator.removeFaults()
        #expect(emulator.faults.isEmpty)
        await emulator.stop()
    }

    @Test("A stalled request never gets an answer, while others are served")
    func stall() async throws {
        let emulator = try await ArangoEmulator.start()
        let client = HTTPClient(host: "127.0.0.1", port: emulator.port)
        emulator.inject(InjectedFault(.stall, path: "/_admin", times: 1))
        let stalled = Task { try await client.send("GET", "/_admin/status") }
        // The fault is used up once the stalled request has arrived.
        try await eventually("the fault is used up") { emulator.faults.isEmpty }
        #expect(try await client.send("GET", "/_admin/status").status == 200)
        await emulator.stop()
        await #expect(throws: (any Error).self) { try await stalled.value }
    }

    @Test("A password is asked for over HTTP, and the requests tell what was sent")
    func password() async throws {
        let emulator = try await ArangoEmulator.start(Configuration(password: "secret"))
        var client = HTTPClient(host: "127.0.0.1", port: emulator.port)
        #expect(try await client.send("GET", "/_api/version").status == 401)
        client.authorization = "Basic cm9vdDpzZWNyZXQ="
        #expect(try await client.send("GET", "/_api/version?details=true").status == 200)
        #expect(emulator.recentRequests.map(\.target) == ["/_api/version", "/_api/version?details=true"])
        #expect(emulator.recentRequests.last?.headers["authorization"] == "Basic cm9vdDpzZWNyZXQ=")
        #expect(emulator.counters.connections == 2)
        await emulator.stop()
    }

    @Test("A chunked body is refused: ArangoDB has no such thing (ArangoDB.md section 1)")
    func chunked() async throws {
        let emulator = try await ArangoEmulator.start()
        let client = HTTPClient(host: "127.0.0.1", port: emulator.port)
        let answer = try await client.send("POST", "/_api/document/c", headers: [("transfer-encoding", "chunked")])
        #expect(answer.status == 411)
        await emulator.stop()
    }
}
