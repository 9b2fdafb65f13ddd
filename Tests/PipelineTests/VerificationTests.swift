import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("Unknown outcomes and verification")
struct VerificationTests {
    private let lost = RequestFailure.unknown(Fault(message: "timeout"))

    @Test("A request without an answer is read back, and what is stored is not written again")
    func readBack() {
        var harness = MachineHarness()
        harness.receive("a", "b", "c", version: 7)
        harness.fail(lost)
        #expect(harness.reads.map { $0.keys.map(\.text) } == [["a", "b", "c"]])
        harness.reply(reading: .success([.found(version: 7), .found(version: 9), .missing]))
        #expect(harness.machine.processors[0].counters == Counters(received: 3, written: 1, stale: 1, retried: 1))
        harness.advance(by: .seconds(3))
        #expect(harness.keysInFlight == [["c"]])
    }

    @Test("Without a version reading back cannot tell, so it is written again")
    func withoutVersion() {
        var harness = MachineHarness()
        harness.receive("a")
        harness.fail(lost)
        harness.reply(reading: .success([.found(version: nil)]))
        harness.advance(by: .seconds(3))
        #expect(harness.keysInFlight == [["a"]])
    }

    @Test("Writes that get no answer while reading works are no message's fault: no attempt is counted from the second on")
    func writesHang() {
        var harness = MachineHarness { $0.retry.attempts = 3 }
        let lost = lost
        harness.proof = { _ in lost }
        harness.receive("a", "b", version: 1)
        for _ in 1...50 {
            while !harness.writes.isEmpty { harness.fail(lost) }
            while let batch = harness.reads.first { harness.reply(reading: .success(batch.keys.map { _ in .missing })) }
            harness.advanceToNextWake()
            if harness.probes > 0 { harness.answerProbe(nil) }
        }
        #expect(harness.parks.isEmpty && harness.machine.breaker.closure == nil && harness.machine.queue.isAnyShut)
        harness.proof = { _ in nil }
        for _ in 1...100 where !harness.machine.isIdle {
            harness.advanceToNextWake()
            if harness.probes > 0 { harness.answerProbe(nil) }
            while let batch = harness.reads.first { harness.reply(reading: .success(batch.keys.map { _ in .missing })) }
            while !harness.writes.isEmpty { harness.reply(.written) }
        }
        #expect(harness.machine.processors[0].counters.written == 2)
    }

    @Test("If reading back is not answered either, the database is away: no attempt is counted")
    func unknownInARow() {
        var harness = MachineHarness { $0.retry.attempts = 1 }
        harness.receive("a", version: 1)
        let lost = lost
        harness.proof = { _ in lost }
        harness.fail(lost)
        harness.reply(reading: .failure(lost))
        #expect(harness.machine.queue.isAnyShut && harness.machine.breaker.closure == nil && harness.probes > 0)
        harness.answerProbe(lost)
        #expect(harness.machine.breaker.closure != nil, "no sign of life either")
        for _ in 1...10 {
            harness.advanceToNextWake()
            if harness.probes > 0 { harness.answerProbe(lost) }
        }
        #expect(harness.parks.isEmpty && harness.reads.isEmpty)
        harness.proof = { _ in nil }
        for _ in 1...10 where harness.reads.isEmpty {
            harness.advanceToNextWake()
            if harness.probes > 0 { harness.answerProbe(nil) }
        }
        harness.reply(reading: .success([.found(version: 1)]))
        #expect(harness.acknowledgedKinds == [.through(1)])
    }

    @Test("With `off` a write of unknown outcome is tried again unread")
    func off() {
        var harness = MachineHarness { $0.verify = .off }
        harness.receive("a", version: 1)
        harness.fail(lost)
        #expect(harness.reads.isEmpty)
        harness.advance(by: .seconds(3))
        #expect(harness.keysInFlight == [["a"]])
    }

    @Test(
        "With `always` a confirmed write is read back before it is acknowledged; missing or older is a failed attempt",
        arguments: [
            (StoredState.missing, false), (.found(version: 4), false), (.found(version: nil), false),
            (.unreadable(Fault(message: "x")), false), (.found(version: 5), true), (.found(version: 6), true),
        ])
    func always(stored: StoredState, isAccepted: Bool) {
        var harness = MachineHarness { $0.verify = .always }
        harness.receive("a", version: 5)
        harness.reply(.written)
        #expect(harness.acknowledgements.isEmpty)
        harness.reply(reading: .success([stored]))
        #expect(harness.machine.processors[0].counters.written == (isAccepted ? 1 : 0))
        #expect(harness.machine.processors[0].counters.retried == (isAccepted ? 0 : 1))
    }
}
