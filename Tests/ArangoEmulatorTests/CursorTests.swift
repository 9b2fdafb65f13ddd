import Testing

@testable import ArangoEmulator

/// No recording of `/_api/cursor` is here: these follow ArangoDB.md section 8.
@Suite("The queries that Warren sends")
struct CursorTests {
    private static let revisions = "FOR d IN @@collection FILTER d.@a == @v LIMIT @most RETURN { key: d._key, rev: d._rev }"

    static func server(_ documents: String) throws -> Server {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", documents)
        return server
    }

    static func body(_ query: String, _ bindVars: String, batchSize: Int = 100) -> String {
        #"{"query":"\#(query)","bindVars":{"@collection":"c"\#(bindVars)},"batchSize":\#(batchSize)}"#
    }

    @Test("Rows come in batches: 201 with an id while there is more, then 200, then 404/1600") func batches() throws {
        var server = try Self.server(#"[{"_key":"1","x":1},{"_key":"2","x":1},{"_key":"3","x":1},{"_key":"4","x":2}]"#)
        let first = try server.send(
            "POST", "/_api/cursor", Self.body(Self.revisions, #","a":"x","v":1,"most":9"#, batchSize: 2))
        #expect(first.status == 201)
        #expect(try first["result"]?.array?.compactMap { $0.object?["key"]?.string } == ["1", "2"])
        #expect(try first["hasMore"] == true)
        let id = try #require(try first["id"]?.string)
        let second = try server.send("POST", "/_api/cursor/\(id)")
        #expect(second.status == 200)
        #expect(try second["result"]?.array?.compactMap { $0.object?["key"]?.string } == ["3"])
        #expect(try second["hasMore"] == false)
        #expect(try server.send("POST", "/_api/cursor/\(id)").error == "404/1600")
    }

    @Test("Edges of a document are listed by an end and an attribute, with the attributes that are asked for") func edges() throws {
        var server = try Server.withCollection(kind: 3)
        _ = try server.send(
            "POST", "/_api/document/c",
            #"[{"_key":"1","_from":"a/1","_to":"a/2","s":"x","v":9007199254740993},{"_key":"2","_from":"a/2","_to":"a/1","s":"x"},"#
                + #"{"_key":"3","_from":"a/1","_to":"a/3","s":"y"},{"_key":"4","_from":"a/1","_to":"a/3","s":"x"}]"#)
        let query =
            "FOR d IN @@collection FILTER d.@end == @vertex AND d.@stamp == @value RETURN { key: d._key, rev: d._rev, stamp: d.@stamp, version: d.@version }"
        let bound = #","end":"_from","vertex":"a/1","stamp":"s","value":"x","version":"v""#
        let rows = try server.send("POST", "/_api/cursor", Self.body(query, bound))["result"]?.array?.compactMap(\.object) ?? []
        #expect(rows.compactMap { $0["key"]?.string } == ["1", "4"])
        #expect(rows.map { $0["version"] } == [.int(9_007_199_254_740_993), .null])
        #expect(rows.allSatisfy { $0["stamp"] == "x" })
    }

    @Test("A missing attribute is null: it differs from every value, and equals null only") func null() throws {
        var server = try Self.server(#"[{"_key":"1","x":true},{"_key":"2"},{"_key":"3","x":null}]"#)
        func count(_ condition: String) throws -> Int? {
            let query = "FOR d IN @@collection FILTER \(condition) COLLECT WITH COUNT INTO n RETURN n"
            let bindVars = #","a":"x""# + (condition.contains("@v") ? #","v":null"# : "")
            return try server.send("POST", "/_api/cursor", Self.body(query, bindVars))["result"]?.array?.first?.int
        }
        #expect(try count("d.@a != true") == 2)
        #expect(try count("d.@a == true AND d.@a != @v") == 1)
        #expect(try count("d.@a == @v") == 2)
    }

    @Test("Any other text is a syntax error here, and a cursor can be given up") func others() throws {
        var server = try Self.server("[]")
        #expect(try server.send("POST", "/_api/cursor", Self.body("RETURN 1", "")).error == "400/1501")
        #expect(try server.send("POST", "/_api/cursor", #"{"query":""}"#).error == "400/1502")
        #expect(try server.send("POST", "/_api/cursor", Self.body(Self.revisions, "")).error == "400/1551")
        _ = try server.send("POST", "/_api/document/c", #"[{"x":1},{"x":1}]"#)
        let open = try server.send("POST", "/_api/cursor", Self.body(Self.revisions, #","a":"x","v":1,"most":9"#, batchSize: 1))
        let id = try #require(try open["id"]?.string)
        #expect(try server.send("DELETE", "/_api/cursor/\(id)").status == 202)
        #expect(try server.send("DELETE", "/_api/cursor/\(id)").error == "404/1600")
    }

    @Test(
        "Bind parameters have to be those of the text: too few 1551, too many 1552, of a wrong kind 1553, no object 1550 [S; numbers D]",
        arguments: [
            (#"{"@collection":"c","a":"x","v":1}"#, "400/1551"), (#"{"@collection":"c","a":"x","v":1,"most":9,"b":1}"#, "400/1552"),
            (#"{"@collection":7,"a":"x","v":1,"most":9}"#, "400/1553"), (#"{"@collection":"c","a":"x","v":1,"most":"x"}"#, "400/1553"),
            ("[]", "400/1550"), (#"{"@collection":"x","a":"x","v":1,"most":9}"#, "404/1203"),
            (#"{"@collection":"c","a":"x","v":1,"most":9}"#, "201/0"),
        ])
    func bindParameters(bindVars: String, expected: String) throws {
        var server = try Self.server("[]")
        let body = #"{"query":"\#(Self.revisions)","bindVars":\#(bindVars)}"#
        #expect(try server.send("POST", "/_api/cursor", body).error == expected)
        #expect(try server.send("POST", "/_api/explain", body).error == (expected == "201/0" ? "200/0" : expected))
    }

    @Test(
        "An empty body is an empty query, 400/1502; a ttl that is none 400/400",
        arguments: ["", "{}", "[]", #"{"query":" "}"#, #"{"query":1}"#])
    func empty(body: String) throws {
        var server = try Self.server("[]")
        #expect(try server.send("POST", "/_api/cursor", body).error == "400/1502")
        #expect(try server.send("POST", "/_api/cursor", #"{"query":"RETURN VERSION()","ttl":0}"#).error == "400/400")
    }

    @Test(
        "A cursor ends 30 s after its last request, of a coordinator 600 s, or as long as the client asked: then 404/1600 [S]",
        arguments: [(Configuration(), "", 30), (Configuration(coordinators: 3), "", 600), (Configuration(), #","ttl":2.5"#, 2.5)])
    func end(configuration: Configuration, option: String, seconds: Double) throws {
        var server = try Server.withCollection("{}", kind: 2, configuration)
        _ = try server.send("POST", "/_api/document/c", #"[{"x":1},{"x":1},{"x":1}]"#)
        let query = #"{"query":"\#(Self.revisions)","bindVars":{"@collection":"c","a":"x","v":1,"most":9},"batchSize":1\#(option)}"#
        let id = try #require(try server.send("POST", "/_api/cursor", query)["id"]?.string)
        server.now += UInt64(seconds * 1000) - 1
        #expect(try server.send("POST", "/_api/cursor/\(id)").status == 200)
        server.now += UInt64(seconds * 1000)
        #expect(try server.send("POST", "/_api/cursor/\(id)").error == "404/1600")
        #expect(try server.send("DELETE", "/_api/cursor/\(id)").error == "404/1600")
    }

    @Test("With allowRetry the last batch is told again, and the number of the next one with each; count is told when asked for [D, P]")
    func retry() throws {
        var server = try Self.server(#"[{"_key":"1","x":1},{"_key":"2","x":1},{"_key":"3","x":1}]"#)
        let query = #"{"query":"\#(Self.revisions)","bindVars":{"@collection":"c","a":"x","v":1,"most":9},"batchSize":1,"count":true"#
        let first = try server.send("POST", "/_api/cursor", query + #","options":{"allowRetry":true}}"#)
        let id = try #require(try first["id"]?.string)
        #expect(try first["count"] == 3)
        #expect(try first["nextBatchId"] == "2")
        let second = try server.send("POST", "/_api/cursor/\(id)/2")
        #expect(try server.send("POST", "/_api/cursor/\(id)/2")["result"] == second["result"])
        #expect(try server.send("POST", "/_api/cursor/\(id)/1").error == "400/400")
        #expect(try server.send("POST", "/_api/cursor/\(id)")["hasMore"] == false)
        #expect(try server.send("POST", "/_api/cursor/\(id)/3").status == 200)
        #expect(try server.send("DELETE", "/_api/cursor/\(id)").status == 202)
        let without = try server.send("POST", "/_api/cursor", query + "}")
        #expect(try without["nextBatchId"] == nil)
        let other = try #require(try without["id"]?.string)
        _ = try server.send("POST", "/_api/cursor/\(other)/2")
        #expect(try server.send("POST", "/_api/cursor/\(other)/2").error == "400/400")
    }

    @Test("RETURN VERSION() is the version, whatever /_api/version says. No source tells this: untried")
    func version() throws {
        var server = Server(Configuration(version: "3.12.4", isHardened: true))
        #expect(try server.send("POST", "/_api/cursor", #"{"query":"RETURN VERSION()"}"#)["result"] == ["3.12.4"])
        #expect(try server.send("POST", "/_api/cursor", #"{"query":"RETURN VERSION()","bindVars":{"a":1}}"#).error == "400/1552")
    }
}
