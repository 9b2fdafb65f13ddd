import ControlClients
import Synchronization
import Testing
import Waiting

@testable import ControlMessages
@testable import ControlServer

@Suite("What the clients of a listener may take", .serialized) struct ListenerLimitTests {
    @Test("A connection more than there is room for takes the place of the one that has been idle longest") func oldestIdle() async throws {
        var limits = ServerLimits()
        (limits.connections, limits.reservedConnections) = (2, 0)
        try await withServer(limits: limits) { server in
            let first = try await RawClient(server.path)
            // An answer in between: connections are counted when they are accepted, which is a little after they are made.
            #expect(try await health(first))
            let second = try await RawClient(server.path)
            #expect(try await health(second))
            #expect(try await health(first))
            let third = try await RawClient(server.path)
            #expect(try await health(third))
            #expect(await second.readAll().isClosed)
            #expect(try await health(first))
        }
    }

    @Test("Where all connections are at work the next one is answered 503, except for /healthz") func fullHouse() async throws {
        let work = SlowRoute()
        var limits = ServerLimits()
        (limits.connections, limits.reservedConnections) = (2, 0)
        try await withServer(routes: [work.route] + Route.network, limits: limits) { server in
            let busy = [try await RawClient(server.path), try await RawClient(server.path)]
            for client in busy { client.send("GET /slow HTTP/1.1\r\nHost: warren\r\n\r\n") }
            try await work.waits(for: 2)
            let refused = try await RawClient(server.path)
            refused.send("GET /v1/status HTTP/1.1\r\nHost: warren\r\n\r\n")
            let answer = await refused.readAll()
            #expect(answer.text.hasPrefix("HTTP/1.1 503 ") && answer.isClosed)
            #expect(answer.text.contains(#"{"error":{"code":"busy""#))
            // More than there are slots: each that is done, or idle, makes room.
            var idle: [RawClient] = []
            for _ in 0..<10 { idle.append(try await RawClient(server.path)) }
            for _ in 0..<10 {
                let client = try await RawClient(server.path)
                #expect(try await health(client))
            }
            work.open()
            for client in busy { #expect(await client.read(until: "done").hasPrefix("HTTP/1.1 200 ")) }
        }
    }

    @Test("With 200 idle connections on a listener /healthz is answered within a second, on either") func idleConnections() async throws {
        try await withServer { server in
            var clients: [RawClient] = []
            for _ in 0..<200 {
                clients.append(try await RawClient(server.path))
                clients.append(try await RawClient(port: server.port))
            }
            for client in [try await RawClient(server.path), try await RawClient(port: server.port)] {
                let began = ContinuousClock.now
                #expect(try await health(client))
                #expect(ContinuousClock.now - began < .seconds(1))
            }
        }
    }

    @Test("Connections that have had their last answer, and stay open, make room for the next ones") func lingering() async throws {
        try await withServer { server in
            for isLocal in [true, false] {
                func open() async throws -> RawClient { try await isLocal ? RawClient(server.path) : RawClient(port: server.port) }
                var clients: [RawClient] = []
                for _ in 0..<200 {
                    let client = try await open()
                    client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    #expect(await client.read(until: "}\n").hasPrefix("HTTP/1.1 200 "))
                    clients.append(client)
                }
                #expect(try await health(open()))
            }
        }
    }

    @Test("A body of as many pieces as there can be is taken in without holding others up") func pieces() async throws {
        var limits = ServerLimits()
        limits.patience = .seconds(60)
        let large = Route(.post, "/large", .observe, .echo, bodyBytes: 6 << 20) { _, _ throws(ControlError) in .text("done") }
        try await withServer(routes: [large] + Route.network, limits: limits) { server in
            let client = try await RawClient(server.path)
            client.send("POST /large HTTP/1.1\r\nHost: warren\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
            let first = [UInt8](repeating: UInt8(ascii: " "), count: 4_000_000)
            let pieces =
                Array("\(String(first.count, radix: 16))\r\n".utf8) + first + Array("\r\n".utf8)
                + [[UInt8]](repeating: Array("1\r\n \r\n".utf8), count: 20_000).joined() + Array("0\r\n\r\n".utf8)
            let began = ContinuousClock.now
            let sending = Task.detached { client.send(pieces) }
            let other = try await RawClient(server.path)
            #expect(try await health(other))
            await sending.value
            // Nothing but spaces is no body.
            #expect(await client.read(until: "done").hasPrefix("HTTP/1.1 200 "))
            // Half a minute and more while each piece was copied with what had come before.
            #expect(ContinuousClock.now - began < .seconds(10))
        }
    }

    @Test("What a request for a stream has in its body is let go of, however often it comes") func bodiesOfStreams() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 1 << 20
        let events = Route(.get, "/v1/events", .observe, .lines) { _, _, _ throws(ControlError) in {} }
        try await withServer(routes: [events], limits: limits) { server in
            let body = String(repeating: " ", count: 64 << 10)
            let client = try await RawClient(server.path)
            for _ in 0..<32 {
                client.send("GET /v1/events HTTP/1.1\r\nHost: warren\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                #expect(await client.read(until: "}\n").contains(#""code":"bad_request""#))
            }
        }
    }

    @Test("Requests that fill one listener leave places for /healthz there, and the other listener alone")
    func slowRequests() async throws {
        let work = SlowRoute()
        try await withServer(routes: [work.route] + Route.network) { server in
            let most = ServerLimits.network.requests
            var clients: [RawClient] = []
            for _ in 0..<40 {
                let client = try await RawClient(port: server.port)
                client.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
                clients.append(client)
            }
            try await work.waits(for: most)
            for _ in 0..<8 {
                let client = try await RawClient(port: server.port)
                #expect(try await health(client))
            }
            // Root, at the Unix socket.
            let root = try await RawClient(server.path)
            root.send("GET /slow HTTP/1.1\r\nHost: warren\r\n\r\n")
            try await work.waits(for: most + 1)
            work.open()
            #expect(await root.read(until: "done").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("A connection without a whole request within the patience is told so, or closed if it said nothing; each part of a request waits")
    func incomplete() async throws {
        var limits = ServerLimits()
        limits.patience = .milliseconds(500)
        let request = "POST /v1/stop HTTP/1.1\r\nHost: warren\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nA: b\r\n\r\n"
        try await withServer(limits: limits) { server in
            // The cuts of h1spec, and all others.
            for start in stride(from: 0, to: request.utf8.count, by: 12) {
                var clients: [(cut: Int, client: RawClient)] = []
                for cut in start..<min(start + 12, request.utf8.count) {
                    let client = try await RawClient(server.path)
                    client.send(Array(request.utf8.prefix(cut)))
                    clients.append((cut, client))
                }
                for (cut, client) in clients {
                    let answer = await client.readAll(seconds: 10)
                    #expect(answer.isClosed, "after \(cut) bytes")
                    #expect(cut == 0 ? answer.text.isEmpty : answer.text.hasPrefix("HTTP/1.1 408 "), "after \(cut) bytes: \(answer.text)")
                }
            }
            #expect(server.changes.all.isEmpty)
        }
    }

    @Test("The defaults keep 4 places for health at each listener, and wait 5 s for a request") func defaults() {
        for limits in [ServerLimits(), .network] {
            #expect(limits.healthSlots == 4)
            #expect(limits.patience == .seconds(5))
        }
    }

    /// Whether it is answered well; the connection stays open.
    private func health(_ client: RawClient) async throws -> Bool {
        client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return await client.read(until: "}\n").hasPrefix("HTTP/1.1 200 ")
    }
}

@Suite("The places of a listener") struct ListenerLoadTests {
    @Test("Forty slow observers leave root its places among requests, among connections, and for the bytes of both") func root() {
        let limits = ServerLimits()
        let load = ListenerLoad(limits: limits)
        let observers = (0..<200).count { _ in load.beginRequest(.observe, isHealth: false) != nil }
        #expect(observers == limits.requests - limits.reservedRequests)
        let health = (0..<10).count { _ in load.beginRequest(.operate, isHealth: true) == .health }
        #expect(health == limits.healthSlots)
        #expect((0..<20).count { _ in load.beginRequest(.administer, isHealth: false) == .common } == limits.reservedRequests)
        #expect(load.hold(answerBytes: 1, .observe))
        #expect(!load.hold(answerBytes: limits.answerBytes, .operate))
        #expect(load.hold(answerBytes: limits.answerBytes, .administer))
        #expect(!load.hold(bodyBytes: limits.bodyBytes - limits.bodyBytes / limits.reservedByteShare + 1, .observe))
        #expect(load.hold(bodyBytes: limits.bodyBytes, .administer))
    }

    @Test("Who may do less never pushes out who may do more; who may do more pushes out the oldest idle one") func pushing() {
        final class Token {}
        var limits = ServerLimits()
        (limits.connections, limits.reservedConnections, limits.healthSlots) = (3, 1, 1)
        let load = ListenerLoad(limits: limits)
        let tokens = (0..<8).map { _ in Token() }
        var closed: [Int] = []
        func admit(_ number: Int, _ level: AccessLevel) -> ListenerLoad.Admission? {
            load.admit(ObjectIdentifier(tokens[number]), level) { closed.append(number) }
        }
        #expect(admit(0, .administer) == .any)
        #expect(admit(1, .observe) == .any)
        load.becameBusy(ObjectIdentifier(tokens[1]))
        // The third slot is root's, and no observer is idle.
        #expect(admit(2, .observe) == .health)
        #expect(admit(3, .observe) == .health)
        #expect(closed == [2])
        load.becameBusy(ObjectIdentifier(tokens[3]))
        #expect(admit(4, .observe) == nil)
        #expect(admit(5, .administer) == .any)
        load.becameIdle(ObjectIdentifier(tokens[1]))
        #expect(admit(6, .administer) == .any)
        #expect(closed == [2, 0])
        // Root has two of the three slots. Without the idle one an observer would still have none, so it is not closed in vain.
        #expect(admit(7, .observe) == nil)
        #expect(closed == [2, 0])
    }
}

@Suite("Whom a listener on loopback lets itself be called") struct HostRuleTests {
    @Test(
        "localhost and addresses, and what is configured; elsewhere anything",
        arguments: [
            ("localhost", true), ("LOCALHOST:9464", true), ("localhost.", true), ("127.0.0.1:9464", true), ("[::1]", true),
            ("10.1.2.3", true),
            ("metrics.internal", true), ("Metrics.Internal:9464", true), ("evil.example.com", false), ("localhost.evil.example.com", false),
            ("warren", false), ("127.0.0.1.evil.example.com", false), ("2130706433", false),
        ])
    func loopback(host: String, isAccepted: Bool) throws {
        let authority = try #require(Authority(host))
        for address in ["127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"] {
            #expect(HostRule(address: address, names: ["Metrics.internal"]).accepts(authority) == isAccepted)
        }
        for address in ["0.0.0.0", "10.0.0.1", "::", "::10", "2001:db8::1"] {
            #expect(HostRule(address: address, names: []).accepts(authority))
        }
    }

    @Test("Others are answered 421 over TCP, and the connection stays open") func misdirected() async throws {
        try await withServer(hosts: HostRule(address: "127.0.0.1", names: ["metrics.internal"])) { server in
            let client = try await RawClient(port: server.port)
            client.send("GET /healthz HTTP/1.1\r\nHost: evil.example.com\r\n\r\n")
            let answer = await client.read(until: "}}\n")
            #expect(answer.hasPrefix("HTTP/1.1 421 ") && answer.contains(#""code":"misdirected""#))
            for host in ["localhost:1", "127.0.0.1", "metrics.internal"] {
                client.send("GET /healthz HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                #expect(await client.read(until: "}\n").hasPrefix("HTTP/1.1 200 "))
            }
            client.send("GET http://evil.example.com/healthz HTTP/1.1\r\nHost: evil.example.com\r\n\r\n")
            #expect(await client.read(until: "}}\n").hasPrefix("HTTP/1.1 421 "))
        }
    }
}

/// A route whose answers wait until they are let go.
private final class SlowRoute: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>](), count: 0))

    var route: Route {
        Route(.get, "/slow", .observe, .text) { [self] _, _ throws(ControlError) in
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    state.count += 1
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
            return .text("done")
        }
    }

    /// Until so many wait.
    func waits(for count: Int) async throws {
        try await eventually("\(count) wait") { state.withLock(\.count) >= count }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
