import ControlClients
import Synchronization
import Testing
import Waiting

@testable import ControlMessages
@testable import ControlServer

@Suite("A stream of lines", .serialized) struct StreamTests {
    @Test("Lines arrive as they are sent, and the sender learns when the reader goes") func lines() async throws {
        let source = LineSource()
        try await withServer(routes: [source.route]) { server in
            let sent = Task {
                let sink = await source.sink()
                for number in 1...3 { sink.send(Array("{\"n\":\(number)}".utf8)) }
            }
            let lines = Mutex<[String]>([])
            try await server.client.lines("/v1/events") { line in
                lines.withLock { lines in
                    lines.append(String(decoding: line, as: UTF8.self))
                    return lines.count < 3
                }
            }
            await sent.value
            #expect(lines.withLock(\.self) == [#"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#])
            try await source.ended()
        }
    }

    @Test("A reader that does not read is cut off, and is never waited for") func slowReader() async throws {
        let source = LineSource()
        try await withServer(routes: [source.route]) { server in
            let client = try await RawClient(server.path)
            client.send("GET /v1/events HTTP/1.1\r\nHost: warren\r\n\r\n")
            let sink = await source.sink()
            let line = [UInt8](repeating: 0x78, count: 1000)
            var sent = 0
            while sink.send(line), sent < 100_000 { sent += 1 }
            // What the kernel holds for it, and a quarter of a MiB of ours.
            #expect(sent < 2000)
            try await source.ended()
            #expect(await client.readAll().isClosed)
        }
    }

    @Test("Who is cut off is cut off once, though lines from before are on their way") func cutOffOnce() async throws {
        let source = LineSource()
        var limits = ServerLimits()
        limits.streamBytes = 2 << 20
        try await withServer(routes: [source.route], limits: limits) { server in
            let client = try await RawClient(server.path)
            client.send("GET /v1/events HTTP/1.0\r\n\r\n")
            let sink = await source.sink()
            // More than the kernel takes, so that the end has to wait for the reader.
            sink.send([UInt8](repeating: 0x78, count: 1 << 20))
            sink.send(Array("late".utf8))
            #expect(!sink.send([UInt8](repeating: 0x78, count: 2 << 20)))
            try await source.ended()
            let answer = await client.readAll()
            #expect(answer.text.split(separator: #""event":"cut-off""#, omittingEmptySubsequences: false).count == 2)
            #expect(answer.isClosed)
        }
    }

    @Test("A client that closes while nothing happens is noticed") func closing() async throws {
        let source = LineSource()
        try await withServer(routes: [source.route]) { server in
            do {
                let client = try await RawClient(server.path)
                client.send("GET /v1/events HTTP/1.1\r\nHost: warren\r\n\r\n")
                _ = await source.sink()
                _ = await client.read(until: "\r\n\r\n")
            }
            try await source.ended()
        }
    }

    @Test("HEAD tells the type and ends at once") func head() async throws {
        let source = LineSource()
        try await withServer(routes: [source.route]) { server in
            let client = try await RawClient(server.path)
            client.send("HEAD /v1/events HTTP/1.1\r\nHost: warren\r\nConnection: close\r\n\r\n")
            let answer = await client.readAll()
            #expect(answer.text.contains("Content-Type: application/x-ndjson"))
            #expect(answer.isClosed)
        }
    }
}

/// A route whose sink the test gets hold of.
private final class LineSource: Sendable {
    private let (sinks, sinkContinuation) = AsyncStream.makeStream(of: LineSink.self)
    private let isEnded = Mutex(false)

    var route: Route {
        Route(.get, "/v1/events", .observe, .lines) { [self] _, _, sink throws(ControlError) in
            sinkContinuation.yield(sink)
            return { self.isEnded.withLock { $0 = true } }
        }
    }

    func sink() async -> LineSink {
        for await sink in sinks { return sink }
        preconditionFailure("the stream of sinks never ends")
    }

    /// Returns when the server has reported that the reader is gone.
    func ended() async throws {
        try await eventually("the server has told the end") { isEnded.withLock { $0 } }
    }
}
