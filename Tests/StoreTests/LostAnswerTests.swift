import Messages
import Settings
import Testing
import Waiting

@testable import Store

@Suite("An answer that does not come whole")
struct LostAnswerTests {
    @Test("Where nothing listens, nothing was done")
    func connectionRefused() async throws {
        let port = try Loopback.deadPort()
        let store = try DocumentStore(settings: .testing("http://127.0.0.1:\(port)"))
        let failure = await store.write(writeBatch("a")).failure
        #expect(failure?.kind == .outage)
        #expect(failure?.fault.message.contains("127.0.0.1:\(port)") == true)
        await store.close()
    }

    @Test("A name that does not resolve is an outage")
    func unresolvable() async throws {
        let store = try DocumentStore(settings: .testing("http://warren.invalid:8529"))
        #expect(await store.write(writeBatch("a")).failure?.kind == .outage)
        await store.close()
    }

    @Test("A request that left and got no answer in time has an unknown outcome")
    func stall() async throws {
        let server = try ScriptedServer(.stall)
        defer { server.stop() }
        let patient = try DocumentStore(settings: .testing(server.endpoint))
        async let waiting = patient.write(writeBatch("b"))
        try await eventually("the request has come") { server.received.count == 1 }
        let store = try DocumentStore(settings: .testing(server.endpoint) { $0.timeout = .seconds(2) })
        #expect(await store.write(writeBatch("a")).failure?.kind == .unknown)
        #expect(server.received.count == 2)
        await store.close()
        try await eventually("one of them has given up") { server.closedConnections > 0 }
        #expect(server.closedConnections == 1, "its own timeout counts: with a longer one the other still waits")
        await patient.close()
        #expect(await waiting.failure?.kind == .unknown)
    }

    @Test(
        "A request that left and got no whole answer has an unknown outcome",
        arguments: [
            ScriptedServer.Act.bytes(""), .bytesThenReset(""), .bytes("HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\n[{\"_key\""),
            .bytesThenReset("HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\n[{\"_key\""), .bytes("HTTP/1.1 202 Acc"),
            .bytes("SSH-2.0-OpenSSH_9.2\r\n"), .bytes("HTTP/1.1 202 Accepted\r\n\r\n[{\"_key\":\"a\",\"_rev\":\"_1\"}"),
            .bytes("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"),
        ])
    func cut(act: ScriptedServer.Act) async throws {
        let server = try ScriptedServer(act)
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store.write(writeBatch("a")).failure?.kind == .unknown)
        #expect(server.received.count == 1)
        await store.close()
    }

    @Test("A kept connection that dies under a write leaves its outcome unknown: libcurl does not send it twice behind our back")
    func deadKeptConnection() async throws {
        let server = try ScriptedServer(.answer(202, accepted("a")), .bytesThenReset(""), .answer(202, accepted("a")))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store.write(writeBatch("a")) == .success([.written]))
        #expect(await store.write(writeBatch("a")).failure?.kind == .unknown)
        #expect(server.received.count == 2)
        #expect(await store.write(writeBatch("a")) == .success([.written]))
        await store.close()
    }

    @Test("A kept connection that was closed while idle is not used")
    func closedIdleConnection() async throws {
        let body = accepted("a")
        let server = try ScriptedServer(.bytes("HTTP/1.1 202 Accepted\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        for count in 1...3 {
            #expect(await store.write(writeBatch("a")) == .success([.written]))
            try await eventually("the client has closed it, too") { server.closedConnections == count }
        }
        #expect(server.connections == 3)
        await store.close()
    }

    @Test("A write whose answer has no end is given up, and its outcome is unknown")
    func endlessAnswer() async throws {
        let server = try ScriptedServer(.answer(202, String(repeating: " ", count: 1 << 20)))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store.write(writeBatch("a")).failure?.kind == .unknown)
        await store.close()
    }
}
