import Testing

@testable import ArangoEmulator

@Suite("The queries behind the drivers' calls")
struct DriverQueryTests {
    @Test(
        "The texts behind the reading calls of ArangoDB's Python drivers are understood too [P]",
        arguments: [
            ("FOR doc IN @@collection RETURN doc._id", "", #"["c/1","c/2","c/3"]"#),
            ("FOR doc IN @@collection RETURN doc._key", "", #"["1","2","3"]"#),
            ("FOR doc IN @@collection SORT RAND() LIMIT 1 RETURN doc._key", "", #"["1"]"#),
            ("FOR doc IN @@collection LIMIT 1, null RETURN doc._key", "", #"["2","3"]"#),
            (
                "FOR doc IN @@collection FILTER doc[@f] == @v AND doc[@g] == @w LIMIT 0, 5 RETURN doc._key",
                #","f":"x","v":1,"g":"y","w":null"#, #"["1"]"#
            ),
            (
                "FOR doc IN @@collection LIMIT 0, null SORT doc[@f] DESC, doc[@g] ASC RETURN doc._key", #","f":"x","g":"y""#,
                #"["3","1","2"]"#
            ),
        ])
    func drivers(query: String, bindVars: String, expected: String) throws {
        var server = try CursorTests.server(#"[{"_key":"1","x":1},{"_key":"2","x":1,"y":"a"},{"_key":"3","x":"b"}]"#)
        #expect(try server.send("POST", "/_api/cursor", CursorTests.body(query, bindVars))["result"] == JSONParser.parse(expected))
        #expect(try server.send("POST", "/_api/cursor", CursorTests.body(query, bindVars + #","z":1"#)).error == "400/1552")
    }
}
