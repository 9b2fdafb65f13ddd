import Testing

@testable import ArangoEmulator

/// What ArangoDB's own tests expect of `/_api/gharial` (tests/js/client/http/api-gharial-spec.js) [S]; error numbers from its errors list [D].
@Suite("Definitions of named graphs")
struct GharialTests {
    private let graph = #"{"name":"g","edgeDefinitions":[{"collection":"e","from":["v"],"to":["v"]}]}"#

    @Test("A graph is created with the collections that it names, and read back")
    func create() throws {
        var server = try Server.withCollection()
        let created = try server.send("POST", "/_api/gharial", graph)
        #expect(created.status == 202)
        #expect(try created["graph"]?.object?["name"]?.string == "g")
        let edges = try server.send("GET", "/_api/collection/e")
        #expect(try edges["type"]?.int == 3)
        let documents = try server.send("GET", "/_api/collection/v")
        #expect(try documents["type"]?.int == 2)
        let found = try server.send("GET", "/_api/gharial/g")
        #expect(found.status == 200)
        #expect(try found["graph"]?.object?["edgeDefinitions"]?.array?.first?.object?["collection"]?.string == "e")
        let list = try server.send("GET", "/_api/gharial")
        #expect(try list["graphs"]?.array?.count == 1)
    }

    @Test("A definition is added or replaced, and the revision rises")
    func change() throws {
        var server = try Server.withCollection()
        let first = try server.send("POST", "/_api/gharial", graph)["graph"]?.object?["_rev"]
        let added = try server.send("POST", "/_api/gharial/g/edge", #"{"collection":"f","from":["v"],"to":["w"]}"#)
        #expect(added.status == 202)
        #expect(try added["graph"]?.object?["edgeDefinitions"]?.array?.count == 2)
        let replaced = try server.send("PUT", "/_api/gharial/g/edge/e", #"{"collection":"e","from":["v","w"],"to":["v"]}"#)
        #expect(replaced.status == 202)
        #expect(try replaced["graph"]?.object?["_rev"] != first)
    }

    @Test("What cannot be is told with ArangoDB's numbers")
    func errors() throws {
        var server = try Server.withCollection()
        #expect(try server.send("GET", "/_api/gharial/g").error == "404/1924")
        _ = try server.send("POST", "/_api/gharial", graph)
        #expect(try server.send("POST", "/_api/gharial", graph).error == "409/1925")
        #expect(try server.send("POST", "/_api/gharial/g/edge", #"{"collection":"e","from":["v"],"to":["v"]}"#).error == "400/1920")
        #expect(try server.send("PUT", "/_api/gharial/g/edge/x", #"{"collection":"x","from":["v"],"to":["v"]}"#).error == "404/1930")
        #expect(try server.send("POST", "/_api/gharial/g/edge", #"{"collection":"x"}"#).error == "400/1923")
        #expect(try server.send("POST", "/_api/gharial", #"{"edgeDefinitions":[]}"#).status == 400)
    }
}
