import Testing

@testable import ArangoEmulator

/// A proxy in front of an emulator, which could be any ArangoDB: what it passes on, and what faults make of it.
@Suite("The proxy in front of a server")
struct ProxyTests {
    /// An emulator with a collection `c`, and a client that asks it through a proxy.
    private func proxied(
        isAnonymous: Bool = false, takesOrders: Bool = false,
        _ body: (ArangoEmulator, DatabaseProxy, HTTPClient) async throws -> Void
    ) async throws {
        let emulator = try await ArangoEmulator.start()
        _ = emulator.perform("POST", "/_api/collection", body: #"{"name":"c"}"#)
        let proxy = try await DatabaseProxy.start(
            DatabaseProxy.Configuration(server: try ServerAddress(emulator.url), isAnonymous: isAnonymous, takesOrders: takesOrders))
        try await body(emulator, proxy, HTTPClient(host: "127.0.0.1", port: proxy.port))
        await proxy.stop()
        await emulator.stop()
    }

    @Test("Answers pass as they are, HEAD and 304 too, and requests with their headers and bodies")
    func passes() async throws {
        try await proxied { emulator, _, client in
            let direct = HTTPClient(host: "127.0.0.1", port: emulator.port)
            let body = Array(#"[{"_key":"a","x":1.50},{"_key":"a"}]"#.utf8)
            let written = try await client.send("POST", "/_api/document/c", headers: [("x-mark", "m")], body: body)
            #expect(written.status == 202 && written.headers["x-arango-error-codes"] == #"{"1210":1}"#)
            #expect(emulator.recentRequests.last?.headers["x-mark"] == "m")
            let target = "/_db/_system/_api/document/c/a"
            let requests: [(String, [(String, String)])] = [("GET", []), ("HEAD", []), ("GET", [("if-none-match", "\"x\"")])]
            for (method, headers) in requests {
                let through = try await client.send(method, target, headers: headers)
                let straight = try await direct.send(method, target, headers: headers)
                #expect(through.status == straight.status && through.headers == straight.headers && through.body == straight.body)
            }
            let etag = try await client.send("GET", target).headers["etag"] ?? ""
            let unchanged = try await client.send("GET", target, headers: [("if-none-match", etag)])
            #expect(unchanged.status == 304 && unchanged.headers["content-length"] == "0")
        }
    }

    @Test("Effects are those of the emulator: what is dropped was not done, a lost reply was, a repeated write was done twice")
    func effects() async throws {
        try await proxied { emulator, proxy, client in
            func post(_ body: String) async throws -> ReceivedAnswer {
                try await client.send("POST", "/_api/document/c?overwriteMode=update&versionAttribute=v", body: Array(body.utf8))
            }
            func keys() -> [String] { (emulator.documents(of: "c", in: "_system") ?? [:]).keys.sorted() }
            for (effect, left) in [(InjectedFault.Effect.drop, [String]()), (.loseReply, ["a"])] {
                proxy.inject(InjectedFault(effect, times: 1))
                await #expect(throws: (any Error).self) { try await post(#"{"_key":"a","v":1}"#) }
                #expect(keys() == left)
            }
            proxy.inject(InjectedFault(.answer(status: 503, errorNum: 21003, message: "queue full"), times: 1))
            #expect(try await post(#"{"_key":"b","v":1}"#).status == 503)
            proxy.inject(InjectedFault(.halfDone(status: 500, errorNum: 1457, message: "timeout"), times: 1))
            #expect(try await post(#"[{"_key":"b","v":1},{"_key":"c","v":1}]"#).status == 500)
            #expect(keys() == ["a", "b"])
            proxy.inject(InjectedFault(.repeatWrite, times: 1))
            let repeated = try JSONParser.parse(try await post(#"{"_key":"e","v":1}"#).body).object
            #expect(repeated?["_rev"] != nil && repeated?["_rev"] == repeated?["_oldRev"])
            #expect(proxy.faults.isEmpty)
            #expect(proxy.counters.documentsWritten == 3 && proxy.counters.documentsUnchanged == 1)
            #expect(proxy.counters.connections == proxy.counters.requests)
        }
    }

    @Test("Documents fail by their keys: the server never sees them, and the answer has their errors in their places")
    func elements() async throws {
        try await proxied { emulator, proxy, client in
            proxy.inject(InjectedFault(.failElements(keys: ["a", "b"], errorNum: 1200, message: "conflict"), times: 1))
            let body = Array(#"[{"_key":"a"},{"_key":"c"},{"_key":"c"},{"_key":"b"}]"#.utf8)
            let first = try await client.send("POST", "/_api/document/c", body: body)
            let elements = try JSONParser.parse(first.body).array?.compactMap(\.object) ?? []
            #expect(elements.map { $0["errorNum"]?.int } == [1200, nil, 1210, 1200])
            #expect(first.headers["x-arango-error-codes"] == #"{"1200":2,"1210":1}"#)
            #expect(first.headers["content-length"] == "\(first.body.count)")
            #expect(emulator.documents(of: "c", in: "_system")?.keys.sorted() == ["c"])
            proxy.inject(InjectedFault(.failElements(keys: nil, errorNum: 1457, message: nil), writesOnly: true))
            let all = try await client.send("DELETE", "/_api/document/c", body: Array(#"["c"]"#.utf8))
            #expect(String(decoding: all.body, as: UTF8.self) == #"[{"error":true,"errorNum":1457}]"#)
            #expect(try await client.send("DELETE", "/_api/document/c/c").status == 500)
            #expect(try await client.send("GET", "/_api/document/c/c").status == 200)
        }
    }

    @Test("It goes away as a crashed server does, and comes back on its port; a server that is not there closes the connection")
    func away() async throws {
        try await proxied { emulator, proxy, client in
            await proxy.goAway()
            await #expect(throws: (any Error).self) { try await client.send("GET", "/_api/version") }
            try await proxy.comeBack()
            #expect(try await client.send("GET", "/_api/version").status == 200)
            await emulator.goAway()
            await #expect(throws: (any Error).self) { try await client.send("GET", "/_api/version") }
            try await emulator.comeBack()
            #expect(try await client.send("GET", "/_api/version").status == 200)
        }
    }

    @Test("Anonymous, nothing tells which product answers, and it takes no orders; otherwise another process sets its faults")
    func anonymous() async throws {
        try await proxied(isAnonymous: true, takesOrders: true) { _, _, client in
            let version = try await client.send("GET", "/_api/version")
            #expect(Set(version.headers.keys) == ["connection", "content-length", "content-type", "x-arango-queue-time-seconds"])
            let orders = try await client.send("GET", "/_emulator/faults")
            #expect(orders.status == 404 && Set(orders.headers.keys) == ["connection", "content-length", "content-type"])
        }
        try await proxied(takesOrders: true) { _, proxy, client in
            let fault = Array(#"{"effect":"drop","path":"/_api/version"}"#.utf8)
            let answer = try await client.send("POST", "/_emulator/faults", body: fault)
            #expect(answer.status == 201)
            #expect(proxy.faults == [InjectedFault(.drop, path: "/_api/version")])
            await #expect(throws: (any Error).self) { try await client.send("GET", "/_api/version") }
            #expect(try await client.send("DELETE", "/_emulator/faults").status == 200)
            #expect(try await client.send("GET", "/_api/version").status == 200)
        }
    }

    @Test("An administrator asks past it, again if the connection that was kept has ended, and is told where nobody answers")
    func client() async throws {
        try await proxied { emulator, proxy, _ in
            proxy.inject(InjectedFault(.drop))
            let client = DatabaseClient(try ServerAddress(emulator.url))
            #expect(client.perform("POST", "/_api/document/c", body: #"[{"_key":"é/","n":1.0},{"_key":"b"}]"#).status == 202)
            #expect(client.perform("POST", "/_api/document/c", body: #"[{"_key":"a","n":1.0}]"#).status == 202)
            #expect(client.documents(of: "c", in: "_system")?.keys.sorted() == ["a", "b"])
            #expect(client.document("a", of: "c", in: "_system") == #"{"n":1}"#)
            #expect(client.documents(["b", "zzz"], of: "c", in: "_system").keys.sorted() == ["b"])
            #expect(client.count(of: "c", in: "_system") == 2)
            #expect(client.documents(of: "zzz", in: "_system") == nil && client.document("zzz", of: "c", in: "_system") == nil)
            await emulator.goAway()
            #expect(client.perform("GET", "/_api/version").status == 0)
            try await emulator.comeBack()
            #expect(client.perform("GET", "/_api/version").status == 200)
        }
    }

    @Test(
        "A server's URL has a host, and may have who asks and a port",
        arguments: [
            ("http://db", "db", 8529, "root", ""), ("http://db:1/", "db", 1, "root", ""), ("http://u@db", "db", 8529, "u", ""),
            ("http://u:p%40%3A@127.0.0.1:80", "127.0.0.1", 80, "u", "p@:"), ("http://u:a:b@[::1]:80", "::1", 80, "u", "a:b"),
            ("http://[::1]", "::1", 8529, "root", ""),
        ])
    func addresses(url: String, host: String, port: Int, username: String, password: String) throws {
        let address = try ServerAddress(url)
        #expect((address.host, address.port) == (host, port))
        #expect((address.username, address.password) == (username, password))
    }

    @Test(
        "Another URL is refused, without repeating it, because it may hold a password",
        arguments: [
            "https://root:secret@db", "db:8529", "http://root:secret@", "http://root:secret@db:0", "http://root:secret@db/path", "",
        ])
    func noAddresses(url: String) {
        let error = #expect(throws: AddressError.self) { try ServerAddress(url) }
        #expect(error.map { "\($0)" }?.contains("secret") == false)
    }

    @Test("A document equals another with the same members, in whatever order, however its numbers are written")
    func documents() {
        let document: StoredDocument = #"{"_key":"a","_rev":"r","a":1.50,"o":{"x":[1e1],"y":null}}"#
        #expect(document == #"{"o":{"y":null,"x":[10]},"a":1.5}"#)
        #expect(document != #"{"o":{"y":null,"x":[11]},"a":1.5}"#)
        #expect(document["a"] == "1.50" && document["_key"] == nil && document.contains(#""x":[1e1]"#))
        // Two numbers that no Double tells apart.
        #expect(StoredDocument(stringLiteral: #"{"v":9007199254740993}"#) != #"{"v":9007199254740992}"#)
    }
}
