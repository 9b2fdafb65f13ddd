import Messages
import Settings
import Testing

@testable import Pipeline

private let away = Fault(message: "cannot connect")

@Suite("The database is away")
struct OutageTests {
    @Test(
        "Nothing is parked and no attempt is counted, however long it lasts",
        arguments: [RequestFailure.outage(away), .configuration(away)])
    func waits(failure: RequestFailure) {
        var harness = MachineHarness()
        harness.receive("a", "b")
        for _ in 1...20 {
            harness.fail(failure)
            harness.advanceToNextWake()
            #expect(harness.keysInFlight == [["a", "b"]], "the same writes, in their order")
        }
        #expect(harness.parks.isEmpty)
        harness.reply(.written)
        #expect(harness.machine.processors[0].counters == Counters(received: 2, written: 2))
    }

    @Test("One request at a time tries; when it works one more goes with each answer, up to `connections`")
    func ramp() {
        var harness = MachineHarness { $0.batch.documents = 1 }
        harness.receive("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
        for _ in 1...4 { harness.fail(.outage(away)) }
        #expect(harness.writes.isEmpty)
        harness.advanceToNextWake()
        #expect(harness.writes.count == 1)
        for inFlight in [2, 3, 4, 4] {
            harness.reply(.written)
            #expect(harness.writes.count == inFlight)
        }
    }

    @Test("Deliveries held for ten minutes go back to RabbitMQ, and are consumed again when the database gives a sign of life")
    func returns() {
        var harness = MachineHarness()
        harness.receive("a")
        harness.fail(.outage(away))
        let begin = harness.now
        while harness.consuming {
            harness.advanceToNextWake()
            while !harness.writes.isEmpty { harness.fail(.outage(away)) }
        }
        #expect(harness.now - begin >= .seconds(599) && harness.now - begin <= .seconds(603))
        harness.unsubscribe(MachineHarness.updated)
        harness.unsubscribe(MachineHarness.invalidated)
        #expect(harness.machine.isIdle && harness.acknowledgements.isEmpty)

        harness.proof = nil
        harness.advanceToNextWake()
        #expect(harness.proofs.count == 1, "nothing is held to try with")
        harness.answerProof(.outage(away))
        #expect(!harness.consuming)
        harness.advanceToNextWake()
        harness.answerProof(nil)
        #expect(harness.consuming)
        harness.subscribe(MachineHarness.updated, 2)
        harness.receive("a", session: 2)
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.through(1)])
    }

    @Test("A proof is not yet a document that is stored: the first request goes alone")
    func canary() {
        var harness = MachineHarness { $0.batch.documents = 1 }
        harness.receive("a", "b", "c")
        for _ in 1...3 { harness.fail(.outage(away)) }
        harness.advanceToNextWake()
        #expect(harness.proofCount == 1 && harness.writes.count == 1)
        harness.fail(.outage(away))
        #expect(harness.machine.breaker.closure != nil)
    }

    @Test("While requests queue up in the server fewer are in flight; when its queue is short again more go")
    func overload() {
        var harness = MachineHarness { $0.batch.documents = 1 }
        harness.receive("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n")
        harness.queueTime = ConcurrencyLimit.slowQueue
        for _ in 1...4 { harness.reply(.written) }
        #expect(harness.writes.count == 1)
        harness.queueTime = .zero
        for inFlight in [2, 3, 4, 4] {
            harness.reply(.written)
            #expect(harness.writes.count == inFlight)
        }
    }

    @Test("Its begin and end are told once, not every failure")
    func toldOnce() {
        var harness = MachineHarness()
        harness.receive("a")
        for _ in 1...10 {
            harness.fail(.outage(away))
            harness.advanceToNextWake()
        }
        harness.reply(.written)
        let lost = harness.notes.filter { if case .databaseLost = $0 { true } else { false } }
        let back = harness.notes.filter { if case .databaseBack = $0 { true } else { false } }
        #expect(lost.count == 1)
        #expect(back.count == 1)
    }

    @Test("It is tried again within two seconds of its return")
    func returnsSoon() throws {
        var harness = MachineHarness()
        harness.receive("a")
        for _ in 1...30 {
            harness.fail(.outage(away))
            let wait = try #require(harness.machine.nextWake) - harness.now
            #expect(wait > .zero && wait <= .seconds(2))
            harness.advanceToNextWake()
        }
    }

    @Test("A document turned away by a database that cannot take it waits without losing an attempt")
    func turnedAway() {
        var harness = MachineHarness { $0.retry.attempts = 1 }
        harness.receive("a")
        for _ in 1...20 {
            harness.reply(.unavailable(Fault(errorNum: 1004, message: "read only")))
            harness.advanceToNextWake()
            harness.advanceToNextWake()
            #expect(harness.keysInFlight == [["a"]])
        }
        #expect(harness.parks.isEmpty)
    }
}

@Suite("An administrator must act")
struct ConfigurationTests {
    private let missing = RequestFailure.configuration(Fault(errorNum: 1203, message: "collection not found"))

    @Test("A missing collection stops the writes to it and no others; it is told once")
    func oneTarget() {
        var harness = MachineHarness { $0.processors[1].collection = "people" }
        harness.receive("a", processor: MachineHarness.invalidated, collection: "people")
        for _ in 1...30 {
            harness.fail(missing)
            harness.receive("b")
            #expect(harness.keysInFlight == [["b"]])
            harness.reply(.written)
            harness.advanceToNextWake()
            #expect(harness.keysInFlight == [["a"]], "tried again, alone")
        }
        #expect(harness.notes.count { if case .targetLost = $0 { true } else { false } } == 1)
        harness.reply(.written)
        #expect(harness.notes.count { if case .targetBack = $0 { true } else { false } } == 1)
        #expect(harness.parks.isEmpty && harness.machine.isIdle)
    }

    @Test("What is held for ten minutes because nothing can be written goes back to RabbitMQ, and is consumed again")
    func returns() {
        var harness = MachineHarness()
        harness.receive("a")
        let begin = harness.now
        while harness.consuming {
            while !harness.writes.isEmpty { harness.fail(missing) }
            harness.advanceToNextWake()
        }
        #expect(harness.now - begin >= .seconds(600))
        while !harness.writes.isEmpty { harness.fail(missing) }
        harness.unsubscribe(MachineHarness.updated)
        #expect(!harness.consuming, "nothing is asked while it is known that the collection takes nothing")
        harness.advanceToNextWake()
        #expect(harness.consuming, "a proof has passed")
    }
}
