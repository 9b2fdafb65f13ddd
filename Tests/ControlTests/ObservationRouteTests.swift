import ControlClients
import Formats
import FoundationEssentials
import Synchronization
import Testing

@testable import Commands
@testable import ControlMessages
@testable import ControlServer

@Suite("The routes of dead letters and observation", .serialized) struct ObservationRouteTests {
    @Test("A listing takes a limit within bounds, an id asks for one letter instead, and other names are refused") func list() async throws
    {
        let asked = Asked()
        try await withServer(service: .sample(asked)) { server in
            let listing: DeadLetterListing = try await server.client.send(.get, "/v1/dead-letters/updated?limit=5")
            #expect(listing.queue == "updated.dead")
            let _: DeadLetterListing = try await server.client.send(.get, "/v1/dead-letters/updated")
            let detail: DeadLetterDetail = try await server.client.send(.get, "/v1/dead-letters/updated?id=3fa94c07&redact=true")
            #expect(detail.bodyEncoding == .redacted)
            #expect(asked.all == ["list updated 5", "list updated 1000", "show updated 3fa94c07 true"])
            for limit in ["0", "10001", "many"] {
                await #expect(throws: ClientError.refused(.badRequest("limit must be a whole number from 1 to 10000"))) {
                    let _: DeadLetterListing = try await server.client.send(.get, "/v1/dead-letters/updated?limit=\(limit)")
                }
            }
            let refused = [
                "number=3", "limit=5&reason=bad-key", "consent=yes", "consent=", "limit=5&limit=6", "limit=%", "limit=+5", "limit=05",
                "limit",
                "id=", "id=3fa94c07&redact=yes", "redact=true", "id=3fa94c07&limit=5",
            ]
            for query in refused {
                await #expect(throws: ClientError.self) {
                    let _: DeadLetterListing = try await server.client.send(.get, "/v1/dead-letters/updated?\(query)")
                }
            }
            #expect(asked.all.count == 3)
            let _: DeadLetterListing = try await server.client.send(.get, "/v1/dead-letters/updated?consent=deliveries")
            #expect(asked.all.last == "list updated 1000 counting")
        }
    }

    @Test("An order says what it means in one way, `all` included, and in names that are known; others are refused before anything is done")
    func replay() async throws {
        let asked = Asked()
        try await withServer(service: .sample(asked)) { server in
            let all = DeadLetterOrder(all: true)
            let _: DeadLetterReport = try await server.client.send(.post, "/v1/dead-letters/updated/replay", body: all)
            let order = DeadLetterOrder(reason: "bad-key", limit: 2, dryRun: true)
            let _: DeadLetterReport = try await server.client.send(.post, "/v1/dead-letters/updated/replay", body: order)
            #expect(asked.all == ["replay updated all", "replay updated bad-key 2 dry"])
            let unclear: [DeadLetterOrder] = [
                .init(), .init(dryRun: true), .init(all: false), .init(limit: 0), .init(reason: "a", all: true), .init(limit: 2, all: true),
                .init(id: "3fa94c07", reason: "a"), .init(id: "3fa94c07", limit: 1),
            ]
            for verb in ["replay", "drop"] {
                for order in unclear {
                    await #expect(throws: ClientError.self, "\(order)") {
                        let _: DeadLetterReport = try await server.client.send(.post, "/v1/dead-letters/updated/\(verb)", body: order)
                    }
                }
                await #expect(throws: ClientError.self) {
                    let _: DeadLetterReport = try await server.client.send(.post, "/v1/dead-letters/updated/\(verb)")
                }
                for body in Self.noOrders {
                    let answer = try await server.ask("POST /v1/dead-letters/updated/\(verb)", body: body)
                    #expect(
                        answer.hasPrefix("HTTP/1.1 400 ") && answer.contains(#"{"error":{"code":"bad_request","message":""#),
                        "\(body): \(answer)")
                }
                for query in ["dry_run=true", "limit=1", "reason=a", "x"] {
                    let answer = try await server.ask("POST /v1/dead-letters/updated/\(verb)?\(query)", body: #"{"all":true}"#)
                    #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("it takes none"), "\(query): \(answer)")
                }
            }
            #expect(asked.all.count == 2)
        }
    }

    /// Bodies that clients of other versions, or with mistakes in them, have sent or may send.
    private static let noOrders = [
        "", "{}", #"{"dry-run":true}"#, #"{"dryRun":true}"#, #"{"dry_run":true}"#, #"{"all":true,"number":2}"#, #"{"limit":1,"reasn":"a"}"#,
        #"{"limit":1,"dryRun":true}"#, #"{"ALL":true}"#, #"{"all":1}"#, #"{"all":"true"}"#, #"{"all":null}"#, #"{"limit":"1"}"#,
        #"{"limit":1.0}"#,
        #"{"limit":1e2}"#, #"{"limit":0}"#, #"{"limit":-1}"#, #"{"limit":18446744073709551616}"#, #"{"id":7}"#, #"{"id":""}"#,
        #"{"reason":["a"]}"#,
        #"{"all":true,}"#, #"{"all":true}{"limit":1}"#, #"{"all":true} x"#, #"{"limit":1,"limit":1000}"#, #"{"limit":1,"lim\u0069t":1000}"#,
        "\u{FEFF}{\"all\":true}", "[true]", "true", "null", "all=true", #"{"all":true"#, #"{'all':true}"#, #"{all:true}"#, #"{"all":tru}"#,
        #"{"all":true // yes"# + "\n}",
    ]

    @Test("Who only observes may list, who operates may replay, and only administrators may drop") func levels() {
        let levels = Route.all.reduce(into: [String: AccessLevel]()) { $0["\($1.method.rawValue) \($1.path)"] = $1.level }
        #expect(levels["GET /v1/dead-letters/{processor}"] == .observe)
        let look = Route.all.first { "\($0.path)" == "/v1/dead-letters/{processor}" }
        #expect(look?.level(["consent": "deliveries"]) == .operate)
        #expect(levels["POST /v1/dead-letters/{processor}/replay"] == .operate)
        #expect(levels["POST /v1/dead-letters/{processor}/drop"] == .administer)
        #expect(levels["POST /v1/explain"] == .operate)
        for path in ["GET /v1/history/{collection}/{key}", "GET /v1/events", "GET /metrics"] {
            #expect(levels[path] == .observe)
        }
    }

    @Test("The network gets figures and health, and nothing else") func network() {
        #expect(Route.network.map { "\($0.method.rawValue) \($0.path)" } == ["GET /healthz", "GET /metrics"])
    }

    @Test("Names of a document may hold what a path may not") func history() async throws {
        try await withServer() { server in
            let path = "/v1/history/\("my companies".percentEncoded)/\("a/b%c".percentEncoded)"
            let report: HistoryReport = try await server.client.send(.get, path)
            #expect(report.collection == "my companies")
            #expect(report.key == "a/b%c")
        }
    }

    @Test("A filter that is misspelt is refused: it would let everything through") func filters() async throws {
        try await withServer() { server in
            await #expect(throws: ClientError.self) { try await server.client.lines("/v1/events?procesor=updated") { _ in true } }
        }
        #expect(EventFilter(processor: "a b", outcome: "written").path == "/v1/events?processor=a%20b&outcome=written")
        #expect(EventFilter().path == "/v1/events")
    }

    @Test(
        "A reader that does not read is cut off; nobody has waited for it, and the last line that it finds says so", .timeLimit(.minutes(1))
    )
    func slowReader() async throws {
        let sinks = AsyncStream.makeStream(of: LineSink.self)
        var limits = ServerLimits()
        limits.streamBytes = 16 << 10
        let events = Route(
            .get, "/v1/events", .observe, .lines,
            stream: { _, _, sink throws(ControlError) in
                sinks.continuation.yield(sink)
                return {}
            })
        try await withServer(routes: [events], limits: limits) { server in
            let reader = try await RawClient(server.path)
            reader.send("GET /v1/events HTTP/1.0\r\n\r\n")
            let sink = try #require(await sinks.stream.first { _ in true })
            let line = Array(repeating: UInt8(ascii: "x"), count: 1000)
            var (sent, slowest) = (0, Duration.zero)
            let clock = ContinuousClock()
            while sent < 100_000 {
                var isOpen = false
                slowest = max(slowest, clock.measure { isOpen = sink.send(line) })
                guard isOpen else { break }
                sent += 1
                // The event loop gets its turns, so that it is the reader who is slow.
                if sent.isMultiple(of: 10) { try await Task.sleep(for: .milliseconds(1)) }
            }
            #expect(sent < 100_000, "it was cut off")
            // If anything waited, it would be for a reader that never reads.
            #expect(slowest < .seconds(30))
            let lines = await reader.readAll().text.split(separator: "\n")
            #expect(lines.last?.contains(#""event":"cut-off""#) == true, "\(lines.suffix(2))")
        }
    }
}
