import Testing

@testable import ArangoEmulator

/// ArangoDB.md sections 3 and 8.
@Suite("Edges")
struct EdgeTests {
    @Test(
        "POST and PUT need _from and _to of the form collection/key, otherwise 400/1233 [S-old, K]",
        arguments: [
            (#""_from":"v/1","_to":"v/2""#, "202/0"), (#""_from":"v/1""#, "400/1233"), (#""_from":"v/1","_to":"2""#, "400/1233"),
            (#""_from":"v/1","_to":7"#, "400/1233"), (#""_from":"v/1","_to":"/2""#, "400/1233"),
            (#""_from":"v/1","_to":"v/a b""#, "400/1233"),
            (#""_from":"v/1","_to":"v/2/3""#, "400/1233"),
        ])
    func ends(members: String, expected: String) throws {
        var server = try Server.withCollection(kind: 3)
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"e",\#(members)}"#).error == expected)
        _ = try server.send("POST", "/_api/document/c?overwriteMode=ignore", #"{"_key":"e","_from":"v/1","_to":"v/2"}"#)
        #expect(try server.send("PUT", "/_api/document/c/e", "{\(members)}").error == expected)
    }

    @Test("PATCH keeps an end that it does not name [S]")
    func patch() throws {
        var server = try Server.withCollection(kind: 3)
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"e","_from":"v/1","_to":"v/2"}"#)
        #expect(try server.send("PATCH", "/_api/document/c/e", #"{"_to":"v/3","x":1}"#).status == 202)
        #expect(server.stored("e") == #"{"_key":"e","_id":"c/e","_from":"v/1","_to":"v/3","x":1}"#)
        #expect(try server.send("PATCH", "/_api/document/c/e", #"{"_to":null}"#).error == "400/1233")
    }

    @Test(
        "Edges are found by vertex and direction; a loop is found once",
        arguments: [("any", ["1", "2", "3"]), ("out", ["1", "3"]), ("in", ["2", "3"])])
    func found(direction: String, expected: [String]) throws {
        var server = try Server.withCollection(kind: 3)
        _ = try server.send(
            "POST", "/_api/document/c",
            #"[{"_key":"1","_from":"v/a","_to":"v/b"},{"_key":"2","_from":"v/b","_to":"v/a"},{"_key":"3","_from":"v/a","_to":"v/a"}]"#)
        let edges = try server.send("GET", "/_api/edges/c?vertex=v/a&direction=\(direction)")["edges"]?.array ?? []
        #expect(edges.compactMap { $0.object?["_key"]?.string }.sorted() == expected)
    }

    @Test("Asking a document collection or without a vertex is a client's error")
    func wrong() throws {
        var server = try Server.withCollection()
        #expect(try server.send("GET", "/_api/edges/c?vertex=v/a").status == 400)
        #expect(try server.send("GET", "/_api/edges/c").error == "400/1205")
    }
}
