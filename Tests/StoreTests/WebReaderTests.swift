import Settings
import Testing

@testable import Store

@Suite("Reading from a server that is no database") struct WebReaderTests {
    private func reader(_ base: String, timeout: Duration = .seconds(30), limit: Int = 1000) throws -> WebReader {
        try WebReader(
            base: base, username: "guest", password: Secret("geheim"), tls: TLSSettings(), timeout: timeout, answerLimit: limit)
    }

    @Test("A request names its client, and its path is encoded part by part") func request() async throws {
        let server = try ScriptedServer(.answer(200, #"{"a":1}"#))
        defer { server.stop() }
        let page = try await reader(server.endpoint).get(["api", "queues", "/", "a/b é"], query: "?columns=type").get()
        #expect(page == WebReader.Page(status: 200, body: Array(#"{"a":1}"#.utf8)))
        let request = try #require(server.received.first)
        #expect(request.method == "GET" && request.path == "/api/queues/%2F/a%2Fb%20%C3%A9?columns=type")
        #expect(request.headers["authorization"] == "Basic Z3Vlc3Q6Z2VoZWlt")
    }

    @Test("Requests come one after the other over one connection, and any status is an answer") func several() async throws {
        let server = try ScriptedServer(.answer(404, "{}"), .answer(500, "oops"))
        defer { server.stop() }
        let reader = try reader(server.endpoint)
        #expect(try await reader.get(["a"]).get().status == 404)
        #expect(try await reader.get(["b"]).get().status == 500)
        #expect(server.connections == 1)
    }

    @Test("An answer that is too large, one that never comes and a server that is not there are failures that say so") func failures()
        async throws
    {
        let large = try ScriptedServer(.answer(200, String(repeating: "x", count: 2000)))
        defer { large.stop() }
        #expect(await failure(of: try reader(large.endpoint))?.contains("larger than any that is expected") == true)
        let silent = try ScriptedServer(.stall)
        defer { silent.stop() }
        #expect(await failure(of: try reader(silent.endpoint, timeout: .milliseconds(200)))?.contains("no whole answer") == true)
        #expect(await failure(of: try reader("http://127.0.0.1:1"))?.contains("no connection") == true)
        #expect(throws: WebReader.Failure.self) { try reader("ftp://127.0.0.1") }
    }

    private func failure(of reader: WebReader) async -> String? {
        guard case .failure(let failure) = await reader.get(["x"]) else { return nil }
        return failure.description
    }
}
