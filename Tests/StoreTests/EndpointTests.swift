import Testing

@testable import Store

@Suite("Endpoints")
struct EndpointTests {
    @Test(
        "An endpoint is a scheme, a host and perhaps a port and the path of a reverse proxy",
        arguments: [
            ("http://127.0.0.1:8529", "http://127.0.0.1:8529"), ("http://db", "http://db:8529"), ("HTTPS://db:443/", "https://db:443"),
            ("http://[::1]:8530", "http://[::1]:8530"), ("https://[fe80::1]", "https://[fe80::1]:8529"),
            ("https://web/arango", "https://web:443/arango"), ("http://web/a/b//", "http://web:80/a/b"),
            ("https://web:8529/arango/", "https://web:8529/arango"), ("https://[::1]/a", "https://[::1]:443/a"),
        ])
    func accepted(text: String, name: String) throws {
        #expect(try Endpoint(text).name == name)
    }

    @Test(
        "Anything else is refused, and a password in it is not repeated",
        arguments: [
            "", "db:8529", "ftp://db", "http://", "http://:8529", "http://db:0", "http://db:65536", "http://db:x", "http://::1:8529",
            "http://[::1", "http://[::1]8529", "http://root:hunter2@db:8529", "http://db:8529/a b", "http://db/ä", "http://db?x",
            "http://db/a#b", "http://d b",
        ])
    func refused(text: String) {
        let fault = #expect(throws: EndpointFault.self) { try Endpoint(text) }
        #expect(fault?.text.contains("hunter2") == false)
    }

    @Test("With server_name the URL bears that name, and the connection goes to the host")
    func serverName() throws {
        let endpoint = try Endpoint("https://10.0.0.1:8530")
        #expect(endpoint.base(serverName: "db.example") == "https://db.example:8530")
        #expect(endpoint.connectTo(serverName: "db.example") == "db.example:8530:10.0.0.1:8530")
        #expect(endpoint.connectTo(serverName: nil) == nil)
        #expect(try Endpoint("http://10.0.0.1").base(serverName: "db.example") == "http://10.0.0.1:8529")
        #expect(try Endpoint("https://10.0.0.1/arango").base(serverName: "web.example") == "https://web.example:443/arango")
        #expect(try Endpoint("https://10.0.0.1/arango").connectTo(serverName: "web.example") == "web.example:443:10.0.0.1:443")
        #expect(try Endpoint("https://[::1]:1").connectTo(serverName: "db") == "db:1:[::1]:1")
    }
}

@Suite("The ring of coordinators")
struct EndpointRingTests {
    private let start = ContinuousClock.now

    @Test("Requests go to all in turn")
    func turns() {
        var ring = EndpointRing(count: 3)
        #expect((0..<6).map { _ in ring.next(now: start, tried: []) } == [0, 1, 2, 0, 1, 2])
    }

    @Test("A failed one is avoided for a growing, bounded time, and forgiven once it answers")
    func avoidance() {
        #expect((1...8).map(EndpointRing.avoidance(afterFailures:)) == [1, 2, 4, 8, 16, 32, 32, 32].map { .seconds($0) })
        var ring = EndpointRing(count: 2)
        ring.failed(0, now: start)
        #expect((0..<3).map { _ in ring.next(now: start + .milliseconds(999), tried: []) } == [1, 1, 1])
        #expect(ring.next(now: start + .seconds(1), tried: []) == 0)
        ring.failed(0, now: start + .seconds(1))
        #expect(ring.next(now: start + .seconds(2.9), tried: [1]) == nil)
        ring.answered(0, took: .milliseconds(1))
        #expect(ring.next(now: start + .seconds(2.9), tried: [1]) == 0)
    }

    @Test("One that takes ten times as long as another gets a tenth of its turns until it is itself again; a little slower costs none")
    func slow() {
        var ring = EndpointRing(count: 3)
        func turns(_ milliseconds: [Int]) -> [Int] {
            var turns = [0, 0, 0]
            for _ in 0..<300 {
                guard let index = ring.next(now: start, tried: []) else { continue }
                turns[index] += 1
                ring.answered(index, took: .milliseconds(milliseconds[index]))
            }
            return turns
        }
        #expect(turns([5, 100, 6]).enumerated().allSatisfy { $0 == 1 ? (7...15).contains($1) : (140...150).contains($1) })
        _ = turns([5, 5, 6])
        _ = turns([5, 5, 6])
        #expect(turns([5, 5, 6]) == [100, 100, 100])
        #expect(turns([5, 15, 6]) == [100, 100, 100])
    }

    @Test("A slow one takes what the others cannot")
    func slowButThere() {
        var ring = EndpointRing(count: 2)
        ring.answered(0, took: .milliseconds(1))
        ring.answered(1, took: .seconds(1))
        ring.failed(0, now: start)
        #expect((0..<3).map { _ in ring.next(now: start, tried: []) } == [1, 1, 1])
        #expect(ring.next(now: start + .seconds(1), tried: [0]) == 1)
    }

    @Test("Requests that fail together count once")
    func together() {
        var ring = EndpointRing(count: 2)
        for _ in 0..<4 { ring.failed(0, now: start) }
        #expect(ring.next(now: start + .seconds(1), tried: [1]) == 0)
    }

    @Test("A request gives up once it was everywhere, but a fresh one always has somewhere to go")
    func exhaustion() {
        var ring = EndpointRing(count: 2)
        ring.failed(1, now: start)
        ring.failed(0, now: start + .milliseconds(1))
        #expect(ring.next(now: start + .milliseconds(2), tried: []) == 1)
        #expect(ring.next(now: start + .milliseconds(2), tried: [1]) == nil)
    }
}
