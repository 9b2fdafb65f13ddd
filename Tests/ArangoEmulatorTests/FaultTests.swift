import Testing

@testable import ArangoEmulator

@Suite("Injected faults")
struct FaultTests {
    @Test("The next N matching requests get the answer, the others are served")
    func answers() throws {
        var server = try Server.withCollection()
        server.state.faults.add(
            InjectedFault(.answer(status: 503, errorNum: 21003, message: "queue full"), method: "POST", path: "/_api/document", times: 2))
        #expect(try server.send("GET", "/_api/version").status == 200)
        for _ in 0..<2 { #expect(try server.send("POST", "/_db/_system/_api/document/c", #"{"_key":"a"}"#).error == "503/21003") }
        #expect(server.stored("a") == nil)
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#).status == 202)
        #expect(server.state.faults.faults.isEmpty)
    }

    @Test("Without an errorNum the answer is plain text, as from a proxy")
    func proxy() throws {
        var server = Server()
        server.state.faults.add(InjectedFault(.answer(status: 502, errorNum: nil, message: "Bad Gateway")))
        #expect(try server.send("GET", "/_api/version").text == "Bad Gateway")
    }

    @Test("An element fails so many times for each key, its neighbours are written")
    func elements() throws {
        var server = try Server.withCollection()
        server.state.faults.add(InjectedFault(.failElements(keys: ["a", "b"], errorNum: 1200, message: "write-write conflict"), times: 1))
        let body = #"[{"_key":"a"},{"_key":"c"},{"_key":"b"}]"#
        let first = try server.send("POST", "/_api/document/c?overwriteMode=update", body)
        #expect(try first.elements.map { $0["errorNum"]?.int } == [1200, nil, 1200])
        #expect(first.headers["x-arango-error-codes"] == #"{"1200":2}"#)
        #expect(server.stored("a") == nil)
        #expect(server.state.faults.faults.isEmpty)
        #expect(
            try server.send("POST", "/_api/document/c?overwriteMode=update", body).elements.map { $0["errorNum"]?.int } == [nil, nil, nil])
    }

    @Test("A lost reply means the work was done, a drop or a stall that it was not")
    func unknownOutcomes() throws {
        for (effect, isDone, isStall) in [(InjectedFault.Effect.loseReply, true, false), (.drop, false, false), (.stall, false, true)] {
            var server = try Server.withCollection()
            server.state.faults.add(InjectedFault(effect, times: 1))
            let request = Request(method: "POST", target: "/_api/document/c", body: Array(#"{"_key":"a"}"#.utf8))
            switch server.state.respond(to: request, now: server.now) {
            case .answer: Issue.record("an answer came")
            case .drop: #expect(!isStall)
            case .stall: #expect(isStall)
            }
            #expect((server.stored("a") != nil) == isDone)
        }
    }

    @Test("Delays add up, and the rest of the list still applies")
    func delays() throws {
        var faults = FaultList()
        faults.add(InjectedFault(.delay(.milliseconds(100)), times: 1))
        faults.add(InjectedFault(.delay(.milliseconds(20))))
        faults.add(InjectedFault(.drop, times: 1))
        let request = Request(method: "GET", target: "/_api/version")
        #expect(faults.verdict(on: request) == FaultList.Verdict(delay: .milliseconds(120), effect: .drop))
        #expect(faults.verdict(on: request) == FaultList.Verdict(delay: .milliseconds(20), effect: nil))
    }

    @Test("What a fault skips does not use it up")
    func skip() throws {
        var faults = FaultList()
        faults.add(InjectedFault(.drop, path: "/_api/cursor", times: 1, skip: 2))
        let cursor = Request(method: "POST", target: "/_api/cursor"), other = Request(method: "GET", target: "/_api/version")
        #expect(faults.verdict(on: cursor).effect == nil && faults.verdict(on: other).effect == nil)
        #expect(faults.faults.map(\.skip) == [1] && faults.faults.map(\.times) == [1])
        #expect([cursor, cursor, cursor].map { faults.verdict(on: $0).effect } == [nil, .drop, nil])
        #expect(faults.faults.isEmpty)
    }

    @Test("Another process sets faults over HTTP, sees what is left of them, and takes them back; no password, no fault stands in its way")
    func overHTTP() throws {
        var server = Server(Configuration(password: "secret"))
        server.state.faults.add(InjectedFault(.drop))
        let faults = [
            #"{"effect":"delay","milliseconds":5,"method":"GET"}"#,
            #"{"effect":"answer","status":503,"errorNum":503,"message":"m","path":"/_api/document","times":3}"#,
            #"{"effect":"element","keys":["a"],"errorNum":1200,"message":"m","times":1}"#,
            #"{"effect":"lose-reply"}"#, #"{"effect":"stall","times":2,"skip":1}"#,
        ]
        #expect(try server.send("POST", "/_emulator/faults", "[\(faults.joined(separator: ","))]").status == 201)
        #expect(try server.send("GET", "/_emulator/faults").text == #"[{"effect":"drop"},\#(faults.joined(separator: ","))]"#)
        #expect(server.state.faults.faults[1] == InjectedFault(.delay(.milliseconds(5)), method: "GET"))
        _ = try server.send("DELETE", "/_emulator/faults")
        #expect(server.state.faults.faults.isEmpty)
    }

    @Test(
        "A fault that is misspelt or lacks something is refused with the reason, and none of its list is taken",
        arguments: [
            (#"{"effect":"explode"}"#, "no such effect: explode"),
            (#"{"effect":"drop","time":1}"#, "a fault with effect drop has no attribute time"),
            (#"{"effect":"delay"}"#, "delay needs milliseconds, at most a day"),
            (#"{"effect":"answer","status":99}"#, "answer needs a status, 200…599"),
            (#"{"effect":"drop","times":0}"#, "times must be a whole number above 0"),
            (#"{"effect":"drop","skip":-1}"#, "skip must be a whole number, 0 or above"),
            (#"{"effect":"element","errorNum":1,"skip":1}"#, "a fault with effect element has no attribute skip"),
            (#"{"effect":"element"}"#, "element needs an errorNum"), (#"{}"#, "a fault is an object with an effect"),
        ])
    func refused(text: String, message: String) throws {
        var server = Server()
        let answer = try server.send("POST", "/_emulator/faults", #"[{"effect":"drop"},\#(text)]"#)
        #expect(answer.status == 400)
        #expect(try answer["errorMessage"] == .string(message))
        #expect(server.state.faults.faults.isEmpty)
    }

    @Test("The last 256 requests are remembered, the oldest first, and all are counted")
    func log() throws {
        var server = Server()
        for number in 0..<300 { _ = try server.send("GET", "/_api/version?n=\(number)") }
        #expect(server.state.log.counters.requests == 300)
        #expect(server.state.log.recent.map(\.target) == (44..<300).map { "/_api/version?n=\($0)" })
    }

    @Test("Counters tell written, unchanged and failed documents, and the dump what is stored")
    func counters() throws {
        var server = try Server.withCollection()
        _ = try server.send(
            "POST", "/_api/document/c?overwriteMode=update&versionAttribute=v", #"[{"_key":"b","v":2},{"_key":"b","v":1},{"_key":"a"},1]"#)
        let counters = try server.send("GET", "/_emulator/counters")
        #expect(try counters["documentsWritten"] == 2)
        #expect(try counters["documentsUnchanged"] == 1)
        #expect(try counters["elementErrors"] == 1)
        #expect(try server.send("GET", "/_emulator/documents/_system/c").elements.map { $0["_key"] } == ["a", "b"])
    }
}
