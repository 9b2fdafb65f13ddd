import Testing

@testable import ArangoEmulator

@Suite("What faults can be aimed at")
struct FaultAimTests {
    private func serverWithTwo() throws -> Server {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/collection", #"{"name":"cc"}"#)
        return server
    }

    @Test("No answer to any write of one collection, while reading it and writing others works")
    func dropsWrites() throws {
        var server = try serverWithTwo()
        server.state.faults.add(InjectedFault(.drop, collection: "c", writesOnly: true))
        for (method, target, body) in [
            ("POST", "/_api/document/c", "[]"), ("PUT", "/_api/document/c", "[]"), ("PATCH", "/_api/document/c/a", "{}"),
            ("DELETE", "/_api/document/c/a", ""), ("POST", "/_db/_system/_api/document?collection=c", "{}"),
            ("POST", "/_api/import?collection=c&type=list", "[]"),
        ] {
            #expect(throws: Server.NotAnswered.self) { try server.send(method, target, body) }
        }
        #expect(try server.send("GET", "/_api/document/c/a").error == "404/1202")
        #expect(try server.send("PUT", "/_api/document/c?onlyget=true", "[]").status == 200)
        #expect(try server.send("GET", "/_api/collection/c/count").status == 200)
        #expect(try server.send("POST", "/_api/index?collection=c", #"{"type":"persistent","fields":["x"]}"#).status == 201)
        // Its name begins with the other's.
        #expect(try server.send("POST", "/_api/document/cc", #"{"_key":"a"}"#).status == 202)
    }

    @Test("One number for every request about one collection, queries included, and no other")
    func onlyOneCollection() throws {
        var server = try serverWithTwo()
        server.state.faults.add(InjectedFault(.answer(status: 500, errorNum: 1302, message: "m"), collection: "c"))
        let query = #"{"query":"FOR d IN @@collection COLLECT WITH COUNT INTO n RETURN n","bindVars":{"@collection":"NAME"}}"#
        for (method, target, body) in [
            ("POST", "/_api/document/c", "[]"), ("GET", "/_api/document/c/a", ""), ("GET", "/_api/collection/c/properties", ""),
            ("GET", "/_api/index?collection=c", ""), ("GET", "/_api/edges/c?vertex=c/a", ""),
            ("POST", "/_api/cursor", query.replacing("NAME", with: "c")),
        ] {
            #expect(try server.send(method, target, body).error == "500/1302")
        }
        #expect(try server.send("POST", "/_api/document/cc", "{}").status == 202)
        #expect(try server.send("GET", "/_api/collection").status == 200)
        #expect(try server.send("POST", "/_api/cursor", query.replacing("NAME", with: "cc")).status == 201)
    }

    @Test(
        "Every element of an array fails with one number; as a coordinator does it, without a message",
        arguments: [1457, 18, 1655, 32, 4, 9999])
    func allElements(errorNum: Int) throws {
        var server = try Server.withCollection()
        server.state.faults.add(
            InjectedFault(.failElements(keys: nil, errorNum: errorNum, message: nil), collection: "c", writesOnly: true))
        let answer = try server.send("POST", "/_api/document/c?overwriteMode=update", #"[{"_key":"a"},{"_key":"b"}]"#)
        #expect(answer.status == 202)
        #expect(answer.text == #"[{"error":true,"errorNum":\#(errorNum)},{"error":true,"errorNum":\#(errorNum)}]"#)
        #expect(answer.headers["x-arango-error-codes"] == #"{"\#(errorNum)":2}"#)
        #expect(try server.send("PUT", "/_api/document/c?onlyget=true", #"["a"]"#).elements.first?["errorNum"] == 1202)
    }

    @Test("One document has the status that belongs to its number, or the one that was asked for")
    func statuses() throws {
        var server = try Server.withCollection()
        server.state.faults.add(InjectedFault(.failElements(keys: ["a"], errorNum: 1620, message: "m")))
        server.state.faults.add(InjectedFault(.failElements(keys: ["b"], errorNum: 1620, message: "m", status: 499)))
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#).error == "400/1620")
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"b"}"#).error == "499/1620")
    }

    @Test("Half of all requests: about half of many, and the same ones each time")
    func half() throws {
        func befallen() -> [Bool] {
            var faults = FaultList()
            faults.add(InjectedFault(.drop, percent: 50))
            let request = Request(method: "GET", target: "/_api/version")
            return (0..<1000).map { _ in faults.verdict(on: request).effect == .drop }
        }
        let first = befallen()
        #expect((450...550).contains(first.count { $0 }))
        // No pattern that a client's alternation could keep step with.
        #expect((200...300).contains(zip(first, first.dropFirst()).count { $0 && $1 }))
        #expect(first == befallen())
    }

    @Test("What a share lets pass uses up none of its times")
    func timesOfAShare() throws {
        var faults = FaultList()
        faults.add(InjectedFault(.drop, percent: 50, times: 3))
        let request = Request(method: "GET", target: "/_api/version")
        #expect((0..<100).count { _ in faults.verdict(on: request).effect == .drop } == 3)
    }

    @Test("Another process aims by collection, writes, percent and status, and reads it back")
    func overHTTP() throws {
        var server = Server()
        let faults = [
            #"{"effect":"drop","collection":"c","writes":true,"percent":50}"#,
            #"{"effect":"element","errorNum":1457,"message":null,"status":500,"collection":"c"}"#,
        ]
        #expect(try server.send("POST", "/_emulator/faults", "[\(faults.joined(separator: ","))]").status == 201)
        #expect(try server.send("GET", "/_emulator/faults").text == "[\(faults.joined(separator: ","))]")
        for (fault, message) in [
            (#"{"effect":"drop","percent":100}"#, "percent must be a whole number, 1…99"),
            (#"{"effect":"element","errorNum":1,"percent":5}"#, "a fault with effect element has no attribute percent"),
            (#"{"effect":"element","errorNum":1,"status":200}"#, "the status of an element is 400…599"),
        ] {
            #expect(try server.send("POST", "/_emulator/faults", fault)["errorMessage"] == .string(message))
        }
    }
}
