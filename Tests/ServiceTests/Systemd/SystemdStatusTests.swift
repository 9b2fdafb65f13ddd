import Broker
import Mapping
import Pipeline
import Store
import Testing

@testable import Service

@Suite("STATUS, in words")
struct StatusFactsTests {
    private let refused = BrokerError(.unreachable("connection refused"), endpoint: "mq-1:5672")
    private let fault = Fault(message: "no connection to http://arango-1:8529: connection refused")
    private let version = ServerVersion(major: 3, minor: 12, patch: 4)
    private let session = SessionID(rawValue: 1)

    private func facts(_ events: ConsumerEvent..., names: [String] = ["updated", "sync"]) -> SystemdStatus {
        var facts = SystemdStatus(processors: Dictionary(uniqueKeysWithValues: zip(names.indices, names)))
        for event in events { facts.learn(event) }
        return facts
    }

    @Test("At first it connects")
    func start() {
        #expect(facts().text == "connecting")
    }

    @Test("All is well: queues, rate, and what the database answers")
    func good() {
        var facts = facts(.connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), .subscribed(1, session))
        facts.learn(.success(version))
        #expect(facts.text == "consuming 2 queues; idle; ArangoDB 3.12.4 answers")
        facts.rate = 1204
        #expect(facts.text == "consuming 2 queues; 1,204 messages/s; ArangoDB 3.12.4 answers")
    }

    @Test("RabbitMQ is away")
    func brokerAway() {
        var facts = facts(
            .connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), .waiting(refused, retryIn: .seconds(1)))
        facts.learn(.success(version))
        #expect(facts.text == "waiting for RabbitMQ at mq-1:5672: cannot connect: connection refused; ArangoDB 3.12.4 answers")
    }

    @Test("ArangoDB is away at the start, so nothing is consumed yet")
    func databaseAwayAtStart() {
        var facts = facts()
        facts.learn(.failure(.outage(fault)))
        #expect(
            facts.text == "waiting for ArangoDB before anything is consumed: no connection to http://arango-1:8529: connection refused")
    }

    @Test("ArangoDB goes away later, and comes back")
    func databaseAway() {
        var facts = facts(.connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), .subscribed(1, session))
        facts.learn(.success(version))
        facts.learn(.databaseLost(fault))
        facts.held = 1000
        #expect(
            facts.text
                == "consuming 2 queues; idle; ArangoDB is away, holding 1,000 messages: no connection to http://arango-1:8529: connection refused"
        )
        facts.learn(.databaseBack(after: .seconds(3)))
        #expect(facts.text == "consuming 2 queues; idle; ArangoDB 3.12.4 answers")
    }

    @Test("Processors that are paused or drained are named, whatever else there is to say")
    func paused() {
        var facts = facts(
            .connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), .subscribed(1, session),
            names: ["updated", "sync", "invalidated"])
        facts.learn(.success(version))
        facts.pauses = ["invalidated": .paused]
        #expect(facts.text == "consuming 2 of 3 queues; idle; paused: invalidated; ArangoDB 3.12.4 answers")
        facts.pauses = ["sync": .draining, "invalidated": .paused, "updated": .paused]
        #expect(facts.text == "consuming 2 of 3 queues; idle; draining: sync; paused: invalidated, updated; ArangoDB 3.12.4 answers")
        facts.learn(.waiting(refused, retryIn: .seconds(1)))
        facts.pauses = ["sync": .paused]
        #expect(
            facts.text == "waiting for RabbitMQ at mq-1:5672: cannot connect: connection refused; paused: sync; ArangoDB 3.12.4 answers")
        facts.pauses = [:]
        #expect(!facts.text.contains("paused"))
    }

    @Test("A queue that cannot be consumed is named with the reason; the others are counted")
    func missingQueue() {
        let missing = BrokerError(.channelClosed(code: 404, text: "NOT_FOUND"), endpoint: "mq-1:5672", queue: "company.sync")
        let facts = facts(
            .connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session),
            .subscribeFailed(1, missing, retryIn: .seconds(1)))
        #expect(facts.text == "consuming 1 of 2 queues, sync: the broker closed the channel: 404 NOT_FOUND; idle")
    }

    @Test("A collection that takes no writes is named until it does again")
    func lostTarget() {
        var facts = facts(.connected(endpoint: "mq-1:5672", version: "3.10.8"), .subscribed(0, session), names: ["updated"])
        let target = WriteTarget(collection: "companies", mode: .update, versionAttribute: nil)
        facts.learn(.targetLost(target, Fault(errorNum: 1203, message: "collection not found")))
        #expect(facts.text == "consuming 1 queue; idle; companies takes no writes: collection not found (errorNum 1203)")
        facts.learn(.targetBack(target, after: .seconds(1)))
        #expect(facts.text == "consuming 1 queue; idle")
    }

    @Test("It stops, and says how much is left")
    func stopping() {
        var facts = facts(.connected(endpoint: "mq-1:5672", version: "3.10.8"))
        facts.phase = .stopping
        facts.held = 1
        #expect(facts.text == "stopping: finishing 1 message")
        facts.held = 0
        #expect(facts.text == "stopping")
    }
}

@Suite("READY")
struct ConsumingAttemptTests {
    private let refused = BrokerError(.unreachable("connection refused"), endpoint: "mq-1:5672")
    private let session = SessionID(rawValue: 1)

    @Test("Waits until every processor consumes, or cannot")
    func all() {
        var attempt = ConsumingAttempt(processors: 0..<2)
        attempt.learn(.connected(endpoint: "mq-1:5672", version: "3.10.8"))
        attempt.learn(.subscribed(0, session))
        #expect(!attempt.isMade)
        attempt.learn(.subscribeFailed(1, refused, retryIn: .seconds(1)))
        #expect(attempt.isMade)
    }

    @Test("Does not wait for a broker that is known to be away, nor for a database")
    func away() {
        var attempt = ConsumingAttempt(processors: 0..<2)
        attempt.learn(.waiting(refused, retryIn: .zero))
        #expect(attempt.isMade)
        var other = ConsumingAttempt(processors: 0..<2)
        other.databaseIsAway()
        #expect(other.isMade)
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
