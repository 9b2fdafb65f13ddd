import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 5.
@Suite("Import")
struct ImportTests {
    @Test(
        "Lines, list, and header with value lines are read as they were recorded; blank lines are counted",
        arguments: [
            ("type=documents", "{\"_key\":\"a\"}\n\n{\"_key\":\"b\"}\n", "2/0/1"), ("type=list", #"[{"_key":"a"},{"_key":"b"}]"#, "2/0/0"),
            ("type=auto", #" [{"_key":"a"}]"#, "1/0/0"), ("type=auto", #"{"_key":"a"}"#, "1/0/0"),
            ("", "[\"_key\",\"x\"]\n[\"a\",1]\n\n[\"b\",2]", "2/0/1"),
            ("", "[\"_key\",\"x\"]\n[\"a\"]", "0/1/0"), ("type=documents", "{\"_key\":\"a\"}\nnonsense", "1/1/0"),
        ])
    func shapes(type: String, body: String, expected: String) throws {
        var server = try Server.withCollection()
        let answer = try server.send("POST", "/_api/import?collection=c&\(type)", body)
        #expect(answer.status == 201)
        #expect("\(try answer["created"]?.int ?? -1)/\(try answer["errors"]?.int ?? -1)/\(try answer["empty"]?.int ?? -1)" == expected)
    }

    @Test("Rows are counted from 0 in lines and from 1 in a list [R RestImportJsonUniqueContinue, T RestImportJsonEdgeInvalid]")
    func positions() throws {
        var server = try Server.withCollection()
        let lines = try server.send("POST", "/_api/import?collection=c&type=documents&details=true", "{\"_key\":\"a\"}\n{\"_key\":\"a\"}")
        #expect(try lines["details"]?.array?.first?.string?.hasPrefix("at position 1: creating document failed with error 'unique") == true)
        let list = try server.send("POST", "/_api/import?collection=c&type=list&details=true", #"[{"_key":"a"}]"#)
        #expect(try list["details"]?.array?.first?.string?.hasPrefix("at position 1: ") == true)
    }

    @Test(
        "onDuplicate decides about a key that exists",
        arguments: [("error", "0/1/0/0", 1), ("update", "0/0/1/0", 2), ("replace", "0/0/1/0", 1), ("ignore", "0/0/0/1", 1)])
    func duplicates(mode: String, expected: String, attributes: Int) throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"a","x":1}"#)
        let answer = try server.send("POST", "/_api/import?collection=c&type=list&onDuplicate=\(mode)", #"[{"_key":"a","y":2}]"#)
        let counts = try ["created", "errors", "updated", "ignored"].map { String(try answer[$0]?.int ?? -1) }
        #expect(counts.joined(separator: "/") == expected)
        #expect(server.state.databases["_system"]?.collections["c"]?.documents["a"]?.attributes.count == attributes)
    }

    @Test("complete=true fails the call with the first error: 409/1210 [R RestImportJsonUniqueFail]")
    func complete() throws {
        var server = try Server.withCollection()
        let answer = try server.send("POST", "/_api/import?collection=c&type=documents&complete=true", "{\"_key\":\"a\"}\n{\"_key\":\"a\"}")
        #expect(try answer.error == "409/1210")
    }

    @Test("overwrite=true truncates the collection first [D]")
    func overwrite() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#)
        _ = try server.send("POST", "/_api/import?collection=c&type=list&overwrite=true", #"[{"_key":"b"}]"#)
        #expect(server.state.databases["_system"]?.collections["c"]?.documents.keys.sorted() == ["b"])
    }

    @Test("fromPrefix and toPrefix complete ends that are bare keys [D]")
    func prefixes() throws {
        var server = try Server.withCollection(kind: 3)
        let body = #"[{"_key":"e","_from":"1","_to":"w/2"}]"#
        _ = try server.send("POST", "/_api/import?collection=c&type=list&fromPrefix=v&toPrefix=v", body)
        #expect(server.stored("e") == #"{"_key":"e","_id":"c/e","_from":"v/1","_to":"w/2"}"#)
    }
}
