import Mapping
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
        var bench = Bench()
        bench.receive("a", "b")
        for _ in 1...20 {
            bench.fail(failure)
            bench.advanceToNextWake()
            #expect(bench.keysInFlight == [["a", "b"]], "the same writes, in their order")
        }
        #expect(bench.parks.isEmpty)
        bench.reply(.written)
        #expect(bench.machine.processors[0].counters == Counters(received: 2, written: 2))
    }

    @Test("One request at a time tries; when it works one more goes with each answer, up to `connections`")
    func ramp() {
        var bench = Bench { $0.batch.documents = 1 }
        bench.receive("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
        for _ in 1...4 { bench.fail(.outage(away)) }
        #expect(bench.writes.isEmpty)
        bench.advanceToNextWake()
        #expect(bench.writes.count == 1)
        for inFlight in [2, 3, 4, 4] {
            bench.reply(.written)
            #expect(bench.writes.count == inFlight)
        }
    }

    @Test("Deliveries held for ten minutes go back to RabbitMQ, and are consumed again when the database gives a sign of life")
    func returns() {
        var bench = Bench()
        bench.receive("a")
        bench.fail(.outage(away))
        let begin = bench.now
        while bench.consuming {
            bench.advanceToNextWake()
            while !bench.writes.isEmpty { bench.fail(.outage(away)) }
        }
        #expect(bench.now - begin >= .seconds(599) && bench.now - begin <= .seconds(603))
        bench.unsubscribe(Bench.updated)
        bench.unsubscribe(Bench.invalidated)
        #expect(bench.machine.isIdle && bench.acknowledgements.isEmpty)

        bench.advanceToNextWake()
        #expect(bench.probes == 1, "nothing is held to try with")
        bench.answerProbe(.outage(away))
        #expect(!bench.consuming)
        bench.advanceToNextWake()
        bench.answerProbe(nil)
        #expect(bench.consuming)
        bench.subscribe(Bench.updated, 2)
        bench.receive("a", session: 2)
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.through(1)])
    }

    @Test("A sign of life is not yet a write that works: the first request goes alone")
    func canary() {
        var bench = Bench { $0.batch.documents = 1 }
        bench.receive("a")
        bench.fail(.outage(away))
        bench.unsubscribe(Bench.updated)
        bench.advanceToNextWake()
        bench.answerProbe(nil)
        bench.subscribe(Bench.updated, 2)
        bench.receive("a", "b", "c", session: 2)
        #expect(bench.writes.count == 1)
        bench.fail(.outage(away))
        #expect(bench.machine.gate.closure != nil)
    }

    @Test("While requests queue up in the server fewer are in flight; when its queue is short again more go")
    func overload() {
        var bench = Bench { $0.batch.documents = 1 }
        bench.receive("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n")
        bench.queueTime = SendWindow.slowQueue
        for _ in 1...4 { bench.reply(.written) }
        #expect(bench.writes.count == 1)
        bench.queueTime = .zero
        for inFlight in [2, 3, 4, 4] {
            bench.reply(.written)
            #expect(bench.writes.count == inFlight)
        }
    }

    @Test("Its begin and end are told once, not every failure")
    func toldOnce() {
        var bench = Bench()
        bench.receive("a")
        for _ in 1...10 {
            bench.fail(.outage(away))
            bench.advanceToNextWake()
        }
        bench.reply(.written)
        let lost = bench.notes.filter { if case .databaseLost = $0 { true } else { false } }
        let back = bench.notes.filter { if case .databaseBack = $0 { true } else { false } }
        #expect(lost.count == 1)
        #expect(back.count == 1)
    }

    @Test("It is tried again within two seconds of its return")
    func returnsSoon() throws {
        var bench = Bench()
        bench.receive("a")
        for _ in 1...30 {
            bench.fail(.outage(away))
            let wait = try #require(bench.machine.nextWake) - bench.now
            #expect(wait > .zero && wait <= .seconds(2))
            bench.advanceToNextWake()
        }
    }

    @Test("A document turned away by a database that cannot take it waits without losing an attempt")
    func turnedAway() {
        var bench = Bench { $0.retry.attempts = 1 }
        bench.receive("a")
        for _ in 1...20 {
            bench.reply(.unavailable(Fault(errorNum: 1004, message: "read only")))
            bench.advanceToNextWake()
            bench.advanceToNextWake()
            #expect(bench.keysInFlight == [["a"]])
        }
        #expect(bench.parks.isEmpty)
    }
}

@Suite("An administrator must act")
struct ConfigurationTests {
    private let missing = RequestFailure.configuration(Fault(errorNum: 1203, message: "collection not found"))

    @Test("A missing collection stops the writes to it and no others; it is told once")
    func oneTarget() {
        var bench = Bench { $0.processors[1].collection = "people" }
        bench.receive("a", processor: Bench.invalidated, collection: "people")
        for _ in 1...30 {
            bench.fail(missing)
            bench.receive("b")
            #expect(bench.keysInFlight == [["b"]])
            bench.reply(.written)
            bench.advanceToNextWake()
            #expect(bench.keysInFlight == [["a"]], "tried again, alone")
        }
        #expect(bench.notes.count { if case .targetLost = $0 { true } else { false } } == 1)
        bench.reply(.written)
        #expect(bench.notes.count { if case .targetBack = $0 { true } else { false } } == 1)
        #expect(bench.parks.isEmpty && bench.machine.isIdle)
    }

    @Test("What is held for ten minutes because nothing can be written goes back to RabbitMQ, and is consumed again")
    func returns() {
        var bench = Bench()
        bench.receive("a")
        let begin = bench.now
        while bench.consuming {
            while !bench.writes.isEmpty { bench.fail(missing) }
            bench.advanceToNextWake()
        }
        #expect(bench.now - begin >= .seconds(600))
        while !bench.writes.isEmpty { bench.fail(missing) }
        bench.unsubscribe(Bench.updated)
        #expect(bench.consuming)
    }
}

@Suite("Unknown outcomes and verification")
struct VerificationTests {
    private let lost = RequestFailure.unknown(Fault(message: "timeout"))

    @Test("A request without an answer is read back, and what is stored is not written again")
    func readBack() {
        var bench = Bench()
        bench.receive("a", "b", "c", version: 7)
        bench.fail(lost)
        #expect(bench.reads.map { $0.keys.map(\.text) } == [["a", "b", "c"]])
        bench.reply(reading: .success([.found(version: 7), .found(version: 9), .missing]))
        #expect(bench.machine.processors[0].counters == Counters(received: 3, written: 1, stale: 1, retried: 1))
        bench.advance(by: .seconds(3))
        #expect(bench.keysInFlight == [["c"]])
    }

    @Test("Without a version reading back cannot tell, so it is written again")
    func withoutVersion() {
        var bench = Bench()
        bench.receive("a")
        bench.fail(lost)
        bench.reply(reading: .success([.found(version: nil)]))
        bench.advance(by: .seconds(3))
        #expect(bench.keysInFlight == [["a"]])
    }

    @Test("Writes that get no answer while reading works are no message's fault: no attempt is counted from the second on")
    func writesHang() {
        var bench = Bench { $0.retry.attempts = 3 }
        bench.receive("a", "b", version: 1)
        for _ in 1...50 {
            bench.fail(lost)
            while bench.reads.isEmpty { bench.advanceToNextWake() }
            bench.reply(reading: .success([.missing, .missing]))
            while bench.writes.isEmpty { bench.advanceToNextWake() }
            #expect(bench.keysInFlight == [["a", "b"]])
        }
        #expect(bench.parks.isEmpty)
        bench.reply(.written)
        #expect(bench.machine.isIdle)
    }

    @Test("If reading back is not answered either, the database is away: no attempt is counted")
    func unknownInARow() {
        var bench = Bench { $0.retry.attempts = 1 }
        bench.receive("a", version: 1)
        bench.fail(lost)
        for _ in 1...10 {
            bench.reply(reading: .failure(lost))
            #expect(bench.machine.gate.closure != nil)
            bench.advanceToNextWake()
        }
        #expect(bench.parks.isEmpty)
        bench.reply(reading: .success([.found(version: 1)]))
        #expect(bench.acknowledgedKinds == [.through(1)])
    }

    @Test("With `off` a write of unknown outcome is tried again unread")
    func off() {
        var bench = Bench { $0.verify = .off }
        bench.receive("a", version: 1)
        bench.fail(lost)
        #expect(bench.reads.isEmpty)
        bench.advance(by: .seconds(3))
        #expect(bench.keysInFlight == [["a"]])
    }

    @Test(
        "With `always` a confirmed write is read back before it is acknowledged; missing or older is a failed attempt",
        arguments: [
            (StoredState.missing, false), (.found(version: 4), false), (.found(version: nil), false),
            (.unreadable(Fault(message: "x")), false), (.found(version: 5), true), (.found(version: 6), true),
        ])
    func always(stored: StoredState, isAccepted: Bool) {
        var bench = Bench { $0.verify = .always }
        bench.receive("a", version: 5)
        bench.reply(.written)
        #expect(bench.acknowledgements.isEmpty)
        bench.reply(reading: .success([stored]))
        #expect(bench.machine.processors[0].counters.written == (isAccepted ? 1 : 0))
        #expect(bench.machine.processors[0].counters.retried == (isAccepted ? 0 : 1))
    }
}

@Suite("The channel closes")
struct ChannelTests {
    @Test("What waits is dropped, what is in flight is finished, and nothing of the old channel is acknowledged on the new one")
    func dropsAndFinishes() {
        var bench = Bench { $0.arangodb.connections = 1 }
        bench.receive("a")
        bench.receive("a", "b")
        bench.unsubscribe(Bench.updated)
        #expect(bench.machine.lanes.count == 1)
        bench.subscribe(Bench.updated, 2)
        bench.receive("a", "a", "b", session: 2)
        bench.reply(.written)
        #expect(bench.acknowledgements.isEmpty, "its tag died with the channel")
        #expect(bench.keysInFlight == [["b", "a"]] || bench.keysInFlight == [["a", "b"]])
    }

    @Test("Writes of other processors that waited behind a dropped one leave")
    func othersGoOn() {
        var bench = Bench()
        bench.receive("a", processor: Bench.updated)
        bench.reply(.transient(Fault(message: "x")))
        bench.receive("a", processor: Bench.invalidated)
        #expect(bench.writes.isEmpty)
        bench.unsubscribe(Bench.updated)
        #expect(bench.keysInFlight == [["a"]])
        #expect(bench.writes[0].writes[0].processor == Bench.invalidated)
    }

    @Test("Reconnecting again and again during an outage does not pile up what is held")
    func heldIsBounded() {
        var bench = Bench()
        for session in 2...50 as ClosedRange<UInt64> {
            bench.receive("a", "b", "c", "d", session: SessionID(rawValue: session - 1))
            while !bench.writes.isEmpty { bench.fail(.outage(away)) }
            bench.advanceToNextWake()
            bench.unsubscribe(Bench.updated, SessionID(rawValue: session - 1))
            while !bench.writes.isEmpty { bench.fail(.outage(away)) }
            bench.subscribe(Bench.updated, SessionID(rawValue: session))
            #expect(bench.machine.lanes.count == 0)
            #expect(bench.machine.heldBytes == 0)
        }
    }

    @Test("A dead letter whose channel is gone is not published again, and its confirmation acknowledges nothing")
    func parkingOfDeadChannel() {
        var bench = Bench()
        bench.receiveRefused()
        bench.unsubscribe(Bench.updated)
        bench.confirmParking(failing: "connection lost")
        #expect(bench.machine.parking.count == 0)
        #expect(bench.acknowledgements.isEmpty)
        #expect(bench.machine.isIdle)
    }
}
