import Control
import Mapping
import Testing

@testable import Broker
@testable import Service

@Suite("Dead letters, as they are looked at") struct DeadLetterTests {
    @Test("They are counted by reason, the most frequent first, with the earliest and the latest time")
    func census() {
        var census = DeadLetterCensus()
        for (reason, time) in [
            ("bad-key", "2026-11-22T18:00:00Z"), ("not-json", "2026-11-21T10:00:00Z"), ("bad-key", "2026-11-20T00:00:00Z"),
        ] {
            census.add(letter([("warren-reason", .string(reason)), ("warren-failed-at", .string(time))]))
        }
        census.add(letter([]))
        #expect(
            census.reasons == [
                .init(reason: "bad-key", count: 2, oldest: "2026-11-20T00:00:00Z", newest: "2026-11-22T18:00:00Z"),
                .init(reason: "not-json", count: 1, oldest: "2026-11-21T10:00:00Z", newest: "2026-11-21T10:00:00Z"),
                .init(reason: "unknown", count: 1, oldest: nil, newest: nil),
            ])
        #expect(census.letters.map(\.number) == [1, 2, 3, 4])
        #expect(census.warnings.isEmpty)
    }

    @Test("A quorum queue is told of, and a look ends before messages reach a delivery limit")
    func deliveryLimit() {
        var census = DeadLetterCensus()
        census.add(letter([("x-delivery-count", .integer(3))]))
        #expect(census.warnings.count == 1)
        #expect(census.warnings.first?.contains("a delivery (4 so far)") == true)
        #expect(!census.isNearLimit)
        census.add(letter([("x-delivery-count", .integer(15))]))
        #expect(census.isNearLimit)
        #expect(census.warnings.count == 2)
    }

    @Test("Anybody may have written the count, whatever it says", arguments: [Int64.min, -1, Int64.max])
    func strangeCount(count: Int64) {
        var census = DeadLetterCensus()
        census.add(letter([("x-delivery-count", .integer(count))]))
        #expect(!census.warnings.isEmpty)
    }

    @Test("What is taken out of the queue for good may be as near to a delivery limit as it likes")
    func takenOut() {
        var census = DeadLetterCensus()
        census.add(letter([("x-delivery-count", .integer(19))]), isReturned: false)
        #expect(!census.isNearLimit)
        census.add(letter([("x-delivery-count", .integer(15))]))
        #expect(census.isNearLimit)
    }

    @Test("A summary takes nothing in a header for granted: other types are ignored, long texts are cut")
    func strangeHeaders() {
        let summary = DeadLetterContent(
            letter([
                ("warren-reason", .integer(1)), ("warren-error", .string(String(repeating: "ü", count: 1000))),
                ("warren-attempts", .string("five")), ("warren-replays", .integer(2)),
            ])
        ).summary(number: 7)
        #expect(summary.number == 7)
        #expect(summary.reason == "unknown")
        #expect(summary.error?.utf8.count == 500)
        #expect(summary.attempts == nil)
        #expect(summary.replays == 2)
        #expect(summary.bodyBytes == 5)
    }

    @Test("Redacted, a letter tells the sizes of what its sender wrote, and all that Warren wrote")
    func redacted() {
        let content = DeadLetterContent(letter([("warren-reason", .string("bad-key")), ("secret", .string("4711"))]))
        let open = content.detail(number: 1, queue: "q.dead", isRedacted: false)
        #expect(open.headers.map(\.value) == ["bad-key", "4711"])
        #expect(open.bodyEncoding == .text)
        #expect(open.body == "hello")
        let redacted = content.detail(number: 1, queue: "q.dead", isRedacted: true)
        #expect(redacted.headers.map(\.value) == ["bad-key", "(8 bytes)"])
        #expect(redacted.bodyEncoding == .redacted)
        #expect(redacted.body == "")
    }

    @Test(
        "A body that is no text is shown in Base64, a long one by its beginning, cut between characters",
        arguments: [
            ([0xFF, 0x00], .base64, 4, false), (Array(repeating: 0x61, count: 2 << 20), .text, 1 << 20, true),
            ([0x61] + Array(repeatElement([0xC3, 0xBC], count: 1 << 20).joined()), .text, (1 << 20) - 1, true),
        ] as [([UInt8], DeadLetterDetail.Encoding, Int, Bool)])
    func bodies(body: [UInt8], encoding: DeadLetterDetail.Encoding, shown: Int, isCut: Bool) {
        let detail = DeadLetterContent(letter([], body: body)).detail(number: 1, queue: "q", isRedacted: false)
        #expect(detail.bodyEncoding == encoding)
        #expect(detail.body.utf8.count == shown)
        #expect(detail.isBodyCut == isCut)
    }

    @Test("An order takes what it is about, and knows when nothing that follows can be meant")
    func selection() {
        let letters = ["a", "b", "a", "a"].map { letter([("warren-reason", .string($0))]) }
        func taken(_ order: DeadLetterOrder) -> (matched: [Bool], seen: Int) {
            var selection = DeadLetterSelection(order)
            let matched = letters.map { selection.takes($0) }
            return (matched, selection.seen)
        }
        #expect(taken(DeadLetterOrder()).matched == [true, true, true, true])
        #expect(taken(DeadLetterOrder(reason: "a")).matched == [true, false, true, true])
        let limited = taken(DeadLetterOrder(reason: "a", limit: 2))
        #expect(limited.matched == [true, false, true, false])
        #expect(limited.seen == 3)
        let single = taken(DeadLetterOrder(number: 2))
        #expect(single.matched == [false, true, false, false])
        #expect(single.seen == 2)
        #expect(taken(DeadLetterOrder(reason: "a", number: 2)).matched == [false, false, false, false])
    }

    @Test("A replayed message is unchanged but for the count of its replays")
    func replay() {
        let publication = DeadLetter.replay(letter([("warren-replays", .integer(2)), ("mine", .string("kept"))]), to: "company.updated")
        #expect(publication.exchange == "")
        #expect(publication.routingKey == "company.updated")
        #expect(Array(publication.body) == Array("hello".utf8))
        #expect(publication.headers.map(\.name) == ["warren-replays"])
        #expect(publication.headers.map(\.value) == [.integer(3)])
    }

    private func letter(_ headers: [(name: String, value: HeaderValue)], body: [UInt8] = Array("hello".utf8)) -> Delivery {
        var table = FieldTable()
        for (name, value) in headers { table.append(name, value) }
        let properties: [UInt8] = headers.isEmpty ? [0, 0] : [0x20, 0] + table.encoded
        return Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: body + properties, bodyBytes: body.count)
    }
}
