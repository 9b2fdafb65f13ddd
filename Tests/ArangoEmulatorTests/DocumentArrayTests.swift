import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 4.
@Suite("Arrays of documents")
struct DocumentArrayTests {
    @Test("Good elements are stored although others fail, each has its result, and a header counts the errors [R PostBadJsonMulti]")
    func mixed() throws {
        var server = try Server.withCollection()
        let answer = try server.send("POST", "/_api/document/c", #"[{"_key":"a"},{"_key":111},7,{"_key":"a"},{"_key":"b"}]"#)
        #expect(answer.status == 202)
        #expect(
            try answer.elements.map { $0["_key"]?.string ?? $0["errorNum"]?.int.map(String.init) } == ["a", "1221", "1227", "1210", "b"])
        #expect(try answer.elements[1] == ["error": true, "errorNum": 1221, "errorMessage": "illegal document key"])
        #expect(answer.headers == ["x-arango-error-codes": #"{"1210":1,"1221":1,"1227":1}"#])
    }

    @Test("Nothing failed: no header; nothing in it: an empty array [R PostMulti1]")
    func good() throws {
        var server = try Server.withCollection()
        #expect(try server.send("POST", "/_api/document/c", #"[{"_key":"a"}]"#).headers.isEmpty)
        #expect(try server.send("POST", "/_api/document/c", "[]").text == "[]")
    }

    @Test(
        "One malformed element or duplicate attribute fails the whole request with 400/600, and nothing is stored [S]",
        arguments: [#"[{"_key":"a"},{"x":}]"#, #"[{"_key":"a"},{"x":1,"x":2}]"#, #"[{"_key":"a"},{"x":"\ud800"}]"#])
    func whole(body: String) throws {
        var server = try Server.withCollection()
        #expect(try server.send("POST", "/_api/document/c", body).error == "400/600")
        #expect(server.stored("a") == nil)
    }

    @Test("silent answers {} if all went well, otherwise only the errors [S tests]")
    func silent() throws {
        var server = try Server.withCollection()
        #expect(try server.send("POST", "/_api/document/c?silent=true", #"[{"_key":"a"},{"_key":"b"}]"#).text == "{}")
        let answer = try server.send("POST", "/_api/document/c?silent=true", #"[{"_key":"c"},{"_key":"a"},{"_key":"d"}]"#)
        #expect(try answer.elements.map { $0["errorNum"]?.int } == [1210])
        #expect(answer.headers["x-arango-error-codes"] == #"{"1210":1}"#)
    }

    @Test("On a collection that waits for sync a batch is 201 only if something was written [S, T DeleteDocumentUnknownMulti]")
    func synced() throws {
        var server = try Server.withCollection(#"{"waitForSync":true}"#)
        #expect(try server.send("POST", "/_api/document/c", #"[{"_key":"a"},{"_key":1}]"#).status == 201)
        #expect(try server.send("POST", "/_api/document/c", #"[{"_key":1}]"#).status == 202)
        #expect(try server.send("POST", "/_api/document/c?overwriteMode=ignore", #"[{"_key":"a"}]"#).status == 202)
        #expect(try server.send("DELETE", "/_api/document/c", #"["a"]"#).status == 200)
    }

    @Test("PUT and PATCH elements need a key: none 1205, empty or no string 1221, unknown 1202 [S]", arguments: ["PUT", "PATCH"])
    func keys(method: String) throws {
        var server = try Server.withCollection()
        let answer = try server.send(method, "/_api/document/c", #"[{"x":1},{"_key":""},{"_key":1},{"_key":"zzz"},"a"]"#)
        #expect(try answer.elements.map { $0["errorNum"]?.int } == [1205, 1221, 1221, 1202, 1227])
    }

    @Test("PUT and PATCH without a key in the path need an array: 400/1227 [S]", arguments: ["PUT", "PATCH"])
    func noArray(method: String) throws {
        var server = try Server.withCollection()
        #expect(try server.send(method, "/_api/document/c", #"{"_key":"a"}"#).error == "400/1227")
    }

    @Test("DELETE takes keys, ids (their collection is cut off, not checked) and objects [T, S]")
    func removal() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"[{"_key":"1"},{"_key":"2"},{"_key":"3"}]"#)
        let answer = try server.send("DELETE", "/_api/document/c", #"["1","other/2",{"_key":"3"},"1",true]"#)
        #expect(
            try answer.elements.map { $0["_id"]?.string ?? $0["errorNum"]?.int.map(String.init) } == ["c/1", "c/2", "c/3", "1202", "1205"])
    }

    @Test(
        "onlyget reads documents in order, errors in between, whatever its value; without the header [R ReadMultiDocument, S]",
        arguments: ["", "=true", "=false"])
    func onlyget(value: String) throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"[{"_key":"1","x":1},{"_key":"2","x":2}]"#)
        let answer = try server.send("PUT", "/_api/document/c?onlyget\(value)", #"["2","zzz","c/1",{"_key":"1"}]"#)
        #expect(answer.status == 200)
        #expect(try answer.elements.map { $0["x"]?.int ?? $0["errorNum"]?.int } == [2, 1202, 1, 1])
        #expect(answer.headers.isEmpty)
        #expect(server.stored("2") == #"{"_key":"2","_id":"c/2","x":2}"#)
    }

    @Test("A revision that does not match is element error 1200 only with ignoreRevs=false [T DeleteDocumentRevConflictMulti]")
    func revisions() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"[{"_key":"1"}]"#)
        let body = #"[{"_key":"1","_rev":"_other","x":1}]"#
        #expect(try server.send("PATCH", "/_api/document/c?ignoreRevs=false", body).elements.map { $0["errorNum"]?.int } == [1200])
        #expect(try server.send("PATCH", "/_api/document/c", body).elements.map { $0["_key"]?.string } == ["1"])
    }

    @Test(
        "A number beyond a double fails the whole array with 400/600, and nothing is stored [S]", arguments: ["1e400", "-1e999", "1E+309"])
    func numberOutOfRange(number: String) throws {
        var server = try Server.withCollection()
        #expect(try server.send("POST", "/_api/document/c", #"[{"_key":"a"},{"_key":"b","x":[\#(number)]}]"#).error == "400/600")
        #expect(server.stored("a") == nil)
        #expect(try server.send("POST", "/_api/document/c", #"[{"_key":"a","x":[1e308,1e-999,-0]}]"#).elements.first?["errorNum"] == nil)
    }
}
