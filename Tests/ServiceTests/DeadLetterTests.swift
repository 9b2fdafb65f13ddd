import ControlMessages
import ControlServer
import Mapping
import Messages
import Testing

@testable import Broker
@testable import Service

@Suite("Dead letters, as they are looked at") struct DeadLetterTests {
    @Test("They are counted by reason, the most frequent first, with the earliest and the latest time")
    func statistics() {
        var statistics = DeadLetterStatistics()
        for (reason, time) in [
            ("bad-key", "2026-11-22T18:00:00Z"), ("not-json", "2026-11-21T10:00:00Z"), ("bad-key", "2026-11-20T00:00:00Z"),
        ] {
            statistics.add(letter([("warren-reason", .string(reason)), ("warren-failed-at", .string(time))]))
        }
        statistics.add(letter([]))
        #expect(
            statistics.reasons == [
                .init(reason: "bad-key", count: 2, oldest: "2026-11-20T00:00:00Z", newest: "2026-11-22T18:00:00Z"),
                .init(reason: "not-json", count: 1, oldest: "2026-11-21T10:00:00Z", newest: "2026-11-21T10:00:00Z"),
                .init(reason: "unknown", count: 1, oldest: nil, newest: nil),
            ])
        #expect(statistics.letters.map(\.reason) == ["bad-key", "not-json", "bad-key", "unknown"])
        #expect(statistics.returns == nil)
    }

    @Test(
        "The highest number of returns includes this one, whatever the headers say",
        arguments: [
            ([nil], 1), ([3, nil, 15], 16), ([Int64.min, -1], 1), ([Int64.max], 1_000_000_001),
        ] as [([Int64?], Int)])
    func returns(counts: [Int64?], expected: Int) {
        var statistics = DeadLetterStatistics()
        for count in counts { statistics.giveBack(letter(count.map { [("x-delivery-count", .integer($0))] } ?? [], redelivered: true)) }
        #expect(statistics.returns == expected)
    }

    @Test("A summary takes nothing in a header for granted: other types are ignored, long texts are cut")
    func strangeHeaders() {
        let summary = DeadLetterContent(
            letter([
                ("warren-reason", .integer(1)), ("warren-error", .string(String(repeating: "ü", count: 1000))),
                ("warren-attempts", .string("five")), ("warren-replays", .integer(2)),
            ])
        ).summary
        #expect(summary.reason == "unknown")
        #expect(summary.error?.utf8.count == 500)
        #expect(summary.attempts == nil)
        #expect(summary.replays == 2)
        #expect(summary.bodyBytes == 5)
    }

    @Test("Redacted, a letter tells the sizes of what its sender wrote, and all that Warren wrote")
    func redacted() {
        let content = DeadLetterContent(letter([("warren-reason", .string("bad-key")), ("secret", .string("4711"))]))
        let open = content.detail(queue: "q.dead", isRedacted: false)
        #expect(open.headers.map(\.value) == ["bad-key", "4711"])
        #expect(open.bodyEncoding == .text)
        #expect(open.body == "hello")
        let redacted = content.detail(queue: "q.dead", isRedacted: true)
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
        let detail = DeadLetterContent(letter([], body: body)).detail(queue: "q", isRedacted: false)
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
        #expect(taken(DeadLetterOrder(all: true)).matched == [true, true, true, true])
        #expect(taken(DeadLetterOrder(reason: "a")).matched == [true, false, true, true])
        let limited = taken(DeadLetterOrder(reason: "a", limit: 2))
        #expect(limited.matched == [true, false, true, false])
        #expect(limited.seen == 3)
        #expect(taken(DeadLetterOrder(limit: 1)).matched == [true, false, false, false])
    }

    @Test(
        "No more is looked at than an order may be about",
        arguments: [
            (DeadLetterOrder(limit: 2), 1), (DeadLetterOrder(all: true), Int.max), (DeadLetterOrder(reason: "a", limit: 2), Int.max),
        ])
    func wanted(order: DeadLetterOrder, expected: Int) {
        var selection = DeadLetterSelection(order)
        _ = selection.takes(letter([("warren-reason", .string("a"))]))
        #expect(selection.matched == 1)
        #expect(selection.wanted == expected)
    }

    private static let names = [String(repeating: "0123abcd", count: 4), String(repeating: "0123abce", count: 4)]

    @Test("A letter is found by its id or how that begins, and one without a name by its digest") func found() throws {
        let letters = Self.names.map { letter([("warren-letter", .string($0))]) } + [letter([], body: [1])]
        for (wanted, id) in [(0, Self.names[0]), (1, "0123abce"), (2, String(letters[2].digest.prefix(8))), (2, letters[2].digest)] {
            var search = DeadLetterSearch(try DeadLetterID(id))
            let kept = letters.map { search.keeps($0) }
            #expect(kept == letters.indices.map { $0 == wanted })
            #expect(try search.found(id, processor: "p").body == letters[wanted].body)
            #expect(search.seen == 3)
        }
        var search = DeadLetterSearch(try DeadLetterID("ffffffff"))
        let kept = letters.map { search.keeps($0) }
        #expect(kept == [false, false, false])
        #expect(#expect(throws: ControlError.self) { try search.found("ffffffff", processor: "p") }?.status == 404)
    }

    @Test("What fits two letters is none of them; both are told, and what stands behind the dot tells them apart") func ambiguous() throws {
        let twins = [[UInt8]([1]), [2]].map { letter([("warren-letter", .string(Self.names[0]))], body: $0) }
        var search = DeadLetterSearch(try DeadLetterID(Self.names[0]))
        let kept = twins.map { search.keeps($0) }
        #expect(kept == [true, false])
        let error = try #require(#expect(throws: ControlError.self) { try search.found(Self.names[0], processor: "p") })
        #expect(error.code == "ambiguous_id")
        for twin in twins {
            let id = "\(Self.names[0]).\(twin.digest.prefix(8))"
            #expect(error.message.contains(id))
            var search = DeadLetterSearch(try DeadLetterID(id))
            let kept = twins.map { search.keeps($0) }
            #expect(kept == twins.map { $0.body == twin.body })
            #expect(try search.found(id, processor: "p").body == twin.body)
        }
    }

    @Test(
        "A number is no id, and neither is anything else that Warren would not have made",
        arguments: [
            "", "2", "1234567", String(repeating: "a", count: 33), "3FA94C07", "3fa94c07.1", "not-an-id",
            String(repeating: "a", count: 32) + ".",
        ])
    func noID(text: String) { #expect(throws: ControlError.self) { try DeadLetterID(text) } }

    @Test("A name that Warren could not have given is no id: its letter goes by its digest", arguments: ["", "--all", "number 2", "ABCD"])
    func strangeNames(name: String) {
        let letter = letter([("warren-letter", .string(name))])
        #expect(DeadLetterContent(letter).id == letter.digest)
    }

    @Test("A replayed message is unchanged but for the count of its replays")
    func replay() {
        let publication = DeadLetter.replay(letter([("warren-replays", .integer(2)), ("mine", .string("kept"))]), to: "company.updated")
        #expect(publication.exchange == "")
        #expect(publication.routingKey == "company.updated")
        #expect(Array(publication.body) == Array("hello".utf8))
        #expect(publication.headers.map(\.name) == ["warren-replays"])
        #expect(publication.headers.map(\.value) == [.integer(3)])
        guard case .home = publication.passage else { return #expect(Bool(false), "what parking changed is put back") }
    }

    @Test(
        "A renewed letter keeps its id, also one that goes by its digest",
        arguments: [[], [("warren-letter", .string(names[0]))]] as [[(name: String, value: HeaderValue)]])
    func renewal(headers: [(name: String, value: HeaderValue)]) {
        let letter = letter(headers)
        let publication = DeadLetter.renewal(letter, in: "q.dead")
        #expect(publication.routingKey == "q.dead")
        #expect(publication.headers.map(\.value) == [.string(DeadLetterContent(letter).id)])
        #expect(!publication.mayOmit)
    }

    @Test("A reason that Warren does not know, and that no letter has, is refused; one of another version that a letter has is not")
    func unknownReason() throws {
        func report(matched: Int, failure: String? = nil) -> DeadLetterReport {
            DeadLetterReport(
                processor: "sync", queue: "sync.dead", destination: nil, seen: 5, matched: matched, done: 0, dryRun: true, failure: failure,
                warnings: [])
        }
        let refusal = #expect(throws: ControlError.self) {
            try DeadLetterService.known(report(matched: 0), DeadLetterOrder(reason: "not-jsno"))
        }
        #expect(refusal?.status == 400)
        #expect(refusal?.message.contains("\"not-jsno\"; known reasons are not-json, ") == true)
        for order in [DeadLetterOrder(reason: "not-json"), DeadLetterOrder(all: true), DeadLetterOrder(id: "3fa94c07")] {
            #expect(try DeadLetterService.known(report(matched: 0), order).matched == 0)
        }
        #expect(try DeadLetterService.known(report(matched: 1), DeadLetterOrder(reason: "of-0.3.0")).matched == 1)
        #expect(try DeadLetterService.known(report(matched: 0, failure: "lost"), DeadLetterOrder(reason: "x")).failure == "lost")
    }

    private func letter(_ headers: [(name: String, value: HeaderValue)], body: [UInt8] = Array("hello".utf8), redelivered: Bool = false)
        -> Delivery
    {
        var table = FieldTable()
        for (name, value) in headers { table.append(name, value) }
        let properties: [UInt8] = headers.isEmpty ? [0, 0] : [0x20, 0] + table.encoded
        return Delivery(
            tag: 1, redelivered: redelivered, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: body + properties, bodyBytes: body.count)
    }
}
