import Messages
import Settings
import Testing

@testable import Pipeline

private let away = Fault(message: "cannot connect")
private let noExchange = OnwardFailure(.exchange, "no exchange")

@Suite("No delivery is used up without need")
struct ReadinessTests {
    @Test("Nothing is taken before the database has answered once")
    func start() {
        var harness = MachineHarness(answering: false)
        #expect(harness.taken == [MachineHarness.updated: .off, MachineHarness.invalidated: .off])
        harness.answerQuestions(.outage(away))
        #expect(harness.taken == [MachineHarness.updated: .off, MachineHarness.invalidated: .off])
        harness.advanceToNextWake()
        harness.answerProbe(nil)
        harness.answerQuestions()
        #expect(harness.taken == [MachineHarness.updated: .on, MachineHarness.invalidated: .on])
    }

    @Test("What is missing at start is asked for again and again, and told once; others are consumed")
    func missing() {
        var harness = MachineHarness(answering: false)
        harness.lacks = [MachineHarness.updated: "collection companies is missing"]
        harness.answerQuestions(.outage(away))
        harness.advanceToNextWake()
        harness.answerProbe(nil)
        #expect(harness.taken == [MachineHarness.updated: .off, MachineHarness.invalidated: .on])
        for _ in 1...10 { harness.advanceToNextWake() }
        #expect(harness.notes.count { if case .notReady(_, _, _, true) = $0 { true } else { false } } == 1)
        #expect(harness.notes.count { if case .notReady = $0 { true } else { false } } == 11)
        harness.lacks = [:]
        harness.advanceToNextWake()
        #expect(harness.taken[MachineHarness.updated] == .on)
    }

    @Test("Returned by RabbitMQ during an outage, deliveries are not taken again before the database answers, and then few of them")
    func returnedByBroker() {
        var harness = MachineHarness()
        harness.receive("a")
        harness.fail(.outage(away))
        harness.unsubscribe(MachineHarness.updated)
        #expect(harness.taken == [MachineHarness.updated: .off, MachineHarness.invalidated: .on])
        harness.proof = { _ in .outage(away) }
        for _ in 1...20 { harness.advanceToNextWake() }
        #expect(!harness.consuming && harness.proofCount == 20)
        harness.proof = { _ in nil }
        harness.advanceToNextWake()
        #expect(harness.taken[MachineHarness.updated] == .trial)
        harness.subscribe(MachineHarness.updated, 2)
        harness.receive("a", session: 2)
        harness.reply(.written)
        #expect(harness.taken[MachineHarness.updated] == .on)
    }

    @Test("A lost channel without any trouble costs a question, and the whole prefetch is taken again")
    func lost() {
        var harness = MachineHarness()
        harness.lacks = nil
        harness.receive("a")
        harness.unsubscribe(MachineHarness.updated)
        #expect(!harness.consuming)
        harness.answerQuestions()
        #expect(harness.taken[MachineHarness.updated] == .on)
    }

    @Test("While the exchange is missing nothing is accepted again, for as long as it lasts; other processors are not affected")
    func missingExchange() throws {
        var harness = try OnwardMessageTests.harness()
        harness.receive(bodies: OnwardMessageTests.body(1))
        harness.reply(.written)
        harness.confirmOnward(failing: ["1"], noExchange)
        harness.lacks = [MachineHarness.updated: "no exchange"]
        var (subscriptions, session) = (1, UInt64(1))
        let end = harness.now + .seconds(24 * 3600)
        while harness.now < end {
            harness.advanceToNextWake()
            while !harness.emits.isEmpty { harness.confirmOnward(failing: ["1"], noExchange) }
            if !harness.consuming { harness.unsubscribe(MachineHarness.updated, SessionID(rawValue: session)) }
            guard harness.consuming, harness.machine.processors[MachineHarness.updated].session == nil else { continue }
            (subscriptions, session) = (subscriptions + 1, session + 1)
            harness.subscribe(MachineHarness.updated, SessionID(rawValue: session))
            harness.receive(bodies: OnwardMessageTests.body(1), session: SessionID(rawValue: session), redelivered: true)
            harness.reply(.stale)
        }
        #expect(subscriptions == 1)
        #expect(harness.taken[MachineHarness.invalidated] == .on)
        harness.lacks = [:]
        harness.advanceToNextWake()
        #expect(harness.taken[MachineHarness.updated] == .trial)
    }

    @Test("If nothing is missing and still nothing can be told, few deliveries pay, and seldom")
    func unroutable() {
        var readiness = Readiness()
        var now = ContinuousClock.now
        var rests: [Duration] = []
        for _ in 1...7 {
            _ = readiness.ask(0)
            let taken = readiness.admit(at: now)
            #expect(taken == (rests.isEmpty ? .on : .trial))
            readiness.gaveBack(Trouble(since: now, isDatabase: false, needs: [.exchange]), at: now)
            rests.append((readiness.askTime(now: now) ?? now) - now)
            now += rests.last ?? .zero
        }
        #expect(rests == [0, 60, 120, 240, 480, 600, 600].map { .seconds($0) })
    }

    @Test("After a return for which others were settled, as many as before are taken: one that is stuck must not hold them up")
    func mixed() {
        var readiness = Readiness()
        let now = ContinuousClock.now
        _ = readiness.ask(0)
        _ = readiness.admit(at: now)
        let isNew = readiness.settled()
        #expect(!isNew)
        readiness.gaveBack(Trouble(since: now, isDatabase: false, needs: [.exchange]), at: now)
        _ = readiness.ask(0)
        let taken = readiness.admit(at: now)
        #expect(taken == .on)
    }

    @Test("After a process that did not stop in order few are taken until one is settled")
    func careful() {
        var harness = MachineHarness(answering: false)
        harness.machine.beCareful()
        harness.answerQuestions()
        #expect(harness.taken == [MachineHarness.updated: .trial, MachineHarness.invalidated: .trial])
        harness.subscribe(MachineHarness.updated, 1)
        harness.receive("a")
        harness.reply(.written)
        #expect(harness.taken == [MachineHarness.updated: .on, MachineHarness.invalidated: .trial])
    }
}

@Suite("Deliveries near the limit of their queue")
struct DeliveryLimitTests {
    @Test("They are counted each, and told when the count rises; a first delivery is not even looked at")
    func told() {
        var harness = MachineHarness()
        harness.machine.countedReturns = { $0.redelivered ? $0.bodyBytes : 1000 }
        harness.receive("a", bodyBytes: 30)
        for returns in [14, 15, 15, 17] {
            harness.receive(bodies: String(repeating: "x", count: returns), redelivered: true)
        }
        #expect(harness.machine.processors[0].counters.nearLimit == 3)
        let told = harness.notes.compactMap { if case .nearLimit(_, let returns, 20) = $0 { returns } else { nil } }
        #expect(told == [15, 17])
    }

    @Test("In an outage they are kept instead of returned, and nothing is parked; afterwards everything resumes")
    func kept() {
        var harness = Self.harness(returns: DeliveryLimit.assumed - 1)
        hold(&harness)
        #expect(harness.taken[MachineHarness.updated] == .kept)
        #expect(harness.parks.isEmpty)
        harness.advanceToNextWake()
        while harness.writes.isEmpty { harness.advanceToNextWake() }
        harness.reply(.written)
        #expect(harness.taken[MachineHarness.updated] == .on)
        #expect(harness.acknowledgedKinds == [.through(1)])
    }

    @Test("On its last delivery a message is parked rather than lost, even in an outage")
    func last() throws {
        var harness = Self.harness(returns: DeliveryLimit.assumed)
        hold(&harness)
        #expect(harness.taken[MachineHarness.updated] == .on)
        #expect(try #require(harness.parks.first?.first).refusal.reason == .deliveryLimit)
        harness.confirmParking()
        #expect(harness.acknowledgedKinds == [.through(1)])
        #expect(harness.machine.isIdle)
    }

    @Test("Stopped in an outage, only a last delivery is parked; what has some left is returned")
    func stop() {
        for (returns, isParked) in [(DeliveryLimit.assumed - 1, false), (DeliveryLimit.assumed, true)] {
            var harness = Self.harness(returns: returns)
            harness.part(with: MachineHarness.updated)
            #expect(harness.parks.isEmpty != isParked)
        }
    }

    @Test("A last delivery that is in flight when the service stops is parked when its write fails")
    func stopInFlight() {
        var harness = MachineHarness()
        harness.machine.countedReturns = { _ in DeliveryLimit.assumed }
        harness.receive("a", redelivered: true)
        harness.part(with: MachineHarness.updated)
        #expect(harness.parks.isEmpty)
        harness.fail(.outage(away))
        #expect(harness.parks.count == 1)
    }

    @Test(
        "One whose letter is on its way is not parked a second time, and later writes of its document wait for that",
        arguments: [true, false])
    func stopWhileParking(isStopped: Bool) throws {
        var harness = MachineHarness()
        harness.machine.countedReturns = { _ in DeliveryLimit.assumed }
        harness.receive("a", redelivered: true)
        harness.receive("a")
        if isStopped { harness.part(with: MachineHarness.updated) }
        harness.reply([.refused(Fault(errorNum: 1620, message: "schema"))])
        if !isStopped { harness.part(with: MachineHarness.updated) }
        #expect(harness.parks.map(\.count) == [1] && harness.writes.isEmpty)
        #expect(harness.parks[0][0].refusal.reason == .refusedByDatabase)
        harness.confirmParking()
        #expect(harness.parks.isEmpty)
        #expect(harness.keysInFlight == [["a"]], "the later one")
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.through(1), .through(2)] && harness.machine.isIdle)
    }

    @Test("What was returned at a stop says nothing of the next channel: a last delivery is written if it can be")
    func partingEnds() {
        var harness = MachineHarness()
        harness.machine.countedReturns = { _ in DeliveryLimit.assumed }
        harness.unsubscribe(MachineHarness.updated, 1)
        harness.part(with: MachineHarness.updated)
        harness.subscribe(MachineHarness.updated, 2)
        harness.receive("a", session: 2, redelivered: true)
        #expect(harness.parks.isEmpty && harness.keysInFlight == [["a"]])
    }

    @Test("What only lacks its onward message is parked with few returns left")
    func untold() throws {
        var harness = try OnwardMessageTests.harness()
        harness.machine.countedReturns = { _ in DeliveryLimit.assumed - DeliveryLimit.margin }
        harness.receive(bodies: OnwardMessageTests.body(1), redelivered: true)
        harness.reply(.written)
        harness.confirmOnward(failing: ["1"], OnwardFailure(.message, "no queue"))
        for _ in 1...10_000 where harness.parks.isEmpty {
            harness.advanceToNextWake()
            while !harness.emits.isEmpty { harness.confirmOnward(failing: ["1"], OnwardFailure(.message, "no queue")) }
        }
        #expect(harness.parks.first?.first?.refusal.reason == .deliveryLimit)
        harness.confirmParking()
        #expect(harness.machine.isIdle)
        #expect(harness.taken[MachineHarness.updated] == .on, "nothing has to go back")
    }

    /// One message is held, which has come back so often, and the database is away.
    private static func harness(returns: Int) -> MachineHarness {
        var harness = MachineHarness()
        harness.machine.countedReturns = { _ in returns }
        harness.receive("a", redelivered: true)
        harness.fail(.outage(away))
        return harness
    }

    private func hold(_ harness: inout MachineHarness) {
        let begin = harness.now
        for _ in 1...10_000 where harness.taken[MachineHarness.updated] == .on && harness.parks.isEmpty {
            harness.advanceToNextWake()
            while !harness.writes.isEmpty { harness.fail(.outage(away)) }
        }
        #expect(harness.now - begin >= .seconds(598))
    }
}
