import ControlClients
import FoundationEssentials
import Glibc
import Synchronization
import Testing
import Waiting

@testable import ControlMessages
@testable import ControlServer

@Suite("Clients that misbehave", .serialized) struct HostileClientTests {
    @Test(
        "What is no HTTP/1.1, or too much of it, is refused in the one shape of errors, and the connection is closed",
        arguments: [
            ("hello\r\n\r\n", 400, "bad_request"),
            ("\u{16}\u{3}\u{1}\u{2}\u{0}\r\n\r\n", 400, "bad_request"),
            ("GET /v1/status HTTP/1.1\r\nHost: warren\r\nContent-Length: many\r\n\r\n", 400, "bad_request"),
            ("GET /v1/status HTTP/1.1\r\nHost: warren\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "bad_request"),
            ("GET /v1/status HTTP/1.1\r\nHost: warren\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431, "headers_too_large"),
            ("GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\nHost: warren\r\n\r\n", 414, "target_too_long"),
            ("PUT /v1/log-level HTTP/1.1\r\nHost: warren\r\nContent-Length: 100000\r\n\r\n", 413, "body_too_large"),
            (
                "PUT /v1/log-level HTTP/1.1\r\nHost: warren\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n\(String(repeating: "x", count: 70_000))\r\n0\r\n\r\n",
                413,
                "body_too_large"
            ),
        ])
    func refused(request: String, status: Int, code: String) async throws {
        try await withServer { server in
            let client = try await RawClient(server.path)
            client.send(request)
            let answer = await client.readAll()
            #expect(answer.text.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.text.contains(#"{"error":{"code":"\#(code)","message":""#))
            #expect(answer.isClosed)
        }
    }

    @Test("A request that is refused is read to its end, and the connection stays open") func goesOn() async throws {
        try await withServer { server in
            let client = try await RawClient(server.path)
            client.send("PUT /v1/nothing HTTP/1.1\r\nHost: warren\r\nContent-Length: 5\r\n\r\nhello")
            #expect(await client.read(until: "}}\n").hasPrefix("HTTP/1.1 404 "))
            client.send("GET /healthz HTTP/1.1\r\nHost: warren\r\n\r\n")
            #expect(await client.read(until: "}\n").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("A connection that sends no request in time is closed, even if it sends a byte now and then") func slowRequest() async throws {
        var limits = ServerLimits()
        limits.patience = .seconds(3)
        try await withServer(limits: limits) { server in
            let silent = try await RawClient(server.path), slow = try await RawClient(server.path), half = try await RawClient(server.path)
            half.send("PUT /v1/log-level HTTP/1.1\r\nHost: warren\r\nContent-Length: 17\r\n\r\n{")
            let began = ContinuousClock.now
            for byte in "GET /v1/status".utf8 where ContinuousClock.now - began < .seconds(30) {
                slow.send([byte])
                try await Task.sleep(for: limits.patience / 8)
            }
            #expect(await slow.readAll().isClosed)
            #expect(await silent.readAll().isClosed)
            #expect(await half.readAll().text.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test("Requests sent all at once are answered one after the other, in their order") func pipelining() async throws {
        try await withServer { server in
            let client = try await RawClient(server.path)
            client.send(
                "GET /healthz HTTP/1.1\r\nHost: warren\r\n\r\nHEAD /healthz HTTP/1.1\r\nHost: warren\r\n\r\nGET /nothing HTTP/1.1\r\nHost: warren\r\n\r\nGET /v1/log-level HTTP/1.0\r\n\r\n"
            )
            let answer = await client.readAll()
            let lines = answer.text.split(separator: "\r\n").filter { $0.contains("HTTP/1.1 ") }
            #expect(
                lines.map { $0.drop { $0 != "H" } } == ["HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK"])
            #expect(answer.text.hasSuffix("{\"level\":\"info\"}\n"))
            #expect(answer.isClosed)
        }
    }

    @Test("A client that says that it has said everything still gets its answer") func halfClosed() async throws {
        try await withServer { server in
            let client = try await RawClient(server.path)
            client.send("GET /v1/log-level HTTP/1.1\r\nHost: warren\r\n\r\n")
            client.finish()
            let answer = await client.readAll()
            #expect(answer.text.hasSuffix("{\"level\":\"info\"}\n"))
            #expect(answer.isClosed)
        }
    }

    @Test("A client that asks and asks and never reads is cut off; it is not answered further meanwhile") func neverReads() async throws {
        var limits = ServerLimits()
        limits.answerTime = .milliseconds(300)
        let answered = Counter()
        let large = ControlReply(contentType: "text/plain", body: [UInt8](repeating: 0x78, count: 1 << 20))
        let route = Route(.get, "/large", .observe, .text) { _, _ throws(ControlError) in
            answered.add()
            return large
        }
        try await withServer(routes: [route], limits: limits) { server in
            let client = try await RawClient(server.path)
            client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: warren\r\n\r\n", count: 100))
            // Writing fails once the server has closed.
            try await eventually("it is cut off") { client.sendWithoutWaiting([0x0D]) == -1 && errno != EAGAIN }
            #expect(answered.count == 1)
        }
    }

    @Test("A thousand clients, many of them broken, leave no descriptor behind, and the next one is answered") func thousandClients()
        async throws
    {
        try await withServer { server in
            let before = try openDescriptors()
            for round in 0..<10 {
                var clients: [RawClient] = []
                for number in 0..<100 {
                    let client = try await RawClient(server.path)
                    switch (round + number) % 5 {
                    case 0: client.send("GET /v1/status HTTP/1.1\r\nHost: warren\r\n\r\n")
                    case 1: client.send("GET /v1/sta")
                    case 2: client.send([0, 1, 2, 255, 13, 10, 13, 10])
                    case 3: client.send("POST /v1/stop HTTP/1.1\r\nHost: warren\r\nContent-Length: 99999999999999999999\r\n\r\n")
                    default: break
                    }
                    clients.append(client)
                }
            }
            try await eventually("no descriptor is left open") { try openDescriptors() <= before }
            let report: StatusReport = try await server.client.send(.get, "/v1/status")
            #expect(report.processors.count == 2)
        }
    }
}

/// Counts from several threads.
final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .relaxed) }
    func add() { value.add(1, ordering: .relaxed) }
}

private func openDescriptors() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
