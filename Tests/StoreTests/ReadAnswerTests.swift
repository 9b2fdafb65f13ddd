import Messages
import Testing

@testable import Store

private func reply(_ body: String, to batch: ReadBatch, status: Int = 200) -> ReadReply {
    ReadAnswer.reply(Answer(status, body), to: batch)
}

@Suite("The answer to reading back (ArangoDB.md section 4, onlyget)")
struct ReadAnswerTests {
    @Test("Found with its version, missing, or unreadable: in the order of the keys")
    func states() throws {
        let body = #"""
            [{"_key":"a","_id":"companies/a","_rev":"_1","name":"x","version":18446744073709551615},
             {"error":true,"errorNum":1202,"errorMessage":"document not found"},
             {"error":true,"errorNum":1200,"errorMessage":"conflict"}]
            """#
        #expect(
            try reply(body, to: readBatch("a", "b", "c")).get() == [
                .found(version: .max), .missing, .unreadable(Fault(errorNum: 1200, message: "conflict")),
            ])
    }

    @Test(
        "A version is a whole number at the top level, or there is none",
        arguments: [
            (#""version":7"#, UInt64(7)), (#""version":0"#, 0), (#""version":"7""#, nil), (#""version":7.5"#, nil), (#""version":-7"#, nil),
            (#""version":null"#, nil), (#""version":18446744073709551616"#, nil), (#""x":{"version":7}"#, nil), (#""versions":7"#, nil),
            (#""vers\u0069on":7"#, 7),
        ])
    func versions(member: String, version: UInt64?) throws {
        let body = #"[{"_key":"a","_id":"companies/a","_rev":"_1",\#(member)}]"#
        #expect(try reply(body, to: readBatch("a")).get() == [.found(version: version)])
    }

    @Test("A document with attributes called error and errorNum is a document")
    func errorAttributes() throws {
        let body = #"[{"_key":"a","_id":"companies/a","_rev":"_1","error":true,"errorNum":1202,"version":3}]"#
        #expect(try reply(body, to: readBatch("a")).get() == [.found(version: 3)])
    }

    @Test(
        "An answer that is not one state for each key tells nothing",
        arguments: ["", "[]", "{}", #"[{"_key":"b","_rev":"_1"}]"#, #"[{"_key":"a","_rev":"_1"},{}]"#])
    func unexpected(body: String) {
        #expect(reply(body, to: readBatch("a")).failure?.kind == .unknown)
    }

    @Test("A missing collection is not a missing document")
    func missingCollection() {
        let body = #"{"code":404,"error":true,"errorMessage":"collection or view not found","errorNum":1203}"#
        #expect(reply(body, to: readBatch("a"), status: 404).failure?.kind == .configuration)
    }
}
