import Messages
import Testing

@testable import Store

/// What answers mean, without a socket.
@Suite("Judging answers") struct JudgementTests {
    private let sandbox = Sandbox(settings: .testing("http://a"), names: SandboxNames(seconds: 1_764_521_826))

    /// The judgement of an assumption of the table by its name.
    private func judge(_ name: String, _ answers: Answer...) throws -> Judgement {
        try #require(Prover.inSandbox(sandbox).first { $0.name == name }).judgement(of: answers)
    }

    /// The answer to one document that was there.
    private func changed(_ key: String, from old: String, to new: String) -> Answer {
        Answer(202, #"[{"_id":"c/\#(key)","_key":"\#(key)","_rev":"\#(new)","_oldRev":"\#(old)"}]"#)
    }

    private func stored(_ key: String, version: UInt64, by: Int) -> Answer {
        Answer(200, #"[{"_key":"\#(key)","_id":"c/\#(key)","_rev":"_a","version":\#(version),"by":\#(by)}]"#)
    }

    @Test("An equal revision is what proves that an older version changed nothing; contents that changed all the same do not")
    func versions() throws {
        let name = "version-lower-update"
        let (first, usual) = (Answer(202, accepted(name, revision: "_a")), VersionAssumptions.usual)
        let (stale, written) = (changed(name, from: "_a", to: "_a"), changed(name, from: "_a", to: "_b"))
        #expect(
            try judge(name, first, stale, stored(name, version: usual, by: 1)) == .proven("written; stale; stored so"))
        #expect(try judge(name, first, written, stored(name, version: usual, by: 1)) == .failed("written instead of stale"))
        #expect(
            try judge(name, first, stale, stored(name, version: usual - 1, by: 2))
                == .failed("document 1 has by 2 instead of 1"))
        #expect(
            try judge(name, first, stale, stored(name, version: usual - 1, by: 1)).text
                == "document 1 has version \(usual - 1) instead of \(usual)", "no digit is lost on the way")
        #expect(try judge(name, first, stale, Answer(200, #"[{"error":true,"errorNum":1202}]"#)).verdict == .failed)
    }

    @Test(
        "Rights and a server that cannot at present prove nothing; anything else that is unexpected fails",
        arguments: [
            (403, 11, ProofRow.Verdict.notProven, true), (401, 11, .notProven, true), (403, 1004, .notProven, true),
            (503, 503, .notProven, false), (500, 1457, .notProven, false), (500, 4, .notProven, false), (412, 21004, .notProven, false),
            (404, 1203, .failed, false), (400, 600, .failed, false), (500, 9999, .failed, false), (400, 10, .failed, false),
        ])
    func obstacles(status: Int, errorNum: Int, verdict: ProofRow.Verdict, isRight: Bool) throws {
        let error = Answer(status, #"{"error":true,"code":\#(status),"errorNum":\#(errorNum),"errorMessage":"m"}"#)
        let name = "version-lower-update"
        let assumption = try #require(Prover.inSandbox(sandbox).first { $0.name == name })
        for answers in [[error], [Answer(202, accepted(name)), error], [Answer(202, accepted(name)), error, error]] {
            let row = assumption.row(assumption.judgement(of: answers))
            #expect(row.verdict == verdict && (row.grant != nil) == isRight, "\(row)")
        }
    }

    @Test("An element that the server cannot take at present shows nothing", arguments: [(1004, true), (1457, false), (18, false)])
    func elements(errorNum: Int, isRight: Bool) throws {
        let judgement = try judge(
            "edge-ends", Answer(202, #"[{"error":true,"errorNum":\#(errorNum),"errorMessage":"m"}]"#))
        #expect(judgement.verdict == .notProven && judgement.isLackOfRights == isRight)
    }

    @Test("An answer without what the next call needs has failed") func short() throws {
        let name = "revision-removal"
        let judgement = try judge(name, Answer(202, #"[{"_key":"\#(name)"}]"#), Answer(202, #"[{"_key":"\#(name)"}]"#))
        #expect(judgement == .failed("the answer to call 2 lacks what the next one needs (HTTP 202)"))
    }

    @Test("What is not JSON, or nested without end, is no document", arguments: ["", "<html>", "[", "[{]", "{}", #"["a"]"#])
    func foreign(body: String) throws {
        #expect(Answer(200, body).documents == nil)
        #expect(Judgement.documents(Answer(200, body), hold: [nil]).verdict == .failed)
        let deep = "[" + String(repeating: #"{"a":"#, count: 100_000) + "1" + String(repeating: "}", count: 100_000) + "]"
        #expect(Answer(200, deep).documents?.count == 1)
    }

    @Test("Members of objects have names with a dot, and texts may be escaped otherwise") func members() {
        let answer = Answer(200, #"[{"o":{"x":1,"p":{"y":"a"}},"text":"\u00fc\/"}]"#)
        #expect(answer.documents?.first?["o.x"] == "1" && answer.documents?.first?["o.p.y"] == #""a""#)
        #expect(Judgement.documents(answer, hold: [["text": #""ü/""#, "o.x": "1", "z": nil]]).verdict == .proven)
        #expect(Judgement.documents(answer, hold: [["text": #""u/""#]]).verdict == .failed)
    }

    @Test("Of several parts one that failed decides, then one that shows nothing") func all() {
        #expect(Judgement.all([.proven("a"), .proven(""), .proven("b")]) == .proven("a; b"))
        #expect(Judgement.all([.proven("a"), .notProven("b"), .failed("c")]) == .failed("c"))
        #expect(Judgement.all([.notPermitted("a"), .notProven("b")]) == .notPermitted("a"))
    }

    @Test("Equal words in a row are counted") func lists() {
        #expect(Judgement.list(["stale", "stale", "written"]) == "2 × stale, written")
        #expect(Judgement.list([]) == "")
    }
}
