import Settings
import Testing

@testable import Mapping
@testable import Pipeline

private let away = Fault(message: "cannot connect")
private let noExchange = EmitFailure(.exchange, "no exchange")

@Suite("No delivery is used up without need")
struct ReadinessTests {
    @Test("Nothing is taken before the database has answered once")
    func start() {
        var bench = Bench(answering: false)
        #expect(bench.taken == [Bench.updated: .off, Bench.invalidated: .off])
        bench.answerQuestions(.outage(away))
        #expect(bench.taken == [Bench.updated: .off, Bench.invalidated: .off])
        bench.advanceToNextWake()
        bench.answerProbe(nil)
        bench.answerQuestions()
        #expect(bench.taken == [Bench.updated: .on, Bench.invalidated: .on])
    }

    @Test("What is missing at start is asked for again and again, and told once; others are consumed")
    func missing() {
        var bench = Bench(answering: false)
        bench.lacks = [Bench.updated: "collection companies is missing"]
        bench.answerQuestions(.outage(away))
        bench.advanceToNextWake()
        bench.answerProbe(nil)
        #expect(bench.taken == [Bench.updated: .off, Bench.invalidated: .on])
        for _ in 1...10 { bench.advanceToNextWake() }
        #expect(bench.notes.count { if case .notReady(_, _, _, true) = $0 { true } else { false } } == 1)
        #expect(bench.notes.count { if case .notReady = $0 { true } else { false } } == 11)
        bench.lacks = [:]
        bench.advanceToNextWake()
        #expect(bench.taken[Bench.updated] == .on)
    }

    @Test("Returned by RabbitMQ during an outage, deliveries are not taken again before the database answers, and then few of them")
    func returnedByBroker() {
        var bench = Bench()
        bench.receive("a")
        bench.fail(.outage(away))
        bench.unsubscribe(Bench.updated)
        #expect(bench.taken == [Bench.updated: .off, Bench.invalidated: .on])
        for _ in 1...20 {
            bench.advanceToNextWake()
            if bench.probes > 0 { bench.answerProbe(.outage(away)) }
        }
        #expect(!bench.consuming)
        bench.advanceToNextWake()
        bench.answerProbe(nil)
        #expect(bench.taken[Bench.updated] == .trial)
        bench.subscribe(Bench.updated, 2)
        bench.receive("a", session: 2)
        bench.reply(.written)
        #expect(bench.taken[Bench.updated] == .on)
    }

    @Test("A lost channel without any trouble costs a question, and the whole prefetch is taken again")
    func lost() {
        var bench = Bench()
        bench.lacks = nil
        bench.receive("a")
        bench.unsubscribe(Bench.updated)
        #expect(!bench.consuming)
        bench.answerQuestions()
        #expect(bench.taken[Bench.updated] == .on)
    }

    @Test("While the exchange is missing nothing is taken again, for as long as it lasts; other processors go on")
    func missingExchange() throws {
        var bench = try EmissionTests.bench()
        bench.receive(bodies: EmissionTests.body(1))
        bench.reply(.written)
        bench.confirmEmission(failing: ["1"], noExchange)
        bench.lacks = [Bench.updated: "no exchange"]
        var (subscriptions, session) = (1, UInt64(1))
        let end = bench.now + .seconds(24 * 3600)
        while bench.now < end {
            bench.advanceToNextWake()
            while !bench.emits.isEmpty { bench.confirmEmission(failing: ["1"], noExchange) }
            if !bench.consuming { bench.unsubscribe(Bench.updated, SessionID(rawValue: session)) }
            guard bench.consuming, bench.machine.processors[Bench.updated].session == nil else { continue }
            (subscriptions, session) = (subscriptions + 1, session + 1)
            bench.subscribe(Bench.updated, SessionID(rawValue: session))
            bench.receive(bodies: EmissionTests.body(1), session: SessionID(rawValue: session), redelivered: true)
            bench.reply(.stale)
        }
        #expect(subscriptions == 1)
        #expect(bench.taken[Bench.invalidated] == .on)
        bench.lacks = [:]
        bench.advanceToNextWake()
        #expect(bench.taken[Bench.updated] == .trial)
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
        var bench = Bench(answering: false)
        bench.machine.beCareful()
        bench.answerQuestions()
        #expect(bench.taken == [Bench.updated: .trial, Bench.invalidated: .trial])
        bench.subscribe(Bench.updated, 1)
        bench.receive("a")
        bench.reply(.written)
        #expect(bench.taken == [Bench.updated: .on, Bench.invalidated: .trial])
    }
}

@Suite("Deliveries near the limit of their queue")
struct DeliveryLimitTests {
    @Test("They are counted each, and told when the count rises; a first delivery is not even looked at")
    func told() {
        var bench = Bench()
        bench.machine.countedReturns = { $0.redelivered ? $0.bodyBytes : 1000 }
        bench.receive("a", bodyBytes: 30)
        for returns in [14, 15, 15, 17] {
            bench.receive(bodies: String(repeating: "x", count: returns), redelivered: true)
        }
        #expect(bench.machine.processors[0].counters.nearLimit == 3)
        let told = bench.notes.compactMap { if case .nearLimit(_, let returns, 20) = $0 { returns } else { nil } }
        #expect(told == [15, 17])
    }

    @Test("In an outage they are kept instead of returned, and nothing is parked; when it is over all goes on")
    func kept() {
        var bench = Self.bench(returns: DeliveryLimit.assumed - 1)
        hold(&bench)
        #expect(bench.taken[Bench.updated] == .kept)
        #expect(bench.parks.isEmpty)
        bench.advanceToNextWake()
        while bench.writes.isEmpty { bench.advanceToNextWake() }
        bench.reply(.written)
        #expect(bench.taken[Bench.updated] == .on)
        #expect(bench.acknowledgedKinds == [.through(1)])
    }

    @Test("On its last delivery a message is parked rather than lost, even in an outage")
    func last() throws {
        var bench = Self.bench(returns: DeliveryLimit.assumed)
        hold(&bench)
        #expect(bench.taken[Bench.updated] == .on)
        #expect(try #require(bench.parks.first?.first).refusal.reason == .deliveryLimit)
        bench.confirmParking()
        #expect(bench.acknowledgedKinds == [.through(1)])
        #expect(bench.machine.isIdle)
    }

    @Test("Stopped in an outage, only a last delivery is parked; what has some left is returned")
    func stop() {
        for (returns, isParked) in [(DeliveryLimit.assumed - 1, false), (DeliveryLimit.assumed, true)] {
            var bench = Self.bench(returns: returns)
            bench.part(with: Bench.updated)
            #expect(bench.parks.isEmpty != isParked)
        }
    }

    @Test("A last delivery that is in flight when the service stops is parked when its write fails")
    func stopInFlight() {
        var bench = Bench()
        bench.machine.countedReturns = { _ in DeliveryLimit.assumed }
        bench.receive("a", redelivered: true)
        bench.part(with: Bench.updated)
        #expect(bench.parks.isEmpty)
        bench.fail(.outage(away))
        #expect(bench.parks.count == 1)
    }

    @Test("What only lacks its onward message is parked with few returns left")
    func untold() throws {
        var bench = try EmissionTests.bench()
        bench.machine.countedReturns = { _ in DeliveryLimit.assumed - DeliveryLimit.margin }
        bench.receive(bodies: EmissionTests.body(1), redelivered: true)
        bench.reply(.written)
        bench.confirmEmission(failing: ["1"], EmitFailure(.message, "no queue"))
        for _ in 1...10_000 where bench.parks.isEmpty {
            bench.advanceToNextWake()
            while !bench.emits.isEmpty { bench.confirmEmission(failing: ["1"], EmitFailure(.message, "no queue")) }
        }
        #expect(bench.parks.first?.first?.refusal.reason == .deliveryLimit)
        bench.confirmParking()
        #expect(bench.machine.isIdle)
        #expect(bench.taken[Bench.updated] == .on, "nothing has to go back")
    }

    /// One message is held, which has come back so often, and the database is away.
    private static func bench(returns: Int) -> Bench {
        var bench = Bench()
        bench.machine.countedReturns = { _ in returns }
        bench.receive("a", redelivered: true)
        bench.fail(.outage(away))
        return bench
    }

    private func hold(_ bench: inout Bench) {
        let begin = bench.now
        for _ in 1...10_000 where bench.taken[Bench.updated] == .on && bench.parks.isEmpty {
            bench.advanceToNextWake()
            while !bench.writes.isEmpty { bench.fail(.outage(away)) }
        }
        #expect(bench.now - begin >= .seconds(598))
    }
}
