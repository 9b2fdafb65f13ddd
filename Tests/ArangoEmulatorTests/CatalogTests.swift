import Testing

@testable import ArangoEmulator

/// Collections, databases and indexes: ArangoDB.md section 6.
@Suite("Collections, databases, indexes")
struct CatalogTests {
    @Test("A collection name that is taken is 409/1207 [P, S-old], a bad one 400/1208 [S-old]")
    func collectionNames() throws {
        var server = try Server.withCollection()
        #expect(try server.send("POST", "/_api/collection", #"{"name":"c"}"#).error == "409/1207")
        for name in ["", "_c", "1c", ".c", " c", "c ", "a/b", "a:b", "a\\u0000b", String(repeating: "n", count: 257)] {
            #expect(try server.send("POST", "/_api/collection", #"{"name":"\#(name)"}"#).error == "400/1208", "\(name)")
        }
        #expect(try server.send("POST", "/_api/collection", #"{"name":"größe"}"#).status == 200)
    }

    @Test("Creating a collection is 200, not 201, and dropping it makes it unknown: 404/1203 [T, P]")
    func lifecycle() throws {
        var server = try Server.withCollection()
        let answer = try server.send("POST", "/_api/collection", #"{"name":"e","type":3}"#)
        #expect(answer.status == 200)
        #expect(try answer["type"] == 3)
        #expect(try server.send("DELETE", "/_api/collection/e").status == 200)
        for (method, path) in [("GET", "e"), ("GET", "e/properties"), ("GET", "e/count"), ("PUT", "e/truncate"), ("DELETE", "e")] {
            #expect(try server.send(method, "/_api/collection/\(path)").error == "404/1203")
        }
    }

    @Test("Truncating empties a collection and its unique indexes; count counts")
    func truncate() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/index?collection=c", #"{"type":"persistent","fields":["x"],"unique":true}"#)
        _ = try server.send("POST", "/_api/document/c", #"[{"x":1},{"x":2}]"#)
        #expect(try server.send("GET", "/_api/collection/c/count")["count"] == 2)
        _ = try server.send("PUT", "/_api/collection/c/truncate")
        #expect(try server.send("GET", "/_api/collection/c/count")["count"] == 0)
        #expect(try server.send("POST", "/_api/document/c", #"{"x":1}"#).status == 202)
    }

    @Test("waitForSync can be changed")
    func properties() throws {
        var server = try Server.withCollection()
        #expect(try server.send("PUT", "/_api/collection/c/properties", #"{"waitForSync":true}"#)["waitForSync"] == true)
        #expect(try server.send("POST", "/_api/document/c", "{}").status == 201)
    }

    @Test("A database is chosen by path, percent-decoded, and keeps its collections to itself [D]")
    func databases() throws {
        var server = Server()
        #expect(try server.send("POST", "/_api/database", #"{"name":"größe 1"}"#).status == 201)
        #expect(try server.send("POST", "/_db/gr%C3%B6%C3%9Fe%201/_api/collection", #"{"name":"c"}"#).status == 200)
        #expect(try server.send("GET", "/_db/gr%C3%B6%C3%9Fe%201/_api/database/current")["result"]?.object?["name"] == "größe 1")
        #expect(try server.send("GET", "/_api/collection/c").error == "404/1203")
        let location = try server.send("POST", "/_db/gr%C3%B6%C3%9Fe%201/_api/document/c", #"{"_key":"50%"}"#).headers["location"]
        #expect(location == "/_db/gr%C3%B6%C3%9Fe%201/_api/document/c/50%25")
    }

    @Test("Databases are managed from _system only (1230 [P]); taken names are 409/1207 [P], unknown ones 404/1228")
    func databaseErrors() throws {
        var server = Server()
        _ = try server.send("POST", "/_api/database", #"{"name":"d"}"#)
        #expect(try server.send("POST", "/_api/database", #"{"name":"d"}"#).error == "409/1207")
        #expect(try server.send("POST", "/_db/d/_api/database", #"{"name":"e"}"#)["errorNum"] == 1230)
        #expect(try server.send("GET", "/_db/d/_api/database/user")["result"] == ["_system", "d"])
        #expect(try server.send("GET", "/_db/zzz/_api/version").error == "404/1228")
        #expect(try server.send("DELETE", "/_api/database/zzz").error == "404/1228")
        #expect(try server.send("DELETE", "/_api/database/d").status == 200)
    }

    @Test("An index is 201 when new, 200 with the same id when it is there already [T, D]")
    func sameIndex() throws {
        var server = try Server.withCollection()
        let definition = #"{"type":"ttl","fields":["expires_at"],"expireAfter":0}"#
        let first = try server.send("POST", "/_api/index?collection=c", definition)
        let second = try server.send("POST", "/_api/index?collection=c", definition)
        #expect([first.status, second.status] == [201, 200])
        #expect(try first["isNewlyCreated"] == true)
        #expect(try second["isNewlyCreated"] == false)
        #expect(try first["id"] == second["id"])
        // With another time it is another one, and there can be only one [S `RocksDBTtlIndex::matchesDefinition`].
        let other = #"{"type":"ttl","fields":["expires_at"],"expireAfter":60}"#
        #expect(try server.send("POST", "/_api/index?collection=c", other).error == "400/10")
    }

    @Test(
        "A second TTL index or a definition that makes no sense is 400 [D]",
        arguments: [
            #"{"type":"ttl","fields":["b"],"expireAfter":1}"#, #"{"type":"ttl","fields":["a"]}"#, #"{"type":"persistent","fields":[]}"#,
            #"{"type":"nonsense","fields":["a"]}"#, #"{"fields":["a"]}"#,
        ])
    func badIndex(definition: String) throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/index?collection=c", #"{"type":"ttl","fields":["a"],"expireAfter":1}"#)
        #expect(try server.send("POST", "/_api/index?collection=c", definition).status == 400)
    }

    @Test("A unique index makes writes fail with 409/1210 and leaves everything as it was (ArangoDB.md section 6)")
    func uniqueIndex() throws {
        var server = try Server.withCollection()
        _ = try server.send(
            "POST", "/_api/index?collection=c", #"{"type":"persistent","fields":["a.b"],"unique":true,"sparse":true,"name":"u"}"#)
        _ = try server.send("POST", "/_api/document/c", #"[{"_key":"1","a":{"b":1}},{"_key":"2","a":{"b":2}},{"_key":"3"},{"_key":"4"}]"#)
        let answer = try server.send("PATCH", "/_api/document/c/2", #"{"a":{"b":1}}"#)
        #expect(try answer.error == "409/1210")
        #expect(try answer["errorMessage"]?.string?.contains("index u of type persistent over 'a.b'") == true)
        #expect(server.stored("2") == #"{"_key":"2","_id":"c/2","a":{"b":2}}"#)
        // A value that its document gave up is free again, and a document is no conflict with itself.
        #expect(try server.send("PUT", "/_api/document/c/1", #"{"a":{"b":1},"x":1}"#).status == 202)
        #expect(try server.send("DELETE", "/_api/document/c/1").status == 202)
        #expect(try server.send("PATCH", "/_api/document/c/2", #"{"a":{"b":1}}"#).status == 202)
    }

    @Test("A unique index over documents that violate it is refused with 400 [D]")
    func violatedIndex() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"[{"x":1},{"x":1}]"#)
        let answer = try server.send("POST", "/_api/index?collection=c", #"{"type":"persistent","fields":["x"],"unique":true}"#)
        #expect(try answer.error == "400/1210")
        #expect(try server.send("GET", "/_api/index?collection=c")["indexes"]?.array?.count == 1)
    }

    @Test("An index that is not there is 404/1212")
    func noIndex() throws {
        var server = try Server.withCollection()
        #expect(try server.send("GET", "/_api/index/c/99").error == "404/1212")
        #expect(try server.send("DELETE", "/_api/index/c/99").error == "404/1212")
    }

    @Test(
        "An index goes by its number or its name; a geo index has two fields at most; a collection may be renamed to what it is called [P]")
    func names() throws {
        var server = try Server.withCollection()
        let body = #"{"type":"persistent","fields":["x"],"name":"byX"}"#
        let id = try #require(try server.send("POST", "/_api/index?collection=c", body)["id"]?.string)
        #expect(try server.send("GET", "/_api/index/c/byX")["id"] == .string(id))
        #expect(try server.send("DELETE", "/_api/index/c/byX")["id"] == .string(id))
        #expect(try server.send("GET", "/_api/index/c/byX").error == "404/1212")
        #expect(try server.send("POST", "/_api/index?collection=c", #"{"type":"geo","fields":["x","y","z"]}"#).error == "400/10")
        #expect(try server.send("PUT", "/_api/collection/c/rename", #"{"name":"c"}"#).status == 200)
    }
}
