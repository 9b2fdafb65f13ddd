import Messages
import Testing

@testable import Pipeline

@Suite("What is remembered of decisions") struct ObservingTests {
    private let all: (SubscriptionID) -> Bool = { _ in true }

    @Test("Each settled, refused and repeated write of a document is remembered, the newest first")
    func order() {
        var harness = MachineHarness()
        harness.receive("a", version: 3)
        harness.reply(.transient(Fault(errorNum: 1302, message: "try again")))
        harness.advance(by: .seconds(3))
        harness.reply(.stale)
        harness.receive("a", version: 4)
        harness.reply(.written)
        harness.receive("b")
        harness.reply(.refused(Fault(errorNum: 1620, message: "schema")))
        harness.confirmParking()
        let decisions = harness.machine.history.decisions(about: "a", isIncluded: all)
        #expect(decisions.map(\.verdict) == [.written, .stale, .retried])
        #expect(decisions.map(\.version) == [4, 3, 3])
        #expect(decisions.map(\.latencyNanoseconds) == [0, 3_000_000_000, 0])
        #expect(decisions.map(\.detail) == [nil, nil, "try again (errorNum 1302)"])
        let others = harness.machine.history.decisions(about: "b", isIncluded: all)
        #expect(others.map(\.verdict) == [.parked, .refused])
        #expect(others.last?.detail == "refused-by-database: schema (errorNum 1620)")
        #expect(harness.machine.history.decisions(about: "a") { _ in false }.isEmpty)
    }

    @Test("The ring keeps as many as its bound, and forgets the oldest")
    func bound() {
        var ring = DecisionRing(bound: 3)
        for number in 1...5 {
            ring.append(
                0, DocumentKey(legal: "k"), version: UInt64(number), .written, detail: nil, delivery(messageID: "id-\(number)"), at: number,
                latencyNanoseconds: 0)
        }
        #expect(ring.count == 3)
        let decisions = ring.decisions(about: "k", isIncluded: all)
        #expect(decisions.map(\.version) == [5, 4, 3])
        #expect(decisions.map(\.messageID) == ["id-5", "id-4", "id-3"])
    }

    @Test("What was decided for a processor that is gone is forgotten, the others' is kept")
    func forget() {
        var ring = DecisionRing(bound: 10)
        for processor: SubscriptionID in [0, 1, 0] {
            ring.append(
                processor, DocumentKey(legal: "k"), version: nil, .written, detail: nil, delivery(), at: 0, latencyNanoseconds: 0)
        }
        ring.forget(0)
        #expect(ring.count == 1)
        #expect(ring.decisions(about: "k", isIncluded: all).map(\.processor) == [1])
    }

    @Test("A long message id is cut, one that follows a shorter one does not keep its end, and none is none")
    func messageIDs() {
        var ring = DecisionRing(bound: 1)
        let long = String(repeating: "x", count: 200)
        for (id, kept) in [(long, String(long.prefix(Decision.idBytes))), ("short", "short"), (nil, nil)] as [(String?, String?)] {
            ring.append(
                0, DocumentKey(legal: "k"), version: nil, .written, detail: nil, delivery(messageID: id), at: 0, latencyNanoseconds: 0)
            #expect(ring.decisions(about: "k", isIncluded: all).map(\.messageID) == [kept])
        }
    }

    @Test("A later look finds what was decided since, in its order, what has no document too")
    func look() {
        var harness = MachineHarness()
        harness.receive("a")
        harness.reply(.written)
        let cursor = harness.machine.history.total
        harness.receive("b")
        harness.receiveRefused()
        harness.reply(.written)
        harness.confirmParking()
        let look = harness.machine.history.look(from: cursor, atMost: 10, fitting: DecisionFilter())
        #expect(look.decisions.map(\.verdict) == [.refused, .written, .parked])
        #expect(look.decisions.map(\.key?.text) == [nil, "b", nil])
        #expect(look.left == 0)
        #expect(harness.machine.history.look(from: harness.machine.history.total, atMost: 10, fitting: DecisionFilter()).decisions.isEmpty)
    }

    @Test(
        "A look counts what has no room, and what was overwritten before; what does not fit counts only there",
        arguments: [
            (DecisionFilter(), 10, [3, 4, 5], 2), (DecisionFilter(), 2, [3, 4], 3), (DecisionFilter(), 0, [], 5),
            (DecisionFilter(key: "k4"), 10, [4], 2), (DecisionFilter(key: "k4"), 0, [], 3), (DecisionFilter(key: "other"), 10, [], 2),
            (DecisionFilter(processors: [1]), 10, [3, 5], 2), (DecisionFilter(processors: [1]), 1, [3], 3),
            (DecisionFilter(verdict: .stale), 10, [], 2), (DecisionFilter(processors: [0], verdict: .written), 10, [4], 2),
        ])
    func room(filter: DecisionFilter, most: Int, found: [UInt64], left: Int) {
        var ring = DecisionRing(bound: 3)
        for number in 1...5 {
            ring.append(
                SubscriptionID(rawValue: number % 2), DocumentKey(legal: "k\(number)"), version: UInt64(number), .written, detail: nil,
                delivery(), at: number,
                latencyNanoseconds: 0)
        }
        let look = ring.look(from: 0, atMost: most, fitting: filter)
        #expect(look.decisions.map(\.version) == found)
        #expect(look.left == left)
    }

    @Test("Times from receipt are counted for what is settled, from publication only where a header tells it")
    func times() {
        var harness = MachineHarness()
        harness.receive("a", "b")
        harness.advance(by: .milliseconds(20))
        harness.reply(.written)
        let times = harness.machine.processors[MachineHarness.updated].times
        #expect(times.receiveToSettled.count == 2)
        #expect(times.receiveToSettled.sum == 40_000_000)
        #expect(times.publishToSettled.count == 0)

        var own = SettleTimes()
        own.settled(delivery(published: 1_700_000_000_000), latencyNanoseconds: 0, atWallMilliseconds: 1_700_000_000_250)
        own.settled(delivery(published: 1_700_000_000_000), latencyNanoseconds: 0, atWallMilliseconds: 1_600_000_000_000)
        #expect(own.publishToSettled.count == 2)
        #expect(own.publishToSettled.sum == 250_000_000)
    }

    @Test("A header that tells of more than a year is not counted: it would be most of the sum for ever", arguments: [0, 1_700_000_000])
    func absurdAge(published: UInt64) {
        var times = SettleTimes()
        times.settled(delivery(published: published), latencyNanoseconds: 0, atWallMilliseconds: 1_700_000_000_250)
        times.settled(delivery(published: 1_700_000_000_000), latencyNanoseconds: 0, atWallMilliseconds: 1_700_000_000_250)
        #expect(times.publishToSettled.count == 1)
        #expect(times.publishToSettled.sum == 250_000_000)
        times.settled(delivery(published: published), latencyNanoseconds: 0, atWallMilliseconds: .max)
        #expect(times.publishToSettled.count == 1)
    }

    @Test("A sum continues beyond 64 bits: it never falls")
    func longSum() {
        var histogram = Histogram(bounds: [1])
        for _ in 0..<3 { histogram.add(Int.max) }
        #expect(histogram.sum == Int128(Int.max) * 3)
        var other = histogram
        other.add(histogram)
        #expect(other.sum == Int128(Int.max) * 6)
    }

    @Test("A value is counted at the first bound that is not below it")
    func histogram() {
        var histogram = Histogram(bounds: [1, 10])
        for value in [0, 1, 2, 10, 11, -5] { histogram.add(value) }
        #expect(histogram.counts == [3, 2, 1])
        #expect(histogram.sum == 24)
    }

    /// With the properties that are given, as another client would have encoded them.
    private func delivery(messageID: String? = nil, published: UInt64? = nil) -> Delivery {
        var properties: [UInt8] = [published == nil ? 0x80 : 0xA0, messageID == nil ? 0 : 0x80] + [4] + Array("text".utf8)
        if let published {
            let entries: [UInt8] =
                [1] + Array("a".utf8) + [UInt8(ascii: "t"), 1] + [15] + Array("timestamp_in_ms".utf8) + [UInt8(ascii: "l")]
            let number = (0..<8).reversed().map { UInt8(truncatingIfNeeded: published >> ($0 * 8)) }
            properties += [0, 0, 0, UInt8(entries.count + 8)] + entries + number
        }
        if let messageID { properties += [UInt8(messageID.utf8.count)] + Array(messageID.utf8) }
        return Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: [1, 2, 3] + properties, bodyBytes: 3)
    }

    @Test("Every counter is added up, a new one too")
    func sums() {
        var counters = Counters()
        unsafe withUnsafeMutableBytes(of: &counters) { bytes in
            let numbers = unsafe bytes.bindMemory(to: Int.self)
            for index in numbers.indices { unsafe numbers[index] = index + 1 }
        }
        var sum = counters
        sum.add(counters)
        for (one, two) in zip(Mirror(reflecting: counters).children, Mirror(reflecting: sum).children) {
            #expect((one.value as? Int).map { $0 * 2 } == two.value as? Int, "\(one.label ?? "")")
        }
    }
}

extension DecisionRing {
    /// The decisions about one document.
    fileprivate func decisions(about key: String, isIncluded: (SubscriptionID) -> Bool) -> [Decision] {
        decisions(about: [key]) { indices, processor in isIncluded(processor) ? indices.first : nil }[0]
    }
}
