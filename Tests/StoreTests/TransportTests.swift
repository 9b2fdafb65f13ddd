import Messages
import Settings
import Testing
import Waiting

@testable import Store

@Suite("On the wire")
struct TransportTests {
    @Test("A request is plain HTTP/1.1 with a length, and says who it is")
    func request() async throws {
        let server = try ScriptedServer(.answer(202, accepted("a", "b")))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint) { $0.password = Secret("geheim") })
        #expect(await store.write(writeBatch("a", "b")) == .success([.written, .written]))
        let request = try #require(server.received.first)
        #expect(request.method == "POST")
        #expect(
            request.path
                == "/_db/companies/_api/document/companies?overwriteMode=update&keepNull=true&mergeObjects=true&versionAttribute=version")
        #expect(request.body == #"[{"_key":"a","a":1},{"_key":"b","a":1}]"#)
        #expect(request.headers["content-length"] == "\(request.body.utf8.count)")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["accept"] == "application/json")
        #expect(request.headers["authorization"] == "Basic cm9vdDpnZWhlaW0=")
        #expect(request.headers["accept-encoding"] == "identity")
        #expect(request.headers["expect"] == nil)
        #expect(request.headers["transfer-encoding"] == nil)
        await store.close()
    }

    @Test("Connections are kept: requests in a row share one")
    func keepAlive() async throws {
        let server = try ScriptedServer { .answer(202, $0.method == "DELETE" ? accepted("b") : accepted("a")) }
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        for _ in 0..<5 {
            #expect(await store.write(writeBatch("a")) == .success([.written]))
            #expect(await store.write(writeBatch("b", to: .companies(.remove, version: nil))) == .success([.written]))
        }
        #expect(server.connections == 1)
        #expect(server.received.map(\.method) == Array(repeating: ["POST", "DELETE"], count: 5).flatMap(\.self))
        await store.close()
    }

    @Test("No more requests are in flight than connections are configured, and none is forgotten")
    func cap() async throws {
        let server = try ScriptedServer { request in .answer(202, accepted(String(request.body.split(separator: "\"")[3]))) }
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint) { $0.connections = 3 })
        let replies = await withTaskGroup(of: WriteReply.self) { group in
            for number in 0..<50 { group.addTask { await store.write(writeBatch("k\(number)")) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(replies == Array(repeating: .success([.written]), count: 50))
        #expect(server.connections <= 3)
        await store.close()
    }

    @Test("IPv6 addresses stand in brackets", .enabled(if: Loopback.hasIPv6, "this machine has no ::1"))
    func ipv6() async throws {
        let server = try ScriptedServer(isIPv6: true) { _ in .answer(202, accepted("a")) }
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing("http://[::1]:\(server.port)"))
        #expect(await store.write(writeBatch("a")) == .success([.written]))
        #expect(server.received.first?.headers["host"] == "[::1]:\(server.port)")
        await store.close()
    }

    @Test("A redirection is not followed: writes go where the configuration says")
    func redirection() async throws {
        let server = try ScriptedServer(.bytes("HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store.write(writeBatch("a")).failure?.kind == .failing)
        #expect(server.received.count == 1)
        await store.close()
    }

    @Test("Behind a reverse proxy every path has its prefix")
    func prefix() async throws {
        let server = try ScriptedServer { $0.method == "POST" ? .answer(202, accepted("a")) : .answer(200, "{}") }
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint + "/arango/"))
        #expect(await store.write(writeBatch("a")) == .success([.written]))
        #expect(await store.probe() == nil)
        #expect(
            server.received.map { $0.path.prefix { $0 != "?" } } == [
                "/arango/_db/companies/_api/document/companies", "/arango/_db/companies/_api/database/current",
            ])
        await store.close()
    }

    @Test("The time a request waited in the server's queue is known from its answer")
    func queueTime() async throws {
        let body = accepted("a")
        let next = Counter()
        let server = try ScriptedServer { _ in
            let header = ["x-arango-queue-time-seconds: 0.250000\r\n", "x-arango-queue-time-seconds: soon\r\n", ""][next.next() - 1]
            return .bytes("HTTP/1.1 202 Accepted\r\n\(header)content-length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(store.queueTime == .zero)
        for (count, expected) in [Duration.milliseconds(250), .zero, .zero].enumerated() {
            #expect(await store.write(writeBatch("a")) == .success([.written]))
            #expect(store.queueTime == expected)
            try await eventually("the client has closed it, too") { server.closedConnections == count + 1 }
        }
        await store.close()
    }

    @Test("What cannot work is refused before anything is sent")
    func badSettings() throws {
        #expect(throws: StoreError.noEndpoint) { try DocumentStore(settings: .testing()) }
        #expect(throws: StoreError.self) { try DocumentStore(settings: .testing("http://ok:1", "nonsense")) }
        #expect(throws: StoreError.file(key: "ca", path: "/nonexistent/ca.pem", reason: "No such file or directory")) {
            try DocumentStore(settings: .testing("https://ok:1") { $0.tls.ca = "/nonexistent/ca.pem" })
        }
        #expect(throws: StoreError.unsendable("the token")) {
            try DocumentStore(settings: .testing("http://ok:1") { $0.token = Secret("a\r\nb") })
        }
    }
}
