import Testing

@testable import ArangoEmulator

@Suite("--null")
struct NullTests {
    @Test("Arrays are answered as if each document were new, and nothing is kept", arguments: ["POST", "PUT", "PATCH"])
    func arrays(method: String) throws {
        var server = try Server.withCollection("{}", Configuration(isNull: true))
        let body = #" [ {"x":{"_key":"no","a":[{}]},"_key" : "a","s":"}\"{"} , {"n":"_key","_key":"b"},{"_key":1} , {} ] "#
        let answer = try server.send(method, "/_api/document/c?overwriteMode=update", body)
        #expect(answer.status == 202)
        let elements = try answer.elements
        #expect(elements.prefix(2).map { $0["_id"] } == ["c/a", "c/b"])
        #expect(elements.count == 4)
        for element in elements {
            #expect(element.members.map(\.name) == ["_id", "_key", "_rev"])
        }
        #expect(server.state.databases["_system"]?.collections["c"]?.documents.isEmpty == true)
        #expect(server.state.log.counters.documentsWritten == 4)
    }

    @Test("An empty array and a single document are answered too")
    func others() throws {
        var server = try Server.withCollection("{}", Configuration(isNull: true))
        #expect(try server.send("POST", "/_api/document/c", "[]").text == "[]")
        #expect(try server.send("POST", "/_api/document/c?waitForSync=true", #"{"_key":"a"}"#)["_id"] == "c/a")
        #expect(try server.send("GET", "/_api/document/c/a").error == "404/1202")
    }

    @Test(
        "What is no array of documents gets its error",
        arguments: [
            ("[", "400/600"), ("[{", "400/600"), (#"[{"a":"x]"#, "400/600"), ("", "400/600"), ("[1]", "400/1227"), ("1", "400/1227"),
        ])
    func malformed(body: String, expected: String) throws {
        var server = try Server.withCollection("{}", Configuration(isNull: true))
        #expect(try server.send("POST", "/_api/document/c", body).error == expected)
        #expect(try server.send("POST", "/_api/document/zzz", body).error == "404/1203")
    }
}
