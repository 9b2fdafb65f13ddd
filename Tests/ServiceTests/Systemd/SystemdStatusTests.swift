import Broker
import ControlMessages
import ControlServer
import Mapping
import Messages
import Pipeline
import Settings
import Store
import Testing

@testable import Service

@Suite("STATUS, in words")
struct StatusFactsTests {
    private let refused = BrokerError(.unreachable("connection refused"), endpoint: "mq-1:5672")
    private let fault = "no connection to http://arango-1:8529: connection refused"
    private let version = ServerVersion(major: 3, minor: 12, patch: 4)
    private let session = SessionID(rawValue: 1)
    private let clock = TestClock()

    private func facts(_ events: ConsumerEvent..., names: [String] = ["updated", "sync"]) -> ServiceState {
        var settings = Settings()
        settings.processors = names.map {
            ProcessorSettings(name: $0, queue: $0, operation: .update, collection: "companies", key: JSONPointer())
        }
        var facts = ServiceState(settings: settings, at: clock.now)
        for event in events { facts.learn(event, at: clock.now) }
        return facts
    }

    private func failing(_ change: (inout StandingFaults) -> Void) -> StandingFaults {
        var faults = StandingFaults()
        change(&faults)
        return faults
    }

    @Test("At first it connects")
    func start() {
        #expect(facts().statusLine == "connecting")
    }

    @Test("All is well: queues, rate, and what the database answers")
    func good() {
        var facts = facts(.connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), .subscribed(1, session))
        facts.learn(.success(.told(version)), at: clock.now)
        #expect(facts.statusLine == "consuming 2 queues; idle; ArangoDB 3.12.4 answers")
        var (clock, counters) = (clock, Counters())
        for written in [0, 12_040] {
            counters.written = written
            facts.sample([counters, Counters()], [Holding(), Holding()], at: clock.now)
            clock.pass(.seconds(10))
        }
        #expect(facts.statusLine == "consuming 2 queues; 1,204 messages/s; ArangoDB 3.12.4 answers")
    }

    @Test("A database that hides its version answers all the same; another engine's may tell it")
    func hiddenVersion() {
        var facts = facts(.connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), .subscribed(1, session))
        facts.learn(.success(.hidden(Fault(message: "no"))), at: clock.now)
        #expect(facts.statusLine == "consuming 2 queues; idle; ArangoDB answers")
        #expect(facts.isVersionHidden)
        facts.learn(.success(.told(version)), at: clock.now)
        #expect(!facts.isVersionHidden)
    }

    @Test("RabbitMQ is away")
    func brokerAway() {
        var facts = facts(
            .connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), .waiting(refused, retryIn: .seconds(1)))
        facts.learn(.success(.told(version)), at: clock.now)
        #expect(facts.statusLine == "waiting for RabbitMQ at mq-1:5672: cannot connect: connection refused; ArangoDB 3.12.4 answers")
    }

    @Test("ArangoDB is away at the start, so nothing is consumed yet")
    func databaseAwayAtStart() {
        var facts = facts()
        facts.learn(.failure(.outage(Fault(message: fault))), at: clock.now)
        #expect(
            facts.statusLine
                == "waiting for ArangoDB before anything is consumed: no connection to http://arango-1:8529: connection refused")
        facts.learn(.success(.told(version)), at: clock.now)
        #expect(facts.statusLine == "connecting; ArangoDB 3.12.4 answers")
    }

    @Test("ArangoDB goes away later, and comes back")
    func databaseAway() {
        var facts = facts(.connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), .subscribed(1, session))
        facts.learn(.success(.told(version)), at: clock.now)
        facts.learn(failing { $0.database = StandingFault(fault, since: clock.now.instant) }, at: clock.now)
        facts.sample([Counters(), Counters()], [Holding(count: 999), Holding(count: 1)], at: clock.now)
        #expect(
            facts.statusLine
                == "consuming 2 queues; idle; ArangoDB is away, holding 1,000 messages: no connection to http://arango-1:8529: connection refused"
        )
        facts.learn(failing { _ in }, at: clock.now)
        #expect(facts.statusLine == "consuming 2 queues; idle; ArangoDB 3.12.4 answers")
    }

    @Test("Processors that are paused or drained are named, whatever else there is to say")
    func paused() {
        var facts = facts(
            .connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), .subscribed(1, session),
            names: ["updated", "sync", "invalidated"])
        facts.learn(.success(.told(version)), at: clock.now)
        facts.set(["invalidated": Pause(.paused)], at: clock.now)
        #expect(facts.statusLine == "consuming 2 of 3 queues; idle; paused: invalidated; ArangoDB 3.12.4 answers")
        facts.set(["sync": Pause(.draining), "invalidated": Pause(.paused), "updated": Pause(.paused)], at: clock.now)
        #expect(facts.statusLine == "consuming 2 of 3 queues; idle; draining: sync; paused: invalidated, updated; ArangoDB 3.12.4 answers")
        facts.learn(.waiting(refused, retryIn: .seconds(1)), at: clock.now)
        facts.set(["sync": Pause(.paused)], at: clock.now)
        #expect(
            facts.statusLine
                == "waiting for RabbitMQ at mq-1:5672: cannot connect: connection refused; paused: sync; ArangoDB 3.12.4 answers")
        facts.set([:], at: clock.now)
        #expect(!facts.statusLine.contains("paused"))
    }

    @Test("A queue that cannot be consumed is named with the reason; the others are counted")
    func missingQueue() {
        let missing = BrokerError(.channelClosed(code: 404, text: "NOT_FOUND"), endpoint: "mq-1:5672", queue: "company.sync")
        var facts = facts(
            .connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session),
            .subscribeFailed(1, missing, retryIn: .seconds(1)))
        #expect(facts.statusLine == "consuming 1 of 2 queues, sync: the broker closed the channel: 404 NOT_FOUND; idle")
        facts.learn(.subscribed(1, session), at: clock.now)
        facts.learn(.unsubscribed(1, session, missing), at: clock.now)
        #expect(facts.statusLine == "consuming 1 of 2 queues, sync: the broker closed the channel: 404 NOT_FOUND; idle")
        facts.learn(
            failing {
                $0.processors = [.init(), .init()]; $0.processors[1].notReady = StandingFault("no exchange", since: clock.now.instant)
            },
            at: clock.now)
        #expect(facts.statusLine == "consuming 1 of 2 queues, sync: no exchange; idle")
        facts.learn(.subscribed(1, session), at: clock.now)
        #expect(facts.statusLine == "consuming 2 queues; idle")
    }

    @Test("A collection that takes no writes is named until it does again")
    func lostTarget() {
        var facts = facts(.connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), names: ["updated"])
        let fault = StandingFault("\(Fault(errorNum: 1203, message: "collection not found"))", since: clock.now.instant)
        facts.learn(failing { $0.collections = [Exact("companies"): fault] }, at: clock.now)
        #expect(facts.statusLine == "consuming 1 queue; idle; companies takes no writes: collection not found (errorNum 1203)")
        facts.learn(failing { _ in }, at: clock.now)
        #expect(facts.statusLine == "consuming 1 queue; idle")
    }

    @Test("It stops, and says how much is left")
    func stopping() {
        var facts = facts(.connected(endpoint: "mq-1:5672", version: "3.10.8"))
        facts.beginStop()
        facts.sample([Counters(), Counters()], [Holding(count: 1), Holding()], at: clock.now)
        #expect(facts.statusLine == "stopping: finishing 1 message")
        facts.sample([Counters(), Counters()], [Holding(), Holding()], at: clock.now)
        #expect(facts.statusLine == "stopping")
    }
}

@Suite("READY")
struct ConsumingAttemptTests {
    private let refused = BrokerError(.unreachable("connection refused"), endpoint: "mq-1:5672")
    private let session = SessionID(rawValue: 1)
    private let clock = TestClock()

    private var state: ServiceState {
        var settings = Settings()
        settings.processors = ["updated", "sync"].map {
            ProcessorSettings(name: $0, queue: $0, operation: .update, collection: "companies", key: JSONPointer())
        }
        return ServiceState(settings: settings, at: clock.now)
    }

    @Test("Waits until every processor consumes, or cannot")
    func all() {
        var state = state
        state.learn(.connected(endpoint: "mq-1:5672", version: "3.10.8"), at: clock.now)
        state.learn(.subscribed(0, session), at: clock.now)
        #expect(!state.hasAttemptedConsuming)
        state.learn(.subscribeFailed(1, refused, retryIn: .seconds(1)), at: clock.now)
        #expect(state.hasAttemptedConsuming)
        state.learn(.subscribed(1, session), at: clock.now)
        #expect(state.hasAttemptedConsuming)
    }

    @Test("Does not wait for a broker that is known to be away, nor for a database, nor for what a processor lacks")
    func away() {
        var state = state
        state.learn(.waiting(refused, retryIn: .zero), at: clock.now)
        #expect(state.hasAttemptedConsuming)
        var other = self.state
        other.learn(.failure(.outage(Fault(message: "away"))), at: clock.now)
        #expect(other.hasAttemptedConsuming)
        var third = self.state
        var faults = StandingFaults()
        faults.processors = [.init(), .init()]
        for subscription: SubscriptionID in 0...1 {
            faults.processors[subscription].notReady = StandingFault("no collection", since: clock.now.instant)
        }
        third.learn(faults, at: clock.now)
        #expect(third.hasAttemptedConsuming)
    }

    @Test("The tracker lets go of who waits for it, and hears nothing of an engine that is not at work")
    func tracker() async {
        let registry = SubscriptionRegistry(SubscriptionTable(state.settings))
        let tracker = StatusTracker(settings: state.settings, pauses: ProcessorPauses())
        tracker.begin(registry)
        let waiting = Task { await tracker.consumingAttempted() }
        tracker.tell(.waiting(refused, retryIn: .zero), of: SubscriptionRegistry(SubscriptionTable(state.settings)))
        // On a slow machine ArangoDB, which nobody asks here, may count as silent already.
        func reasons() -> [String] { tracker.health.reasons.filter { $0.hasPrefix("RabbitMQ") } }
        #expect(reasons() == [] && tracker.statusLine == "connecting")
        tracker.tell(.waiting(refused, retryIn: .zero), of: registry)
        await waiting.value
        #expect(reasons().count == 1)
    }
}

@Suite("Messages a second")
struct RateWindowTests {
    @Test("Are counted over the window, whatever the distance of the readings")
    func rate() {
        let start = ContinuousClock.now
        var window = RateWindow(length: .seconds(5))
        #expect(window.rate(count: 1000, at: start) == 0)
        #expect(window.rate(count: 1500, at: start + .seconds(1)) == 500)
        #expect(window.rate(count: 1500, at: start + .seconds(5)) == 100)
        #expect(window.rate(count: 1500, at: start + .seconds(6)) == 0)
        #expect(window.rate(count: 2000, at: start + .seconds(11)) == 100)
    }

    @Test("Two readings at the same instant are no reason to divide by nothing")
    func sameInstant() {
        let now = ContinuousClock.now
        var window = RateWindow(length: .seconds(5))
        _ = window.rate(count: 0, at: now)
        #expect(window.rate(count: 5, at: now) == 0)
    }
}
