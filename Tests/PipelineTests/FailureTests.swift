import Messages
import Settings
import Testing

@testable import Pipeline

private let fault = Fault(errorNum: 1, message: "x")

@Suite("What fails")
struct FailureTests {
    @Test("A failed write is tried five times, three seconds apart, and then parked as retry exhausted")
    func retries() throws {
        var harness = MachineHarness()
        harness.receive("a")
        for attempt in 1...4 {
            harness.reply(.transient(fault))
            #expect(harness.writes.isEmpty, "attempt \(attempt) waits")
            harness.advance(by: .seconds(3) - .milliseconds(1))
            #expect(harness.writes.isEmpty)
            harness.advance(by: .milliseconds(1))
            #expect(harness.keysInFlight == [["a"]])
        }
        harness.reply(.transient(fault))
        let order = try #require(harness.parks.first?.first)
        #expect(order.refusal.reason == .retryExhausted)
        #expect(order.attempts == 5)
        #expect(harness.acknowledgements.isEmpty, "not before the dead letter is confirmed")
        harness.confirmParking()
        #expect(harness.acknowledgedKinds == [.through(1)])
        #expect(harness.machine.processors[0].counters == Counters(received: 1, parked: 1, retried: 4))
    }

    @Test("A retry holds up the later writes of its document, and no others")
    func retryBlocksItsLane() {
        var harness = MachineHarness()
        harness.receive("a", "b")
        harness.reply([.transient(fault), .written])
        harness.receive("a", "b")
        #expect(harness.keysInFlight == [["b"]])
        harness.advance(by: .seconds(3))
        #expect(harness.keysInFlight == [["b"], ["a"]])
    }

    @Test("The delay grows by `backoff` and never beyond an hour")
    func backoff() {
        var delay = RetryDelay(seed: 1)
        var policy = RetrySettings()
        policy.backoff = 10
        #expect(delay.afterFailure(attempts: 1, policy: policy) == .seconds(3))
        #expect(delay.afterFailure(attempts: 2, policy: policy) == .seconds(30))
        #expect(delay.afterFailure(attempts: 50, policy: policy) == .seconds(3600))
    }

    @Test("A conflict is tried again at once and costs no attempt, until there are too many of them")
    func conflicts() {
        var harness = MachineHarness()
        harness.receive("a")
        for _ in 1...PipelineMachine.conflictBound {
            harness.reply(.conflict(fault))
            harness.advance(by: .milliseconds(32))
            #expect(harness.keysInFlight == [["a"]])
            #expect(harness.machine.processors[0].counters.retried == 0)
        }
        harness.reply(.conflict(fault))
        #expect(harness.machine.processors[0].counters.retried == 1)
    }

    @Test("A message that mapping refuses is parked without a write, and its neighbours are written")
    func refused() {
        var harness = MachineHarness()
        harness.receiveRefused()
        harness.receive("a")
        #expect(harness.parks.map(\.count) == [1])
        #expect(harness.keysInFlight == [["a"]])
        harness.reply(.written)
        #expect(harness.acknowledgedKinds.isEmpty)
        harness.confirmParking()
        #expect(harness.acknowledgedKinds == [.through(2)])
    }

    @Test("Messages that can never be parked are set aside: nothing is held for them, nothing acknowledges them, and the queue is consumed")
    func neverParked() throws {
        var harness = MachineHarness()
        for _ in 0..<3 { harness.receiveRefused() }
        while !harness.parks.isEmpty { harness.confirmParking(failing: "too large for the broker", isFinal: true) }
        #expect(harness.machine.heldBytes == 0 && harness.machine.isIdle)
        #expect(harness.notes.count { if case .setAside(0, _, "too large for the broker") = $0 { true } else { false } } == 3)
        harness.advance(by: .seconds(3600))
        #expect(harness.parks.isEmpty, "it is not tried again")
        harness.receive("a", "b")
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.each([4, 5])], "`multiple` would acknowledge them as well")
    }

    @Test("The next write of the document follows one that was set aside")
    func neverParkedLane() throws {
        var harness = MachineHarness()
        harness.receive("a")
        harness.receive("a")
        harness.reply(.refused(fault))
        harness.confirmParking(failing: "too large for the broker", isFinal: true)
        #expect(harness.keysInFlight == [["a"]])
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.each([2])])
    }

    @Test("A document that ArangoDB refuses is parked with its words, and the next write of the document follows")
    func refusedByDatabase() throws {
        var harness = MachineHarness()
        harness.receive("a", "a", version: 1)
        harness.reply(.refused(Fault(errorNum: 1620, message: "schema")))
        let order = try #require(harness.parks.first?.first)
        #expect(order.refusal == Refusal(.refusedByDatabase, "schema (errorNum 1620)"))
        #expect(order.attempts == 1)
        #expect(harness.keysInFlight == [["a"]])
    }

    @Test(
        "Without a version the next write of the document waits until the dead letter is confirmed: it might come again and be written over it"
    )
    func keepsItsLane() {
        var harness = MachineHarness()
        harness.receive("a", "a")
        harness.reply(.refused(fault))
        #expect(harness.writes.isEmpty)
        harness.confirmParking()
        #expect(harness.keysInFlight == [["a"]])
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.through(1), .through(2)])
        #expect(harness.machine.isIdle && harness.machine.heldBytes == 0)
    }

    @Test("An unconfirmed dead letter is published again with backoff; its original stays unacknowledged and holds up nobody")
    func parkingFails() {
        var harness = MachineHarness()
        harness.receiveRefused()
        harness.confirmParking(failing: "no such queue")
        #expect(harness.acknowledgements.isEmpty)
        harness.receive("a")
        harness.reply(.written)
        harness.advanceToNextWake()
        #expect(harness.parks.map(\.count) == [1])
        harness.confirmParking()
        #expect(harness.acknowledgedKinds == [.through(2)])
    }

    @Test("A dead-letter queue that takes nothing is tried with one message at a time, and does not slow down the others")
    func parkingLines() {
        var harness = MachineHarness()
        for _ in 1...50 { harness.receiveRefused(MachineHarness.updated) }
        harness.confirmParking(failingFor: MachineHarness.updated)
        for _ in 1...50 { harness.receiveRefused(MachineHarness.invalidated) }
        var bulks = 0
        while harness.machine.processors[MachineHarness.invalidated].counters.parked < 50 {
            harness.confirmParking(failingFor: MachineHarness.updated)
            bulks += 1
            if harness.parks.isEmpty { harness.advanceToNextWake() }
        }
        #expect(bulks <= 3)
        while !harness.parks.isEmpty { harness.confirmParking(failingFor: MachineHarness.updated) }
        harness.advance(by: .seconds(30))
        #expect(harness.parks.map(\.count) == [1])
    }

    @Test("While RabbitMQ does not answer for one dead-letter queue, the letters of the others are published")
    func parkingWithoutAnswer() {
        var harness = MachineHarness()
        harness.receiveRefused(MachineHarness.updated)
        #expect(harness.parks.map { $0[0].processor } == [MachineHarness.updated])
        for _ in 1...3 {
            harness.receiveRefused(MachineHarness.updated)
            harness.receiveRefused(MachineHarness.invalidated)
            #expect(
                harness.parks.map { $0[0].processor } == [MachineHarness.updated, MachineHarness.invalidated], "one bulk of each at a time")
            harness.confirmLastParking()
        }
        #expect(harness.machine.processors[MachineHarness.invalidated].counters.parked == 3)
        #expect(harness.machine.processors[MachineHarness.updated].counters.parked == 0)
        #expect(!harness.machine.isIdle && harness.machine.parking.count(of: MachineHarness.updated) == 4)
        harness.confirmParking()
        #expect(harness.parks.map(\.count) == [3], "what came meanwhile goes together")
        harness.confirmParking()
        #expect(harness.machine.isIdle && harness.machine.heldBytes == 0)
    }

    @Test("With parking off a refused message is rejected, so that the queue's own dead-letter exchange takes it")
    func rejects() {
        var harness = MachineHarness { $0.deadLetter.enabled = false }
        harness.receiveRefused()
        harness.receive("a")
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.reject([1]), .through(2)])
        #expect(harness.parks.isEmpty)
    }

    @Test("A rejected message that comes back is rejected more slowly from the third turn on, and meanwhile RabbitMQ keeps it")
    func rejectsInCircle() {
        var harness = MachineHarness { $0.deadLetter.enabled = false }
        harness.machine.rejections = { _, _ in 4 }
        harness.receiveRefused()
        harness.receive("a")
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.each([2])], "what is behind it does not wait, and nothing covers it")
        #expect(harness.machine.processors[0].counters.parked == 0 && harness.machine.isIdle)
        guard case .rejectedInCircle(_, _, _, turns: 4, nextIn: let wait, isNew: true)? = harness.notes.last(where: \.isCircle) else {
            Issue.record("\(harness.notes)")
            return
        }
        harness.advance(by: wait)
        #expect(harness.acknowledgedKinds == [.each([2]), .reject([1])])
        #expect(harness.machine.processors[0].counters.parked == 1)
        harness.receiveRefused()
        guard case .rejectedInCircle(_, _, _, _, _, isNew: false)? = harness.notes.last(where: \.isCircle) else {
            Issue.record("told again: \(harness.notes)")
            return
        }
    }

    @Test("What waits for its rejection is forgotten with its channel") func circleEnds() {
        var harness = MachineHarness { $0.deadLetter.enabled = false }
        harness.machine.rejections = { _, _ in 9 }
        harness.receiveRefused()
        harness.unsubscribe(MachineHarness.updated, 1)
        #expect(harness.machine.nextWake == nil)
        harness.advance(by: .seconds(120))
        #expect(harness.acknowledgedKinds == [])
    }

    @Test("The wait for the next rejection doubles, up to a minute") func circleWaits() {
        #expect((0..<3).allSatisfy { RejectionLoop.wait(turns: $0) == nil })
        #expect([3, 4, 8, 9, 1_000_000_000].map { RejectionLoop.wait(turns: $0) } == [1, 2, 32, 60, 60].map { .seconds($0) })
    }

    @Test("A request rejected as a whole is split until the guilty message is alone; only that one is parked")
    func splits() throws {
        var harness = MachineHarness { $0.arangodb.connections = 1 }
        harness.receive("a", "b", "c", "d")
        while let batch = harness.writes.first {
            let isGuilty = batch.writes.contains { $0.key.text == "c" }
            if isGuilty { harness.fail(.rejected(Fault(errorNum: 600, status: 400, message: "bad"))) } else { harness.reply(.written) }
        }
        let order = try #require(harness.parks.first?.first)
        #expect(order.delivery.tag == 3)
        #expect(harness.machine.processors[0].counters.written == 3)
    }

    @Test("While whole requests fail, several documents alike and none is written, nothing is parked; once one is written, attempts count")
    func sharedFailure() {
        var harness = MachineHarness { $0.retry.attempts = 2 }
        harness.receive("a")
        harness.receive("b")
        for _ in 1...20 {
            while !harness.writes.isEmpty { harness.fail(.failing(Fault(status: 500, message: "internal"))) }
            harness.advance(by: .seconds(3))
        }
        #expect(harness.parks.isEmpty)
        for round in 1...40 {
            for index in 1...4 { harness.receive("c\(round)-\(index)") }
            while let batch = harness.writes.first {
                let isGuilty = batch.writes.contains { ["a", "b"].contains($0.key.text) }
                if isGuilty { harness.fail(.failing(Fault(status: 500, message: "internal"))) } else { harness.reply(.written) }
            }
            harness.advance(by: .seconds(3))
        }
        #expect(harness.parks.joined().count == 1, "one bulk at a time")
        harness.confirmParking()
        #expect(harness.parks.joined().count == 1)
        harness.confirmParking()
        #expect(harness.machine.processors[0].counters.parked == 2 && harness.machine.processors[0].counters.written == 160)
    }

    @Test("A server error over a whole request is no proof against a message: once alone it has its attempts")
    func serverErrorAlone() {
        var harness = MachineHarness()
        harness.receive("a")
        harness.fail(.failing(Fault(status: 500, message: "internal")))
        #expect(harness.parks.isEmpty)
        harness.advance(by: .seconds(3))
        #expect(harness.keysInFlight == [["a"]])
    }
}

extension PipelineEvent {
    fileprivate var isCircle: Bool { if case .rejectedInCircle = self { true } else { false } }
}
