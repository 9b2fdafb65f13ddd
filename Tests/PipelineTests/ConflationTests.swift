import Mapping
import Messages
import Settings
import Testing

@testable import Pipeline

private let fault = Fault(errorNum: 1, message: "x")

@Suite("Conflation")
struct ConflationTests {
    /// Both processors conflate. One request at a time, and one is under way: what comes now waits.
    private func busyBench(_ change: (inout Settings) -> Void = { _ in }) -> MachineHarness {
        var harness = MachineHarness { settings in
            settings.arangodb.connections = 1
            for index in settings.processors.indices { settings.processors[index].conflate = true }
            change(&settings)
        }
        harness.receive("busy", version: 1)
        return harness
    }

    @Test("Writes of one document that wait leave as one, the newest, and all their deliveries are acknowledged with it")
    func folds() {
        var harness = busyBench()
        for version in 1...4 as ClosedRange<UInt64> { harness.receive("a", "b", version: version) }
        harness.reply(.written)
        #expect(harness.keysInFlight == [["a", "b"]])
        #expect(harness.writes[0].writes.map(\.version) == [4, 4])
        harness.reply(.written)
        #expect(harness.writes.isEmpty && harness.machine.isIdle)
        #expect(harness.acknowledgedKinds == [.through(1), .through(9)])
        #expect(harness.machine.processors[0].counters == Counters(received: 9, written: 9, conflated: 6))
    }

    @Test("What comes while the document's write is under way waits for it, and then leaves as one")
    func foldsBehindFlight() {
        var harness = MachineHarness { $0.processors[0].conflate = true }
        for version in 1...4 as ClosedRange<UInt64> { harness.receive("a", version: version) }
        #expect(harness.writes.map { $0.writes.map(\.version) } == [[1]])
        harness.reply(.written)
        #expect(harness.writes.map { $0.writes.map(\.version) } == [[4]])
    }

    @Test("One that was overtaken by a newer one counts as stale, as it would have by itself; if the newest is stale, all are")
    func counts() {
        var harness = busyBench()
        for version in [5, 3, 6] as [UInt64] { harness.receive("a", version: version) }
        harness.reply(.written)
        harness.reply(.written)
        #expect(harness.machine.processors[0].counters == Counters(received: 4, written: 3, stale: 1, conflated: 2))
        for version in [1, 2] as [UInt64] { harness.receive("a", version: version) }
        harness.advance(by: HotDocuments.pause)
        harness.reply(.stale)
        #expect(harness.machine.processors[0].counters == Counters(received: 6, written: 3, stale: 3, conflated: 3))
    }

    @Test("A message of another processor, an invalidation for example, ends a run; the order stays")
    func otherProcessor() {
        var harness = busyBench()
        harness.receive("a", version: 1)
        harness.receive("a", version: 2)
        harness.receive("a", processor: MachineHarness.invalidated, version: 3)
        harness.receive("a", version: 4)
        harness.receive("a", version: 5)
        for expected in [2, 3, 5] as [UInt64] {
            harness.reply(.written)
            #expect(harness.writes.map { $0.writes.map(\.version) } == [[expected]])
        }
        harness.reply(.written)
        #expect(harness.machine.isIdle)
    }

    @Test(
        "Nothing is folded with conflate = false, by default without a version, or with verify = \"always\"",
        arguments: [(conflate: false, verify: VerifyMode.doubt), (nil, .doubt), (true, .always)] as [(conflate: Bool?, verify: VerifyMode)])
    func off(conflate: Bool?, verify: VerifyMode) {
        var harness = busyBench {
            $0.processors[0].conflate = conflate
            $0.verify = verify
        }
        for version in 1...3 as ClosedRange<UInt64> { harness.receive("a", version: version) }
        harness.reply(.written)
        if verify == .always { harness.reply(reading: .success([.found(version: 1)])) }
        #expect(harness.writes.map { $0.writes.map(\.version) } == [[1]])
    }

    @Test("Updates without a version are merged, up to the bytes of a request; the merged document counts as held")
    func merges() {
        var harness = busyBench()
        let before = harness.machine.heldBytes
        for content in ["\"a\":1,\"b\":1", "\"b\":2", "\"c\":3"] { harness.receive("a", content: content) }
        let waiting = harness.machine.heldBytes
        harness.reply(.written)
        #expect(harness.documents == [[#"{"_key":"a","a":1,"b":2,"c":3}"#]])
        #expect(harness.machine.heldBytes == waiting - before + #""a":1,"b":2,"c":3"#.utf8.count)
        harness.reply(.written)
        #expect(harness.machine.heldBytes == 0)
        #expect(harness.machine.processors[0].counters == Counters(received: 4, written: 4, conflated: 2))
    }

    @Test("A run counts with the bytes of what it sends")
    func bytes() {
        var harness = busyBench { $0.batch.bytes = 100 }
        for key in ["a", "b"] {
            harness.receive(key, version: 1)
            harness.receive(key, version: 2, content: "\"a\":\"\(String(repeating: "x", count: 60))\"")
        }
        harness.reply(.written)
        #expect(harness.keysInFlight == [["a"]], "together they would be longer than a request may be")
        harness.reply(.written)
        #expect(harness.keysInFlight == [["b"]])
    }
}

@Suite("A conflated write that fails")
struct ConflationFailureTests {
    /// Three messages for document a, and the request with all three has left.
    private func sent(_ change: (inout Settings) -> Void = { _ in }) -> MachineHarness {
        var harness = MachineHarness { settings in
            settings.arangodb.connections = 1
            settings.processors[0].conflate = true
            change(&settings)
        }
        harness.receive("busy", version: 1)
        for version in 1...3 as ClosedRange<UInt64> { harness.receive("a", version: version) }
        harness.reply(.written)
        return harness
    }
    private func versions(_ harness: MachineHarness) -> [[UInt64?]] { harness.writes.map { $0.writes.map(\.version) } }

    @Test("falls apart when it is refused: each message is written by itself, in order, and only the guilty one is parked")
    func refused() throws {
        var harness = sent()
        harness.reply(.refused(fault))
        #expect(harness.parks.isEmpty, "whose fault it is is not known yet")
        #expect(versions(harness) == [[1]])
        harness.reply(.written)
        #expect(versions(harness) == [[2]])
        harness.receive("a", version: 4)
        harness.reply(.written)
        #expect(versions(harness) == [[3]], "nothing is folded with one that has failed")
        harness.reply(.refused(fault))
        let order = try #require(harness.parks.first?.first)
        #expect(order.delivery.tag == 4 && order.attempts == 1)
        #expect(versions(harness) == [[4]])
        harness.reply(.written)
        harness.confirmParking()
        #expect(harness.machine.processors[0].counters == Counters(received: 5, written: 4, parked: 1))
        #expect(harness.machine.isIdle && harness.machine.heldBytes == 0)
    }

    @Test("falls apart when it fails, without an attempt counted or a delay; each message has all its own")
    func transient() throws {
        var harness = sent { $0.retry.attempts = 2 }
        harness.reply(.transient(fault))
        #expect(versions(harness) == [[1]])
        harness.reply(.transient(fault))
        #expect(harness.writes.isEmpty && harness.parks.isEmpty)
        harness.advance(by: .seconds(3))
        harness.reply(.transient(fault))
        #expect(try #require(harness.parks.first?.first).delivery.tag == 2)
        #expect(versions(harness) == [[2]])
    }

    @Test(
        "falls apart when the request is rejected or failing with nothing else in it",
        arguments: [RequestFailure.rejected(fault), .failing(fault)])
    func wholeRequest(failure: RequestFailure) {
        var harness = sent()
        harness.fail(failure)
        #expect(versions(harness) == [[1]] && harness.parks.isEmpty)
    }

    @Test("stays whole, and takes nothing more in, while the database is away, too busy, or another writes the document")
    func staysWhole() {
        var harness = sent()
        for outcome in [Outcome.conflict(fault), .unavailable(fault)] {
            harness.reply(outcome)
            harness.receive("a", version: 4)
            harness.advance(by: .seconds(10))
            #expect(versions(harness) == [[3]])
        }
        harness.fail(.outage(fault))
        harness.advance(by: .seconds(10))
        #expect(versions(harness) == [[3]])
        harness.reply(.written)
        harness.advance(by: HotDocuments.pause)
        #expect(versions(harness) == [[4]])
        harness.reply(.written)
        #expect(harness.machine.isIdle)
        #expect(harness.machine.processors[0].counters == Counters(received: 6, written: 5, stale: 1, conflated: 3))
    }

    @Test("is read back as one when its outcome is unknown: the newest version tells about all of them")
    func unknown() {
        var harness = sent()
        harness.fail(.unknown(fault))
        harness.reply(reading: .success([.found(version: 3)]))
        #expect(harness.machine.processors[0].counters == Counters(received: 4, written: 4, conflated: 2))
        #expect(harness.machine.isIdle)

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
            var harness = sent()
            harness.receive("a", version: 4)
            let acknowledged = harness.acknowledgements.count
            harness.unsubscribe(MachineHarness.updated)
            #expect(harness.machine.lanes.count == 3, "what was not sent is dropped at once")
            harness.reply(outcome)
            #expect(harness.machine.isIdle && harness.machine.heldBytes == 0)
            #expect(harness.acknowledgements.count == acknowledged && harness.parks.isEmpty && harness.machine.nextWake == nil)
            #expect(harness.machine.processors[0].counters.returned == (outcome == .written ? 1 : 4))
        }
    }

    @Test("is dropped as a whole when its channel is lost while it waits to be sent again; others of the document are sent")
    func channelLostWhileWaiting() {
        var harness = sent()
        harness.reply(.conflict(fault))
        harness.receive("a", processor: MachineHarness.invalidated, version: 5)
        harness.unsubscribe(MachineHarness.updated)
        #expect(versions(harness) == [[5]])
        harness.reply(.written)
        #expect(harness.machine.isIdle && harness.machine.heldBytes == 0)
    }
}
