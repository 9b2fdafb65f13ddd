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

    @Test("Collections become orphans when nothing joins them any more, and are none when something does [P]")
    func orphans() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/gharial", graph)
        #expect(try server.send("POST", "/_api/gharial/g/vertex", #"{"collection":"w"}"#).status == 202)
        #expect(try server.send("GET", "/_api/gharial/g/vertex")["collections"] == ["v", "w"])
        #expect(try server.send("GET", "/_api/gharial/g/edge")["collections"] == ["e"])
        #expect(try server.send("POST", "/_api/gharial/g/vertex", #"{"collection":"w"}"#).error == "400/1938")
        #expect(try server.send("POST", "/_api/gharial/g/vertex", #"{"collection":"v"}"#).error == "400/1929")
        #expect(try server.send("POST", "/_api/gharial/g/vertex", #"{"collection":"e"}"#).error == "400/1927")
        #expect(try server.send("DELETE", "/_api/gharial/g/vertex/v").error == "400/1928")
        #expect(try server.send("DELETE", "/_api/gharial/g/vertex/x").error == "404/1926")
        let replaced = try server.send("PUT", "/_api/gharial/g/edge/e", #"{"collection":"e","from":["w"],"to":["w"]}"#)
        #expect(try replaced["graph"]?.object?["orphanCollections"] == ["v"])
        let removed = try server.send("DELETE", "/_api/gharial/g/edge/e?dropCollections=true")
        #expect(try removed["graph"]?.object?["orphanCollections"] == ["v", "w"])
        #expect(try server.send("GET", "/_api/collection/e").error == "404/1203")
        #expect(try server.send("DELETE", "/_api/gharial/g/edge/e").error == "404/1930")
        #expect(try server.send("DELETE", "/_api/gharial/g/vertex/w").status == 202)
        #expect(try server.send("GET", "/_api/collection/w").status == 200)
        #expect(try server.send("DELETE", "/_api/gharial/g?dropCollections=true").text == #"{"error":false,"code":202,"removed":true}"#)
        #expect(try server.send("GET", "/_api/collection/v").error == "404/1203")
        #expect(try server.send("GET", "/_api/gharial/g/vertex").error == "404/1924")
    }

    @Test("What another graph joins otherwise is 400/1921, and what it uses is not dropped with this one [S; the status D]")
    func shared() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/gharial", graph)
        #expect(
            try server.send("POST", "/_api/gharial", #"{"name":"h","edgeDefinitions":[{"collection":"e","from":["v"],"to":["w"]}]}"#).error
                == "400/1921")
        #expect(try server.send("POST", "/_api/gharial", graph.replacing(#""g""#, with: #""h""#)).status == 202)
        _ = try server.send("DELETE", "/_api/gharial/h?dropCollections=true")
        #expect(try server.send("GET", "/_api/collection/e").status == 200)
    }

    @Test("Documents through a graph are wrapped, their etag has no quotes, and waitForSync is 201 for new and 200 for other writes [R, S]")
    func documents() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/gharial", graph)
        let created = try server.send("POST", "/_api/gharial/g/vertex/v?waitForSync=true&returnNew=true", #"{"_key":"a","n":1}"#)
        #expect(created.status == 201)
        #expect(try created["vertex"]?.object?["_id"] == "v/a")
        #expect(try created["new"]?.object?["n"] == 1)
        #expect(created.headers["etag"] == (try created["vertex"]?.object?["_rev"]?.string))
        #expect(try server.send("POST", "/_api/gharial/g/vertex/v", #"{"_key":"a"}"#).error == "409/1210")
        #expect(try server.send("GET", "/_api/gharial/g/vertex/v/a")["vertex"]?.object?["n"] == 1)
        let changed = try server.send("PATCH", "/_api/gharial/g/vertex/v/a?waitForSync=true&returnOld=true", #"{"m":2}"#)
        #expect(changed.status == 200)
        #expect(try changed["old"]?.object?["m"] == nil)
        #expect(try changed["vertex"]?.object?["_oldRev"] != nil)
        #expect(try server.send("PUT", "/_api/gharial/g/vertex/v/a", "{}", headers: [("if-match", "x")]).error == "412/1200")
        #expect(try server.send("GET", "/_api/gharial/g/vertex/c/a").error == "404/1926")
        #expect(try server.send("GET", "/_api/gharial/g/edge/c/a").error == "404/1930")
        #expect(try server.send("GET", "/_api/gharial/g/vertex/v/x").error == "404/1202")
        #expect(try server.send("PUT", "/_api/gharial/g/vertex/v").status == 405)
    }

    @Test("An edge needs both ends, in collections of the graph (400/1947) and there (404/1202, untried); with a document go its edges [D]")
    func edges() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/gharial", graph)
        for key in ["a", "b"] { _ = try server.send("POST", "/_api/gharial/g/vertex/v", #"{"_key":"\#(key)"}"#) }
        for (body, expected) in [
            (#"{"_from":"v/a"}"#, "400/1233"), (#"{"_from":"v/a","_to":"c/b"}"#, "400/1947"), (#"{"_from":"v/a","_to":"v/x"}"#, "404/1202"),
            (#"{"_key":"e","_from":"v/a","_to":"v/b"}"#, "202/0"),
        ] {
            #expect(try server.send("POST", "/_api/gharial/g/edge/e", body).error == expected)
        }
        #expect(try server.send("PATCH", "/_api/gharial/g/edge/e/e", #"{"n":1}"#).status == 202)
        #expect(try server.send("GET", "/_api/gharial/g/edge/e/e")["edge"]?.object?["n"] == 1)
        let removed = try server.send("DELETE", "/_api/gharial/g/vertex/v/b?returnOld=true")
        #expect(removed.status == 202)
        #expect(try removed["removed"] == true)
        #expect(try removed["old"]?.object?["_key"] == "b")
        #expect(try server.send("GET", "/_api/gharial/g/edge/e/e").error == "404/1202")
    }
}
