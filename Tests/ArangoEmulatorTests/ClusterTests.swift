import Testing

@testable import ArangoEmulator

/// ArangoDB.md sections 2, 4, 8 and 11. Nothing of it was recorded: [S] where there is no other mark.
@Suite("Coordinators of a cluster")
struct ClusterTests {
    private let cluster = Configuration(coordinators: 2)

    @Test("Each coordinator has a port, all have one state; one that is away is missed by nobody but its cursors")
    func ports() async throws {
        let emulator = try await ArangoEmulator.start(Configuration(coordinators: 3))
        let clients = emulator.ports.map { HTTPClient(host: "127.0.0.1", port: $0) }
        #expect(Set(emulator.ports).count == 3)
        #expect(emulator.urls.first == emulator.url)
        #expect(emulator.perform("POST", "/_api/collection", body: #"{"name":"c"}"#).status == 200)
        _ = try await clients[0].send("POST", "/_api/document/c", body: Array(#"[{"_key":"a"},{"_key":"b"},{"_key":"c"}]"#.utf8))
        let query = #"{"query":"FOR d IN @@collection RETURN { key: d._key, rev: d._rev }","bindVars":{"@collection":"c"},"batchSize":1}"#
        let opened = try await clients[1].send("POST", "/_api/cursor", body: Array(query.utf8))
        let id = try #require(try JSONParser.parse(opened.body).object?["id"]?.string)
        let forwarded = try await clients[2].send("POST", "/_api/cursor/\(id)")
        #expect(forwarded.status == 200)
        #expect(forwarded.headers["x-arango-request-forwarded-to"] == ServerState.coordinatorID(1))
        await emulator.goAway(coordinator: 1)
        await #expect(throws: (any Error).self) { try await clients[1].send("GET", "/_api/version") }
        let endpoints = try JSONParser.parse(try await clients[2].send("GET", "/_api/cluster/endpoints").body).object?["endpoints"]?.array
        #expect(endpoints?.compactMap { $0.object?["endpoint"]?.string } == [0, 2].map { "tcp://127.0.0.1:\(emulator.ports[$0])" })
        #expect(try await clients[2].send("GET", "/_api/document/c/a").status == 200)
        #expect(try await clients[2].send("POST", "/_api/cursor/\(id)").status == 404)
        try await emulator.comeBack(coordinator: 1)
        #expect(try await clients[1].send("GET", "/_api/document/c/a").status == 200)
        #expect(try await clients[1].send("POST", "/_api/cursor/\(id)").status == 404)
        await emulator.stop()
    }

    @Test("Told to, elements fail without a message, a request for one document with one")
    func messages() throws {
        var server = try Server.withCollection("{}", kind: 2, Configuration(coordinators: 2, tellsMessages: false))
        let answer = try server.send("DELETE", "/_api/document/c", #"["a"]"#)
        #expect(answer.text == #"[{"error":true,"errorNum":1202}]"#)
        #expect(answer.headers["x-arango-error-codes"] == #"{"1202":1}"#)
        #expect(try server.send("DELETE", "/_api/document/c/a")["errorMessage"] == "document not found")
    }

    @Test("One shard's error is the answer to an array of which the other shard has written its part")
    func half() throws {
        var server = try Server.withCollection("{}", kind: 2, cluster)
        server.state.faults.add(InjectedFault(.halfDone(status: 500, errorNum: 1457, message: "timeout"), method: "POST", times: 1))
        let body = #"[{"_key":"a"},{"_key":"b"},{"_key":"c"},{"_key":"d"}]"#
        #expect(try server.send("POST", "/_api/document/c", body).error == "500/1457")
        #expect(["a", "b", "c", "d"].map { server.stored($0) != nil } == [false, true, false, true])
    }

    @Test(
        "A write that is repeated after a failover shows as stale by its version, as a duplicate without one, and as missing for a delete")
    func repeated() throws {
        var server = try Server.withCollection("{}", kind: 2, cluster)
        server.state.faults.add(InjectedFault(.repeatWrite, collection: "c", writesOnly: true))
        let versioned = try server.send("POST", "/_api/document/c?overwriteMode=update&versionAttribute=v", #"[{"_key":"a","v":1}]"#)
        let element = try #require(try versioned.elements.first)
        #expect(element["_rev"] != nil && element["_rev"] == element["_oldRev"])
        #expect(server.stored("a") != nil)
        #expect(try server.send("POST", "/_api/document/c", #"[{"_key":"b"}]"#).elements.first?["errorNum"] == 1210)
        #expect(try server.send("DELETE", "/_api/document/c", #"["a"]"#).elements.first?["errorNum"] == 1202)
    }

    @Test("A fault can be aimed at one coordinator")
    func aimed() {
        var faults = FaultList()
        faults.add(InjectedFault(.drop, coordinator: 1))
        var request = Request(method: "GET", target: "/_api/version")
        #expect(faults.verdict(on: request).effect == nil)
        request.coordinator = 1
        #expect(faults.verdict(on: request).effect == .drop)
    }

    @Test(
        "Sharded by another attribute, a collection takes no key that a client chose: 400/1466 [S, K]; its shard keys do not change: 400/1469 [S, K]",
        arguments: ["POST", "PUT", "PATCH"])
    func shardKeys(method: String) throws {
        var server = try Server.withCollection(#"{"shardKeys":["region"],"numberOfShards":3}"#, kind: 2, cluster)
        #expect(try server.send("GET", "/_api/collection/c/properties")["shardKeys"] == ["region"])
        for mode in ["conflict", "update"] {
            #expect(try server.send("POST", "/_api/document/c?overwriteMode=\(mode)", #"{"_key":"a","region":"x"}"#).error == "400/1466")
        }
        let key = try #require(try server.send("POST", "/_api/document/c", #"{"region":"x"}"#)["_key"]?.string)
        guard method != "POST" else { return }
        #expect(try server.send(method, "/_api/document/c/\(key)", #"{"region":"y"}"#).error == "400/1469")
        #expect(try server.send(method, "/_api/document/c/\(key)", #"{"region":"x","n":1}"#).status == 202)
    }

    @Test("Keys of a SmartGraph's vertices begin with the attribute's value: otherwise 4003 (errors list [D]); the status is untried")
    func smartVertices() throws {
        var server = try Server.withCollection(#"{"isSmart":true,"smartGraphAttribute":"region"}"#, kind: 2, cluster)
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"a","region":"x"}"#).error == "400/4003")
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"x:a","region":"x"}"#).status == 202)
        // Alone, a server has no shards.
        var single = try Server.withCollection(#"{"shardKeys":["region"]}"#)
        #expect(try single.send("POST", "/_api/document/c", #"{"_key":"a","region":"x"}"#).status == 202)
    }
}
