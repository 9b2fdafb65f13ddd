import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 3. What is recorded is compared in ``ReplayTests``; here are the facts without a recording.
@Suite("One document")
struct DocumentTests {
    @Test("POST is answered with id, key and revision, and these as etag and location [R PostAccept1, T PostReturnNew]")
    func post() throws {
        var server = try Server.withCollection()
        let answer = try server.send("POST", "/_api/document/c", #"{"_key":"a","x":1.50}"#)
        let revision = try #require(try answer["_rev"]?.string)
        #expect(answer.status == 202)
        #expect(answer.text == #"{"_id":"c/a","_key":"a","_rev":"\#(revision)"}"#)
        #expect(answer.headers["etag"] == "\"\(revision)\"")
        #expect(answer.headers["location"] == "/_db/_system/_api/document/c/a")
        #expect(server.stored("a") == #"{"_key":"a","_id":"c/a","x":1.50}"#)
    }

    @Test(
        "A key is 1 to 254 of the legal characters, otherwise 400/1221 [D, S]; null is not absent",
        arguments: [
            (#""a_-.@()+,=;$!*'%:Z9""#, "202/0"), (#""""#, "400/1221"), (#""a b""#, "400/1221"), (#""a/b""#, "400/1221"),
            (#""é""#, "400/1221"),
            ("1", "400/1221"), ("null", "400/1221"), ("\"\(String(repeating: "k", count: 254))\"", "202/0"),
            ("\"\(String(repeating: "k", count: 255))\"", "400/1221"),
        ])
    func keys(key: String, expected: String) throws {
        var server = try Server.withCollection()
        #expect(try server.send("POST", "/_api/document/c", "{\"_key\":\(key)}").error == expected)
    }

    @Test("A key that is percent-encoded in the path is found (ArangoDB.md section 3)")
    func encodedKey() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"50%+;=,!"}"#)
        #expect(try server.send("GET", "/_api/document/c/50%25%2B%3B%3D%2C%21").status == 200)
    }

    @Test("A key that exists is 409/1210, with the message of the driver tests (ArangoDB.md section 3) [P]")
    func conflict() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"abc"}"#)
        let answer = try server.send("POST", "/_api/document/c", #"{"_key":"abc"}"#)
        #expect(try answer.error == "409/1210")
        #expect(
            try answer["errorMessage"]
                == "unique constraint violated - in index primary of type primary over '_key'; conflicting key: abc")
    }

    @Test("allowUserKeys=false refuses a key with 400/1222 [S]")
    func noUserKeys() throws {
        var server = try Server.withCollection(#"{"keyOptions":{"allowUserKeys":false}}"#)
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#).error == "400/1222")
        #expect(try server.send("POST", "/_api/document/c", "{}").status == 202)
    }

    @Test("Generated keys are digits, and autoincrement counts in its steps [D, T RestCollectionCreateKeyopt]")
    func generatedKeys() throws {
        var server = try Server.withCollection(#"{"keyOptions":{"type":"autoincrement","increment":5}}"#)
        #expect(try server.send("POST", "/_api/document/c", "{}")["_key"] == "5")
        #expect(try server.send("POST", "/_api/document/c", "{}")["_key"] == "10")
    }

    @Test(
        "The status tells whether the write was synced: 201 (200 for DELETE), otherwise 202 [D, S]",
        arguments: [
            (false, "", 202, 202), (false, "?waitForSync=true", 201, 200), (true, "", 201, 200), (true, "?waitForSync=false", 201, 200),
        ])
    func waitForSync(collection: Bool, query: String, written: Int, removed: Int) throws {
        var server = try Server.withCollection("{\"waitForSync\":\(collection)}")
        #expect(try server.send("POST", "/_api/document/c\(query)", #"{"_key":"a"}"#).status == written)
        #expect(try server.send("PUT", "/_api/document/c/a\(query)", #"{"x":1}"#).status == written)
        #expect(try server.send("PATCH", "/_api/document/c/a\(query)", #"{"x":2}"#).status == written)
        #expect(try server.send("DELETE", "/_api/document/c/a\(query)").status == removed)
    }

    @Test("silent answers {} without etag and location, but tells errors as usual [S]")
    func silent() throws {
        var server = try Server.withCollection()
        let answer = try server.send("POST", "/_api/document/c?silent=true", #"{"_key":"a"}"#)
        #expect(answer.text == "{}")
        #expect(answer.headers.isEmpty)
        #expect(try server.send("POST", "/_api/document/c?silent=true", #"{"_key":"a"}"#).error == "409/1210")
    }

    @Test("The key in the path wins over the one in the body [S], and _id and _rev of the body are ignored [D, S]")
    func pathWins() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"a","_id":"c/zzz","_rev":"_old","x":1}"#)
        #expect(server.stored("a") == #"{"_key":"a","_id":"c/a","x":1}"#)
        #expect(try server.send("PUT", "/_api/document/c/a", #"{"_key":"b","_rev":"_old","x":2}"#).status == 202)
        #expect(server.stored("a") == #"{"_key":"a","_id":"c/a","x":2}"#)
    }

    @Test("ignoreRevs=false makes _rev of the body a precondition: 412/1200 with the stored revision [D, S]")
    func ignoreRevs() throws {
        var server = try Server.withCollection()
        let revision = try #require(try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#)["_rev"]?.string)
        let answer = try server.send("PUT", "/_api/document/c/a?ignoreRevs=false", #"{"_rev":"_other","x":1}"#)
        #expect(try answer.error == "412/1200")
        #expect(try answer["_rev"]?.string == revision)
        #expect(answer.headers["etag"] == "\"\(revision)\"")
        #expect(try server.send("PUT", "/_api/document/c/a?ignoreRevs=false", #"{"_rev":"\#(revision)","x":1}"#).status == 202)
    }

    @Test("If-Match takes the revision bare or in either quotes; what cannot be one yields 412 [S]")
    func ifMatch() throws {
        var server = try Server.withCollection()
        let revision = try #require(try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#)["_rev"]?.string)
        for value in [revision, "\"\(revision)\"", "'\(revision)'"] {
            #expect(try server.send("GET", "/_api/document/c/a", headers: [("if-match", value)]).status == 200)
        }
        for method in ["GET", "DELETE"] {
            #expect(try server.send(method, "/_api/document/c/a", headers: [("if-match", "no revision")]).status == 412)
        }
        #expect(try server.send("PATCH", "/_api/document/c/a", #"{"x":1}"#, headers: [("if-match", "\"_x\"")]).error == "412/1200")
    }

    @Test("If-None-Match with the stored revision is 304 without a body, as text/plain [T ReadDocumentIfNoneMatch]")
    func ifNoneMatch() throws {
        var server = try Server.withCollection()
        let revision = try #require(try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#)["_rev"]?.string)
        let request = Request(method: "GET", target: "/_api/document/c/a", headers: [("if-none-match", "\"\(revision)\"")])
        guard case .answer(let response, _) = server.state.respond(to: request, now: server.now) else { throw Server.NotAnswered() }
        #expect(response.status == 304)
        #expect(response.contentType == "text/plain")
        #expect(response.body.isEmpty)
        #expect(try server.send("GET", "/_api/document/c/a", headers: [("if-none-match", "\"_other\"")]).status == 200)
    }

    @Test("returnOld and returnNew bring the documents along [T PostReturnNew, S]")
    func returned() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"a","x":1}"#)
        let answer = try server.send("PATCH", "/_api/document/c/a?returnOld=true&returnNew=true", #"{"y":2}"#)
        #expect(try answer["old"]?.object?["x"] == 1)
        #expect(try answer["old"]?.object?["y"] == nil)
        #expect(try answer["new"]?.object?["y"] == 2)
        #expect(try server.send("DELETE", "/_api/document/c/a?returnOld=true")["old"]?.object?["y"] == 2)
    }

    @Test("A patch with nothing in it changes nothing, the revision included [S]")
    func emptyPatch() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"a","x":1}"#)
        let answer = try server.send("PATCH", "/_api/document/c/a", "{}")
        #expect(answer.status == 202)
        #expect(try answer["_rev"] == answer["_oldRev"])
    }

    @Test("Other attributes with an underscore are kept, and so are system names further down [S tests]")
    func underscores() throws {
        var server = try Server.withCollection()
        let text = #"{"_key":"a","_from":"x/1","_to":"x/2","_xyz":1,"in":{"_key":1,"_id":2,"_from":3},"":0}"#
        _ = try server.send("POST", "/_api/document/c", text)
        #expect(server.stored("a") == #"{"_key":"a","_id":"c/a","_xyz":1,"in":{"_key":1,"_id":2,"_from":3},"":0}"#)
    }

    @Test(
        "What is missing is named: document 404/1202, collection 404/1203, database 404/1228",
        arguments: [
            ("GET", "/_api/document/c/zzz", "404/1202"), ("PATCH", "/_api/document/c/zzz", "404/1202"),
            ("DELETE", "/_api/document/c/zzz", "404/1202"), ("POST", "/_api/document/zzz", "404/1203"),
            ("GET", "/_api/document/zzz/a", "404/1203"), ("POST", "/_db/zzz/_api/document/c", "404/1228"), ("GET", "/_api/zzz", "404/404"),
        ])
    func missing(method: String, target: String, expected: String) throws {
        var server = try Server.withCollection()
        #expect(try server.send(method, target, "{}").error == expected)
    }

    @Test("A collection can be named by its id [S]")
    func collectionID() throws {
        var server = try Server.withCollection()
        let id = try #require(try server.send("GET", "/_api/collection/c")["id"]?.string)
        #expect(try server.send("POST", "/_api/document/\(id)", #"{"_key":"a"}"#)["_id"] == "c/a")
    }

    @Test(
        "A body that is no JSON is 400/600, and so is a duplicate attribute [T PostBadJson1, S tests]",
        arguments: ["{ 1: 2 }", #"{"a":1,"a":1}"#, ""])
    func badJSON(body: String) throws {
        var server = try Server.withCollection()
        let answer = try server.send("POST", "/_api/document/c", body)
        #expect(try answer.error == "400/600")
        #expect(try answer["errorMessage"]?.string?.hasPrefix("VPackError error: ") == true)
    }
}
