import Messages
import Testing

@testable import Store

/// A row of ArangoDB.md section 12: what a whole request with it means for many documents, and what an element with it means.
struct FailureCase: Sendable, CustomTestStringConvertible {
    let errorNum: Int?
    let status: Int
    var text = "message"
    let request: FailureKind
    /// `nil` if it cannot occur in an array answer.
    var element: OutcomeKind?
    /// What an element with it makes of the whole reply.
    var wholeReply: FailureKind?

    var testDescription: String { "\(errorNum.map { "errorNum \($0)" } ?? "no errorNum") in \(status)" }
}

private let lockMessage = "timeout waiting to lock key"
private let primaryMessage = "unique constraint violated - in index primary of type primary over '_key'; conflicting key: abc"
private let secondaryMessage = "unique constraint violated - in index idx_1 of type persistent over 'vat'; conflicting key: abc"

let failureCases: [FailureCase] = [
    FailureCase(errorNum: 1200, status: 409, text: lockMessage, request: .rejected, element: .conflict),
    FailureCase(errorNum: 1200, status: 412, text: "conflict, _rev values do not match", request: .failing, element: .transient),
    FailureCase(errorNum: 1210, status: 409, text: primaryMessage, request: .rejected, element: .conflict),
    FailureCase(errorNum: 1210, status: 409, text: secondaryMessage, request: .rejected, element: .refused),
    FailureCase(errorNum: 1601, status: 409, request: .rejected),
    FailureCase(errorNum: 1202, status: 404, request: .failing, element: .transient),
    FailureCase(errorNum: 1203, status: 404, request: .configuration),
    FailureCase(errorNum: 1228, status: 404, request: .configuration),
    FailureCase(errorNum: 1655, status: 404, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1654, status: 410, request: .collection, element: .unavailable),
    FailureCase(errorNum: 600, status: 400, request: .rejected),
    FailureCase(errorNum: 1221, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1222, status: 400, request: .configuration, wholeReply: .configuration),
    FailureCase(errorNum: 1226, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1205, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1466, status: 400, request: .configuration, wholeReply: .configuration),
    FailureCase(errorNum: 1227, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1233, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1216, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1620, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1469, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1208, status: 400, request: .configuration, element: .refused),
    FailureCase(errorNum: 1593, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1594, status: 400, request: .rejected, element: .refused),
    FailureCase(errorNum: 1237, status: 400, request: .configuration),
    FailureCase(errorNum: 1218, status: 400, request: .failing, element: .transient),
    FailureCase(errorNum: 400, status: 400, request: .failing, element: .transient),
    FailureCase(errorNum: 10, status: 400, request: .failing, element: .transient),
    FailureCase(errorNum: nil, status: 413, request: .failing),
    FailureCase(errorNum: 11, status: 401, request: .configuration),
    FailureCase(errorNum: 401, status: 401, request: .configuration),
    FailureCase(errorNum: 11, status: 403, request: .configuration, element: .transient),
    FailureCase(errorNum: 1004, status: 403, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1429, status: 503, request: .collection, element: .unavailable),
    FailureCase(errorNum: 21003, status: 503, request: .outage),
    FailureCase(errorNum: 21004, status: 412, request: .outage),
    FailureCase(errorNum: 503, status: 503, request: .outage, element: .unavailable),
    FailureCase(errorNum: 30, status: 503, request: .outage, element: .unavailable),
    FailureCase(errorNum: 38, status: 503, request: .outage, element: .unavailable),
    FailureCase(errorNum: 1478, status: 503, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1465, status: 503, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1491, status: 503, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1495, status: 503, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1496, status: 503, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1457, status: 500, request: .unknown, element: .unavailable),
    FailureCase(errorNum: 18, status: 500, request: .collection, element: .unavailable),
    FailureCase(errorNum: 28, status: 500, request: .collection, element: .unavailable),
    FailureCase(errorNum: 29, status: 500, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1302, status: 500, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1303, status: 500, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1489, status: 406, request: .collection, element: .unavailable),
    FailureCase(errorNum: 1490, status: 406, request: .collection, element: .unavailable),
    FailureCase(errorNum: 32, status: 500, request: .failing, element: .transient),
    FailureCase(errorNum: 1100, status: 500, request: .failing, element: .transient),
    FailureCase(errorNum: 4, status: 500, request: .unknown, element: .transient),
    FailureCase(errorNum: 21, status: 410, request: .unknown, element: .transient),
    FailureCase(errorNum: 4003, status: 400, request: .configuration, wholeReply: .configuration),
    FailureCase(errorNum: 3, status: 500, request: .outage, element: .unavailable),
    FailureCase(errorNum: 1104, status: 500, request: .outage, element: .unavailable),
    FailureCase(errorNum: 1305, status: 500, request: .outage, element: .unavailable),
    FailureCase(errorNum: 1225, status: 500, request: .failing, element: .transient),
    // "other 4xx" and "other 5xx", with a number that nobody knows.
    FailureCase(errorNum: 9999, status: 418, request: .failing, element: .transient),
    FailureCase(errorNum: 9999, status: 500, request: .failing, element: .transient),
    // Answers of others than ArangoDB.
    FailureCase(errorNum: nil, status: 302, request: .failing),
    FailureCase(errorNum: nil, status: 400, request: .failing),
    FailureCase(errorNum: nil, status: 401, request: .configuration),
    FailureCase(errorNum: nil, status: 404, request: .failing),
    FailureCase(errorNum: nil, status: 405, request: .failing),
    FailureCase(errorNum: nil, status: 408, request: .outage),
    FailureCase(errorNum: nil, status: 429, request: .outage),
    FailureCase(errorNum: nil, status: 431, request: .failing),
    FailureCase(errorNum: nil, status: 403, request: .failing),
    FailureCase(errorNum: 9999, status: 412, request: .failing),
    FailureCase(errorNum: nil, status: 500, request: .failing),
    FailureCase(errorNum: nil, status: 502, request: .outage),
    FailureCase(errorNum: nil, status: 503, request: .outage),
    FailureCase(errorNum: nil, status: 504, request: .unknown),
]

@Suite("What an error of ArangoDB means (ArangoDB.md section 12)")
struct FailureTableTests {
    @Test("A request that fails as a whole fails all its documents in the way its error says", arguments: failureCases)
    func wholeRequest(_ row: FailureCase) {
        let body = row.errorNum.map { #"{"code":\#(row.status),"error":true,"errorMessage":"\#(row.text)","errorNum":\#($0)}"# } ?? "<html>"
        let reply = WriteAnswer.reply(Answer(row.status, body), to: writeBatch("a", "b"))
        #expect(reply.failure?.kind == row.request)
        #expect(reply.failure?.fault.errorNum == row.errorNum)
        #expect(reply.failure?.fault.status == row.status)
    }

    @Test("An error element concerns its document alone", arguments: failureCases.filter { $0.element != nil })
    func element(_ row: FailureCase) throws {
        let errorNum = try #require(row.errorNum)
        let body = #"[{"_id":"companies/a","_key":"a","_rev":"_1"},{"error":true,"errorNum":\#(errorNum),"errorMessage":"\#(row.text)"}]"#
        let outcomes = try WriteAnswer.reply(Answer(202, body), to: writeBatch("a", "b")).get()
        #expect(outcomes.map(\.kind) == [.written, row.element])
    }

    @Test(
        "An error element that an administrator must mend becomes the whole reply",
        arguments: failureCases.filter { $0.wholeReply != nil })
    func serverState(_ row: FailureCase) throws {
        let errorNum = try #require(row.errorNum)
        let body = #"[{"_id":"companies/a","_key":"a","_rev":"_1"},{"error":true,"errorNum":\#(errorNum),"errorMessage":"\#(row.text)"}]"#
        let reply = WriteAnswer.reply(Answer(202, body), to: writeBatch("a", "b"))
        #expect(reply.failure?.kind == row.wholeReply)
        #expect(reply.failure?.fault == Fault(errorNum: errorNum, message: row.text))
    }

    @Test(
        "A request that fails as a whole leaves no doubt about the culprit if it held one document",
        arguments: [
            (400, 600, OutcomeKind.refused), (400, 1227, .refused), (409, 1200, .conflict),
            (409, 1601, .conflict),
        ])
    func singleDocument(status: Int, errorNum: Int, outcome: OutcomeKind) throws {
        let body = #"{"code":\#(status),"error":true,"errorMessage":"m","errorNum":\#(errorNum)}"#
        let outcomes = try WriteAnswer.reply(Answer(status, body), to: writeBatch("a")).get()
        #expect(outcomes.map(\.kind) == [outcome])
    }

    @Test("A server error is left to the pipeline also if it held one document: it may be the server that fails")
    func singleFailing() {
        for (status, errorNum) in [(500, 1100), (500, 32), (412, 412), (418, 9999)] {
            let body = #"{"code":\#(status),"error":true,"errorMessage":"m","errorNum":\#(errorNum)}"#
            #expect(WriteAnswer.reply(Answer(status, body), to: writeBatch("a")).failure?.kind == .failing)
        }
    }

    @Test(
        "What a proxy says of one document is left to the pipeline, too: it may say it of every one", arguments: [400, 403, 404, 413, 500])
    func foreign(status: Int) throws {
        #expect(WriteAnswer.reply(Answer(status, "<html>"), to: writeBatch("a")).failure?.kind == .failing)
    }

    @Test("No error number stands in two rows that nothing tells apart")
    func unambiguous() {
        var seen: Set<Int> = []
        for row in FailureTable.rows where row.status == nil && row.text == nil {
            #expect(seen.isDisjoint(with: row.errorNums))
            seen.formUnion(row.errorNums)
        }
    }
}
