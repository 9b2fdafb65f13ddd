import Mapping
import Settings
import Testing

@testable import Pipeline

private let fault = Fault(errorNum: 1, message: "x")

@Suite("Conflation")
struct ConflationTests {
    /// Both processors conflate. One request at a time, and one is under way: what comes now waits.
    private func busyBench(_ change: (inout Settings) -> Void = { _ in }) -> Bench {
        var bench = Bench { settings in
            settings.arangodb.connections = 1
            for index in settings.processors.indices { settings.processors[index].conflate = true }
            change(&settings)
        }
        bench.receive("busy", version: 1)
        return bench
    }

    @Test("Writes of one document that wait leave as one, the newest, and all their deliveries are acknowledged with it")
    func folds() {
        var bench = busyBench()
        for version in 1...4 as ClosedRange<UInt64> { bench.receive("a", "b", version: version) }
        bench.reply(.written)
        #expect(bench.keysInFlight == [["a", "b"]])
        #expect(bench.writes[0].writes.map(\.version) == [4, 4])
        bench.reply(.written)
        #expect(bench.writes.isEmpty && bench.machine.isIdle)
        #expect(bench.acknowledgedKinds == [.through(1), .through(9)])
        #expect(bench.machine.processors[0].counters == Counters(received: 9, written: 9, conflated: 6))
    }

    @Test("What comes while the document's write is under way waits for it, and then leaves as one")
    func foldsBehindFlight() {
        var bench = Bench { $0.processors[0].conflate = true }
        for version in 1...4 as ClosedRange<UInt64> { bench.receive("a", version: version) }
        #expect(bench.writes.map { $0.writes.map(\.version) } == [[1]])
        bench.reply(.written)
        #expect(bench.writes.map { $0.writes.map(\.version) } == [[4]])
    }

    @Test("One that was overtaken by a newer one counts as stale, as it would have by itself; if the newest is stale, all are")
    func counts() {
        var bench = busyBench()
        for version in [5, 3, 6] as [UInt64] { bench.receive("a", version: version) }
        bench.reply(.written)
        bench.reply(.written)
        #expect(bench.machine.processors[0].counters == Counters(received: 4, written: 3, stale: 1, conflated: 2))
        for version in [1, 2] as [UInt64] { bench.receive("a", version: version) }
        bench.advance(by: HotDocuments.pause)
        bench.reply(.stale)
        #expect(bench.machine.processors[0].counters == Counters(received: 6, written: 3, stale: 3, conflated: 3))
    }

    @Test("A message of another processor, an invalidation for example, ends a run; the order stays")
    func otherProcessor() {
        var bench = busyBench()
        bench.receive("a", version: 1)
        bench.receive("a", version: 2)
        bench.receive("a", processor: Bench.invalidated, version: 3)
        bench.receive("a", version: 4)
        bench.receive("a", version: 5)
        for expected in [2, 3, 5] as [UInt64] {
            bench.reply(.written)
            #expect(bench.writes.map { $0.writes.map(\.version) } == [[expected]])
        }
        bench.reply(.written)
        #expect(bench.machine.isIdle)
    }

    @Test(
        "Nothing is folded with conflate = false, by default without a version, or with verify = \"always\"",
        arguments: [(conflate: false, verify: VerifyMode.doubt), (nil, .doubt), (true, .always)] as [(conflate: Bool?, verify: VerifyMode)])
    func off(conflate: Bool?, verify: VerifyMode) {
        var bench = busyBench {
            $0.processors[0].conflate = conflate
            $0.verify = verify
        }
        for version in 1...3 as ClosedRange<UInt64> { bench.receive("a", version: version) }
        bench.reply(.written)
        if verify == .always { bench.reply(reading: .success([.found(version: 1)])) }
        #expect(bench.writes.map { $0.writes.map(\.version) } == [[1]])
    }

    @Test("Updates without a version are merged, up to the bytes of a request; the merged document counts as held")
    func merges() {
        var bench = busyBench()
        let before = bench.machine.heldBytes
        for content in ["\"a\":1,\"b\":1", "\"b\":2", "\"c\":3"] { bench.receive("a", content: content) }
        let waiting = bench.machine.heldBytes
        bench.reply(.written)
        #expect(bench.documents == [[#"{"_key":"a","a":1,"b":2,"c":3}"#]])
        #expect(bench.machine.heldBytes == waiting - before + #""a":1,"b":2,"c":3"#.utf8.count)
        bench.reply(.written)
        #expect(bench.machine.heldBytes == 0)
        #expect(bench.machine.processors[0].counters == Counters(received: 4, written: 4, conflated: 2))
    }

    @Test("A run counts with the bytes of what it sends")
    func bytes() {
        var bench = busyBench { $0.batch.bytes = 100 }
        for key in ["a", "b"] {
            bench.receive(key, version: 1)
            bench.receive(key, version: 2, content: "\"a\":\"\(String(repeating: "x", count: 60))\"")
        }
        bench.reply(.written)
        #expect(bench.keysInFlight == [["a"]], "together they would be longer than a request may be")
        bench.reply(.written)
        #expect(bench.keysInFlight == [["b"]])
    }
}

@Suite("A conflated write that fails")
struct ConflationFailureTests {
    /// Three messages for document a, and the request with all three has left.
    private func sent(_ change: (inout Settings) -> Void = { _ in }) -> Bench {
        var bench = Bench { settings in
            settings.arangodb.connections = 1
            settings.processors[0].conflate = true
            change(&settings)
        }
        bench.receive("busy", version: 1)
        for version in 1...3 as ClosedRange<UInt64> { bench.receive("a", version: version) }
        bench.reply(.written)
        return bench
    }
    private func versions(_ bench: Bench) -> [[UInt64?]] { bench.writes.map { $0.writes.map(\.version) } }

    @Test("falls apart when it is refused: each message is written by itself, in order, and only the guilty one is parked")
    func refused() throws {
        var bench = sent()
        bench.reply(.refused(fault))
        #expect(bench.parks.isEmpty, "whose fault it is is not known yet")
        #expect(versions(bench) == [[1]])
        bench.reply(.written)
        #expect(versions(bench) == [[2]])
        bench.receive("a", version: 4)
        bench.reply(.written)
        #expect(versions(bench) == [[3]], "nothing is folded with one that has failed")
        bench.reply(.refused(fault))
        let order = try #require(bench.parks.first?.first)
        #expect(order.delivery.tag == 4 && order.attempts == 1)
        #expect(versions(bench) == [[4]])
        bench.reply(.written)
        bench.confirmParking()
        #expect(bench.machine.processors[0].counters == Counters(received: 5, written: 4, parked: 1))
        #expect(bench.machine.isIdle && bench.machine.heldBytes == 0)
    }

    @Test("falls apart when it fails, without an attempt counted or a delay; each message has all its own")
    func transient() throws {
        var bench = sent { $0.retry.attempts = 2 }
        bench.reply(.transient(fault))
        #expect(versions(bench) == [[1]])
        bench.reply(.transient(fault))
        #expect(bench.writes.isEmpty && bench.parks.isEmpty)
        bench.advance(by: .seconds(3))
        bench.reply(.transient(fault))
        #expect(try #require(bench.parks.first?.first).delivery.tag == 2)
        #expect(versions(bench) == [[2]])
    }

    @Test(
        "falls apart when the request is rejected or failing with nothing else in it",
        arguments: [RequestFailure.rejected(fault), .failing(fault)])
    func wholeRequest(failure: RequestFailure) {
        var bench = sent()
        bench.fail(failure)
        #expect(versions(bench) == [[1]] && bench.parks.isEmpty)
    }

    @Test("stays whole, and takes nothing more in, while the database is away, too busy, or another writes the document")
    func staysWhole() {
        var bench = sent()
        for outcome in [Outcome.conflict(fault), .unavailable(fault)] {
            bench.reply(outcome)
            bench.receive("a", version: 4)
            bench.advance(by: .seconds(10))
            #expect(versions(bench) == [[3]])
        }
        bench.fail(.outage(fault))
        bench.advance(by: .seconds(10))
        #expect(versions(bench) == [[3]])
        bench.reply(.written)
        bench.advance(by: HotDocuments.pause)
        #expect(versions(bench) == [[4]])
        bench.reply(.written)
        #expect(bench.machine.isIdle)
        #expect(bench.machine.processors[0].counters == Counters(received: 6, written: 5, stale: 1, conflated: 3))
    }

    @Test("is read back as one when its outcome is unknown: the newest version tells about all of them")
    func unknown() {
        var bench = sent()
        bench.fail(.unknown(fault))
        bench.reply(reading: .success([.found(version: 3)]))
        #expect(bench.machine.processors[0].counters == Counters(received: 4, written: 4, conflated: 2))
        #expect(bench.machine.isIdle)

        var newer = sent()
        newer.fail(.unknown(fault))
        newer.reply(reading: .success([.found(version: 9)]))
        #expect(newer.machine.processors[0].counters == Counters(received: 4, written: 1, stale: 3, conflated: 2))

        var undone = sent()
        undone.fail(.unknown(fault))
        undone.reply(reading: .success([.found(version: 2)]))
        #expect(versions(undone) == [[1]], "not there, so each by itself")
    }

    @Test("is finished without an acknowledgement when its channel is lost meanwhile, and forgotten if it was not done")
    func channelLost() {
        for outcome in [Outcome.written, .transient(fault), .refused(fault), .conflict(fault)] {
            var bench = sent()
            bench.receive("a", version: 4)
            let acknowledged = bench.acknowledgements.count
            bench.unsubscribe(Bench.updated)
            #expect(bench.machine.lanes.count == 3, "what was not sent is dropped at once")
            bench.reply(outcome)
            #expect(bench.machine.isIdle && bench.machine.heldBytes == 0)
            #expect(bench.acknowledgements.count == acknowledged && bench.parks.isEmpty && bench.machine.nextWake == nil)
            #expect(bench.machine.processors[0].counters.returned == (outcome == .written ? 1 : 4))
        }
    }

    @Test("is dropped as a whole when its channel is lost while it waits to be sent again; others of the document go on")
    func channelLostWhileWaiting() {
        var bench = sent()
        bench.reply(.conflict(fault))
        bench.receive("a", processor: Bench.invalidated, version: 5)
        bench.unsubscribe(Bench.updated)
        #expect(versions(bench) == [[5]])
        bench.reply(.written)
        #expect(bench.machine.isIdle && bench.machine.heldBytes == 0)
    }
}
