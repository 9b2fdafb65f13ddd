import Messages
import Testing

@testable import Store

private func reply(_ body: String, to batch: WriteBatch, status: Int = 202) -> WriteReply {
    WriteAnswer.reply(Answer(status, body), to: batch)
}

@Suite("The answer to a write (ArangoDB.md sections 3 and 4)")
struct WriteAnswerTests {
    @Test("Each document has its outcome, in the order of the request")
    func order() throws {
        let body = #"""
            [{"_id":"companies/a","_key":"a","_rev":"_1"},
             {"error":true,"errorNum":1221,"errorMessage":"illegal document key"},
             {"_id":"companies/c","_key":"c","_rev":"_2","_oldRev":"_1"}]
            """#
        let outcomes = try reply(body, to: writeBatch("a", "b", "c")).get()
        #expect(outcomes == [.written, .refused(Fault(errorNum: 1221, message: "illegal document key")), .written])
    }

    @Test("An unchanged revision is stale, if versions are compared", arguments: [WriteTarget.Mode.update, .replace])
    func stale(mode: WriteTarget.Mode) throws {
        let body = accepted("a", oldRevision: "_1", revision: "_1")
        #expect(try reply(body, to: writeBatch("a", to: .companies(mode))).get() == [.stale])
        #expect(try reply(body, to: writeBatch("a", to: .companies(mode, version: nil))).get() == [.written])
    }

    @Test("Success is success by whichever status", arguments: [200, 201, 202])
    func statuses(status: Int) throws {
        #expect(try reply(accepted("a"), to: writeBatch("a"), status: status).get() == [.written])
    }

    @Test("Removing what is not there is done")
    func removal() throws {
        let body = #"[{"_id":"companies/a","_key":"a","_rev":"_1"},{"error":true,"errorNum":1202,"errorMessage":"document not found"}]"#
        #expect(
            try reply(body, to: writeBatch("a", "b", to: .companies(.remove, version: nil)), status: 200).get() == [.written, .written])
    }

    @Test(
        "An answer that does not confirm every document confirms none",
        arguments: [
            "", "{}", "[]", "null", accepted("a"), accepted("a", "b", "c"), accepted("b", "a"), accepted("a", "b") + "x",
            String(accepted("a", "b").dropLast()), "[{},{}]", #"[{"_key":"a"},{"_key":"b"}]"#, "[1,2]", "<html></html>",
            #"[{"_id":"companies/a","_key":"a","_rev":"_1"},{"_id":"companies/b","_key":"b","_rev":"_1"#,
            #"[{"_id":"companies/a","_key":"a","_rev":"_1"}{"_id":"companies/b","_key":"b","_rev":"_1"}]"#,
        ])
    func unconfirmed(body: String) {
        #expect(reply(body, to: writeBatch("a", "b")).failure?.kind == .unknown)
    }

    @Test("A cut answer is never taken for a whole one")
    func everyPrefix() {
        let body = accepted("a", "b", oldRevision: "_0")
        for length in 0..<body.utf8.count {
            #expect(reply(String(body.prefix(length)), to: writeBatch("a", "b")).failure?.kind == .unknown, "after \(length) bytes")
        }
    }

    @Test("Unknown members, white space and escapes do no harm")
    func tolerance() throws {
        let body = " [ { \"_id\" : \"companies/a\" , \"new\" : { \"x\" : [ 1 , \"]}\\\"\" ] } , \"_key\" : \"a\" , \"_rev\" : \"_1\" } ] \n"
        #expect(try reply(body, to: writeBatch("a")).get() == [.written])
    }

    @Test("A message is one line of bounded length")
    func messageIsBounded() throws {
        let long = String(repeating: "x", count: 10_000)
        let body = #"[{"error":true,"errorNum":1620,"errorMessage":"a\nb\u00e9\#(long)"}]"#
        guard case .refused(let fault) = try reply(body, to: writeBatch("a")).get()[0] else {
            Issue.record("not refused")
            return
        }
        #expect(fault.message.hasPrefix("a bé"))
        #expect(fault.message.unicodeScalars.count == 500)
    }
}
