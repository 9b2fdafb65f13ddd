import Messages
import Settings
import Testing

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
        try await until { server.received.count == 1 }
        let store = try DocumentStore(settings: .testing(server.endpoint) { $0.timeout = .seconds(2) })
        #expect(await store.write(writeBatch("a")).failure?.kind == .unknown)
        #expect(server.received.count == 2)
        await store.close()
        try await until { server.closedConnections > 0 }
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
            try await until { server.closedConnections == count }
        }
        #expect(server.connections == 3)
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

    @Test("A write whose answer has no end is given up, and its outcome is unknown")
    func endlessAnswer() async throws {
        let server = try ScriptedServer(.answer(202, String(repeating: " ", count: 1 << 20)))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store.write(writeBatch("a")).failure?.kind == .unknown)
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

    @Test("An answer that a gateway compresses is read, whoever asked for that")
    func compressed() async throws {
        // Of `[{"_id":"companies/a","_key":"a","_rev":"_1","_oldRev":"_0"}]`.
        let plain = accepted("a")
        let stored = try EncodedAnswer.gzip(plain)
        let server = try ScriptedServer(.octets(EncodedAnswer.answer(202, encoding: "gzip", stored)))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store.write(writeBatch("a")) == .success([.written]))
        await store.close()
    }

    @Test("What expands to more than an answer may hold is given up")
    func bomb() async throws {
        let bomb = try EncodedAnswer.gzip(String(repeating: " ", count: 1 << 20))
        #expect(bomb.count < 1 << 13)
        let server = try ScriptedServer(.octets(EncodedAnswer.answer(202, encoding: "gzip", bomb)))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        let failure = await store.write(writeBatch("a")).failure
        #expect(failure?.kind == .unknown)
        #expect(failure?.fault.message.contains("larger than any") == true)
        await store.close()
    }

    @Test(
        "An encoding that libcurl does not know, or that is damaged, is told as what it is, and never read",
        arguments: ["x-secret", "gzip"])
    func unreadableEncoding(encoding: String) async throws {
        let server = try ScriptedServer(.octets(EncodedAnswer.answer(200, encoding: encoding, Array("not at all encoded so, by far".utf8))))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        let failure = await store.write(writeBatch("a")).failure
        #expect(failure?.kind == .unknown)
        #expect(failure?.fault.message.contains("Content-Encoding") == true)
        let probe = await store.probe()
        #expect(probe?.kind == .configuration)
        #expect(probe?.fault.message.contains("look at the proxy") == true)
        await store.close()
    }

    @Test("Documents that are too much for one answer are read back in parts")
    func hugeDocuments() async throws {
        // Two documents are over the limit, and c is so alone.
        let server = try ScriptedServer { request in
            let keys = request.body.split(separator: "\"").filter { "abc".contains($0) }
            let documents = keys.map { key in
                #"{"_key":"\#(key)","_rev":"_1","version":1,"x":"\#(String(repeating: "x", count: key == "c" ? 2000 : 600))"}"#
            }
            return .answer(200, "[\(documents.joined(separator: ","))]")
        }
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint), readAnswerLimit: 1000, largeAnswerLimit: 1000)
        let states = try await store.read(readBatch("a", "b", "c")).get()
        #expect(states.prefix(2) == [.found(version: 1), .found(version: 1)])
        guard case .unreadable = states[2] else {
            Issue.record("not unreadable: \(states[2])")
            return
        }
        await store.close()
    }

    @Test("What is too large for an answer among others is read back by itself, one at a time")
    func largeDocuments() async throws {
        let server = try ScriptedServer { request in
            let keys = request.body.split(separator: "\"").filter { "abc".contains($0) }
            let documents = keys.map { #"{"_key":"\#($0)","_rev":"_1","version":1,"x":"\#(String(repeating: "x", count: 2000))"}"# }
            return .answer(200, "[\(documents.joined(separator: ","))]")
        }
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint), readAnswerLimit: 1000, largeAnswerLimit: 3000)
        async let first = store.read(readBatch("a", "b")), second = store.read(readBatch("c"))
        #expect(try await first.get() == [.found(version: 1), .found(version: 1)])
        #expect(try await second.get() == [.found(version: 1)])
        await store.close()
    }

    @Test("Documents are read back with onlyget")
    func read() async throws {
        let server = try ScriptedServer(.answer(200, #"[{"_key":"a","_id":"companies/a","_rev":"_1","version":4}]"#))
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store.read(readBatch("a")) == .success([.found(version: 4)]))
        #expect(server.received.map(\.path) == ["/_db/companies/_api/document/companies?onlyget=true"])
        #expect(server.received.map(\.body) == [#"["a"]"#])
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
            try await until { server.closedConnections == count + 1 }
        }
        await store.close()
    }

    @Test("Closing gives up what is in flight and refuses what comes later")
    func closing() async throws {
        let server = try ScriptedServer(.stall)
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint))
        async let inFlight = store.write(writeBatch("a"))
        async let waiting = store.write(writeBatch("b"))
        try await until { server.received.count == 1 }
        await store.close()
        let replies = await [inFlight, waiting].map { $0.failure?.kind }
        #expect(replies.contains(.unknown) && replies.contains(.outage))
        #expect(await store.write(writeBatch("c")).failure?.kind == .outage)
        await store.close()
    }

    @Test("Closing returns whatever is in flight and however many wait, at whichever moment it comes", .serialized, arguments: 0..<200)
    func closingAtAnyMoment(moment: Int) async throws {
        let server = try ScriptedServer(.stall)
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint) { $0.connections = 1 + moment % 4 })
        async let version = store.serverVersion()
        async let writes = withTaskGroup { group in
            for number in 0..<moment % 7 { group.addTask { await store.write(writeBatch("\(number)")) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for _ in 0..<moment { await Task.yield() }
        await store.close()
        #expect(await version.failure != nil)
        #expect(await writes.allSatisfy { $0.failure != nil })
    }

    @Test("Who lets go of the store ends its thread and its connections")
    func letGo() async throws {
        let server = try ScriptedServer(.answer(202, accepted("a")))
        defer { server.stop() }
        var store: DocumentStore? = try DocumentStore(settings: .testing(server.endpoint))
        #expect(await store?.write(writeBatch("a")) == .success([.written]))
        store = nil
        try await until { server.closedConnections == 1 }
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

/// Waits for a condition, with a deadline.
func until(_ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !condition() {
        try #require(.now < deadline, "the condition did not come true")
        try await Task.sleep(for: .milliseconds(2))
    }
}
