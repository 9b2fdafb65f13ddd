import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 4 [D, notes of 3.11]: requests for one document wait for its key, arrays do not. The message of a conflict is untried.
@Suite("Writes that meet")
struct ConcurrencyTests {
    private func server() throws -> Server { try Server.withCollection("{}", kind: 2, Configuration(writeTime: .milliseconds(600))) }

    /// The answer, and how much later it comes.
    private func send(_ server: inout Server, _ method: String, _ target: String, _ body: String) throws -> (Answer, Duration) {
        let request = Request(method: method, target: target, body: Array(body.utf8))
        guard case .answer(let response, let delay) = server.state.respond(to: request, now: server.now) else { throw Server.NotAnswered() }
        return (Answer(response), delay)
    }

    @Test("An array that meets another in a key fails for that key with 1200, and writes the rest; later it finds the key free")
    func arrays() throws {
        var server = try server()
        let (_, delay) = try send(
            &server, "POST", "/_api/document/c?overwriteMode=update", #"[{"_key":"a"},{"_key":"b"},{"_key":"a","n":1}]"#)
        #expect(delay == .milliseconds(600))
        server.now += 599
        let (met, _) = try send(&server, "POST", "/_api/document/c?overwriteMode=update", #"[{"_key":"b","n":2},{"_key":"c"}]"#)
        #expect(try met.elements.map { $0["errorNum"]?.int } == [1200, nil])
        #expect(try met.elements.first?["errorMessage"] == "write-write conflict; key: b")
        #expect(server.stored("b")?.contains("n") == false)
        server.now += 1
        let (free, _) = try send(&server, "DELETE", "/_api/document/c", #"["b"]"#)
        #expect(try free.elements.first?["errorNum"] == nil)
    }

    @Test("A request for one document waits up to a second, and then gives up with 409/1200")
    func single() throws {
        var server = try server()
        _ = try send(&server, "POST", "/_api/document/c", #"[{"_key":"a"}]"#)
        server.now += 100
        let (waited, delay) = try send(&server, "PATCH", "/_api/document/c/a", #"{"n":1}"#)
        #expect(waited.status == 202 && delay == .milliseconds(500 + 600))
        let (late, patience) = try send(&server, "PATCH", "/_api/document/c/a", #"{"n":2}"#)
        #expect(try late.error == "409/1200")
        #expect(patience == .seconds(1))
        #expect(server.stored("a")?.contains(#""n":1"#) == true)
        // Another collection's key is another one.
        _ = try server.send("POST", "/_api/collection", #"{"name":"d"}"#)
        #expect(try send(&server, "POST", "/_api/document/d", #"[{"_key":"a"}]"#).0.elements.first?["errorNum"] == nil)
    }

    @Test("Where writing takes no time nobody meets")
    func timeless() throws {
        var server = try Server.withCollection()
        for _ in 0..<2 {
            let (answer, delay) = try send(&server, "POST", "/_api/document/c?overwriteMode=update", #"[{"_key":"a"}]"#)
            #expect(try answer.elements.first?["errorNum"] == nil)
            #expect(delay == .zero)
        }
    }
}
