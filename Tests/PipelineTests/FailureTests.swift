import Mapping
import Settings
import Testing

@testable import Pipeline

private let fault = Fault(errorNum: 1, message: "x")

@Suite("What fails")
struct FailureTests {
    @Test("A failed write is tried five times, three seconds apart, and then parked as retry exhausted")
    func retries() throws {
        var bench = Bench()
        bench.receive("a")
        for attempt in 1...4 {
            bench.reply(.transient(fault))
            #expect(bench.writes.isEmpty, "attempt \(attempt) waits")
            bench.advance(by: .seconds(3) - .milliseconds(1))
            #expect(bench.writes.isEmpty)
            bench.advance(by: .milliseconds(1))
            #expect(bench.keysInFlight == [["a"]])
        }
        bench.reply(.transient(fault))
        let order = try #require(bench.parks.first?.first)
        #expect(order.refusal.reason == .retryExhausted)
        #expect(order.attempts == 5)
        #expect(bench.acknowledgements.isEmpty, "not before the dead letter is confirmed")
        bench.confirmParking()
        #expect(bench.acknowledgedKinds == [.through(1)])
        #expect(bench.machine.processors[0].counters == Counters(received: 1, parked: 1, retried: 4))
    }

    @Test("A retry holds up the later writes of its document, and no others")
    func retryBlocksItsLane() {
        var bench = Bench()
        bench.receive("a", "b")
        bench.reply([.transient(fault), .written])
        bench.receive("a", "b")
        #expect(bench.keysInFlight == [["b"]])
        bench.advance(by: .seconds(3))
        #expect(bench.keysInFlight == [["b"], ["a"]])
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
        var bench = Bench()
        bench.receive("a")
        for _ in 1...PipelineMachine.conflictBound {
            bench.reply(.conflict(fault))
            bench.advance(by: .milliseconds(32))
            #expect(bench.keysInFlight == [["a"]])
            #expect(bench.machine.processors[0].counters.retried == 0)
        }
        bench.reply(.conflict(fault))
        #expect(bench.machine.processors[0].counters.retried == 1)
    }

    @Test("A message that mapping refuses is parked without a write, and its neighbours go on")
    func refused() {
        var bench = Bench()
        bench.receiveRefused()
        bench.receive("a")
        #expect(bench.parks.map(\.count) == [1])
        #expect(bench.keysInFlight == [["a"]])
        bench.reply(.written)
        #expect(bench.acknowledgedKinds.isEmpty)
        bench.confirmParking()
        #expect(bench.acknowledgedKinds == [.through(2)])
    }

    @Test("Messages that can never be parked are set aside: nothing is held for them, nothing acknowledges them, and the queue goes on")
    func neverParked() throws {
        var bench = Bench()
        for _ in 0..<3 { bench.receiveRefused() }
        while !bench.parks.isEmpty { bench.confirmParking(failing: "too large for the broker", isFinal: true) }
        #expect(bench.machine.heldBytes == 0 && bench.machine.isIdle)
        #expect(bench.notes.count { if case .setAside(0, _, "too large for the broker") = $0 { true } else { false } } == 3)
        bench.advance(by: .seconds(3600))
        #expect(bench.parks.isEmpty, "it is not tried again")
        bench.receive("a", "b")
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.each([4, 5])], "`multiple` would acknowledge them as well")
    }

    @Test("The next write of the document follows one that was set aside")
    func neverParkedLane() throws {
        var bench = Bench()
        bench.receive("a")
        bench.receive("a")
        bench.reply(.refused(fault))
        bench.confirmParking(failing: "too large for the broker", isFinal: true)
        #expect(bench.keysInFlight == [["a"]])
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.each([2])])
    }

    @Test("A document that ArangoDB refuses is parked with its words, and the next write of the document follows")
    func refusedByDatabase() throws {
        var bench = Bench()
        bench.receive("a", "a", version: 1)
        bench.reply(.refused(Fault(errorNum: 1620, message: "schema")))
        let order = try #require(bench.parks.first?.first)
        #expect(order.refusal == Refusal(.refusedByDatabase, "schema (errorNum 1620)"))
        #expect(order.attempts == 1)
        #expect(bench.keysInFlight == [["a"]])
    }

    @Test(
        "Without a version the next write of the document waits until the dead letter is confirmed: it might come again and be written over it"
    )
    func keepsItsLane() {
        var bench = Bench()
        bench.receive("a", "a")
        bench.reply(.refused(fault))
        #expect(bench.writes.isEmpty)
        bench.confirmParking()
        #expect(bench.keysInFlight == [["a"]])
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.through(1), .through(2)])
        #expect(bench.machine.isIdle && bench.machine.heldBytes == 0)
    }

    @Test("An unconfirmed dead letter is published again with backoff; its original stays unacknowledged and holds up nobody")
    func parkingFails() {
        var bench = Bench()
        bench.receiveRefused()
        bench.confirmParking(failing: "no such queue")
        #expect(bench.acknowledgements.isEmpty)
        bench.receive("a")
        bench.reply(.written)
        bench.advanceToNextWake()
        #expect(bench.parks.map(\.count) == [1])
        bench.confirmParking()
        #expect(bench.acknowledgedKinds == [.through(2)])
    }

    @Test("A dead-letter queue that takes nothing is tried with one message at a time, and does not slow down the others")
    func parkingLines() {
        var bench = Bench()
        for _ in 1...50 { bench.receiveRefused(Bench.updated) }
        bench.confirmParking(failingFor: Bench.updated)
        for _ in 1...50 { bench.receiveRefused(Bench.invalidated) }
        var bulks = 0
        while bench.machine.processors[Bench.invalidated].counters.parked < 50 {
            bench.confirmParking(failingFor: Bench.updated)
            bulks += 1
            if bench.parks.isEmpty { bench.advanceToNextWake() }
        }
        #expect(bulks <= 3)
        while !bench.parks.isEmpty { bench.confirmParking(failingFor: Bench.updated) }
        bench.advance(by: .seconds(30))
        #expect(bench.parks.map(\.count) == [1])
    }

    @Test("While RabbitMQ does not answer for one dead-letter queue, the letters of the others go on")
    func parkingWithoutAnswer() {
        var bench = Bench()
        bench.receiveRefused(Bench.updated)
        #expect(bench.parks.map { $0[0].processor } == [Bench.updated])
        for _ in 1...3 {
            bench.receiveRefused(Bench.updated)
            bench.receiveRefused(Bench.invalidated)
            #expect(bench.parks.map { $0[0].processor } == [Bench.updated, Bench.invalidated], "one bulk of each at a time")
            bench.confirmLastParking()
        }
        #expect(bench.machine.processors[Bench.invalidated].counters.parked == 3)
        #expect(bench.machine.processors[Bench.updated].counters.parked == 0)
        #expect(!bench.machine.isIdle && bench.machine.parking.count(of: Bench.updated) == 4)
        bench.confirmParking()
        #expect(bench.parks.map(\.count) == [3], "what came meanwhile goes together")
        bench.confirmParking()
        #expect(bench.machine.isIdle && bench.machine.heldBytes == 0)
    }

    @Test("With parking off a refused message is rejected, so that the queue's own dead-letter exchange takes it")
    func rejects() {
        var bench = Bench { $0.deadLetter.enabled = false }
        bench.receiveRefused()
        bench.receive("a")
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.reject([1]), .through(2)])
        #expect(bench.parks.isEmpty)
    }

    @Test("A rejected message that comes back is rejected more slowly from the third turn on, and meanwhile RabbitMQ keeps it")
    func rejectsInCircle() {
        var bench = Bench { $0.deadLetter.enabled = false }
        bench.machine.rejections = { _, _ in 4 }
        bench.receiveRefused()
        bench.receive("a")
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.each([2])], "what is behind it does not wait, and nothing covers it")
        #expect(bench.machine.processors[0].counters.parked == 0 && bench.machine.isIdle)
        guard case .rejectedInCircle(_, _, _, turns: 4, nextIn: let wait, isNew: true)? = bench.notes.last(where: \.isCircle) else {
            Issue.record("\(bench.notes)")
            return
        }
        bench.advance(by: wait)
        #expect(bench.acknowledgedKinds == [.each([2]), .reject([1])])
        #expect(bench.machine.processors[0].counters.parked == 1)
        bench.receiveRefused()
        guard case .rejectedInCircle(_, _, _, _, _, isNew: false)? = bench.notes.last(where: \.isCircle) else {
            Issue.record("told again: \(bench.notes)")
            return
        }
    }

    @Test("What waits for its rejection is forgotten with its channel") func circleEnds() {
        var bench = Bench { $0.deadLetter.enabled = false }
        bench.machine.rejections = { _, _ in 9 }
        bench.receiveRefused()
        bench.unsubscribe(Bench.updated, 1)
        #expect(bench.machine.nextWake == nil)
        bench.advance(by: .seconds(120))
        #expect(bench.acknowledgedKinds == [])
    }

    @Test("The wait for the next rejection doubles, up to a minute") func circleWaits() {
        #expect((0..<3).allSatisfy { RejectionLoop.wait(turns: $0) == nil })
        #expect([3, 4, 8, 9, 1_000_000_000].map { RejectionLoop.wait(turns: $0) } == [1, 2, 32, 60, 60].map { .seconds($0) })
    }

    @Test("A request rejected as a whole is split until the guilty message is alone; only that one is parked")
    func splits() throws {
        var bench = Bench { $0.arangodb.connections = 1 }
        bench.receive("a", "b", "c", "d")
        while let batch = bench.writes.first {
            let isGuilty = batch.writes.contains { $0.key.text == "c" }
            if isGuilty { bench.fail(.rejected(Fault(errorNum: 600, status: 400, message: "bad"))) } else { bench.reply(.written) }
        }
        let order = try #require(bench.parks.first?.first)
        #expect(order.delivery.tag == 3)
        #expect(bench.machine.processors[0].counters.written == 3)
    }

    @Test("While whole requests fail, several documents alike and none is written, nothing is parked; once one is written, attempts count")
    func sharedFailure() {
        var bench = Bench { $0.retry.attempts = 2 }
        bench.receive("a")
        bench.receive("b")
        for _ in 1...20 {
            while !bench.writes.isEmpty { bench.fail(.failing(Fault(status: 500, message: "internal"))) }
            bench.advance(by: .seconds(3))
        }
        #expect(bench.parks.isEmpty)
        bench.receive("c")
        while let batch = bench.writes.first {
            if batch.writes.contains(where: { $0.key.text == "c" }) {
                bench.reply(.written)
            } else {
                bench.fail(.failing(Fault(status: 500, message: "internal")))
            }
        }
        bench.advance(by: .seconds(3))
        while !bench.writes.isEmpty { bench.fail(.failing(Fault(status: 500, message: "internal"))) }
        #expect(bench.parks.joined().count == 1, "one bulk at a time")
        bench.confirmParking()
        #expect(bench.parks.joined().count == 1)
    }

    @Test("A server error over a whole request is no proof against a message: once alone it has its attempts")
    func serverErrorAlone() {
        var bench = Bench()
        bench.receive("a")
        bench.fail(.failing(Fault(status: 500, message: "internal")))
        #expect(bench.parks.isEmpty)
        bench.advance(by: .seconds(3))
        #expect(bench.keysInFlight == [["a"]])
    }
}

extension Note {
    fileprivate var isCircle: Bool { if case .rejectedInCircle = self { true } else { false } }
}
