import Broker
import ControlMessages
import ControlServer
import FoundationEssentials
import Messages
import Pipeline
import Settings
import Testing

@testable import Service
@testable import Store

@Suite("What status shows") struct StatusBoardTests {
    private var clock = TestClock()
    private var service: ServiceState

    init() {
        var settings = Settings()
        settings.processors = ["updated", "sync"].map {
            ProcessorSettings(name: $0, queue: "company.\($0)", operation: .update, collection: "companies", key: JSONPointer())
        }
        settings.rabbitmq.prefetch = 10
        service = ServiceState(settings: settings, at: clock.now)
    }

    private var states: [ProcessorStatus.State] { [service.state(of: 0).state, service.state(of: 1).state] }

    private mutating func consume() {
        service.learn(.connected(endpoint: "rabbit:5672", version: "3.10.8"), at: clock.now)
        for index: SubscriptionID in 0...1 { service.learn(.subscribed(index, SessionID(rawValue: 1)), at: clock.now) }
    }

    /// What the pipeline cannot do from now on: nothing but what `change` says.
    private mutating func fail(_ change: (inout StandingFaults, ContinuousClock.Instant) -> Void) {
        var faults = StandingFaults()
        faults.processors = [.init(), .init()]
        change(&faults, clock.now.instant)
        service.learn(faults, at: clock.now)
    }

    private mutating func sample(received: Int, written: Int, held: Int) {
        var counters = Counters()
        (counters.received, counters.written) = (received, written)
        service.sample([counters, Counters()], [Holding(count: held, oldest: held > 0 ? .seconds(1) : nil), Holding()], at: clock.now)
    }

    @Test("A processor subscribes, consumes, and stays in that state since then") mutating func consuming() {
        #expect(states == [.subscribing, .subscribing])
        clock.pass(.seconds(2))
        consume()
        #expect(states == [.consuming, .consuming])
        let since = service.state(of: 0).since.wall
        clock.pass(.seconds(60))
        sample(received: 5, written: 5, held: 0)
        #expect(service.state(of: 0).since.wall == since)
        #expect(service.health(at: clock.now).status == .healthy)
    }

    @Test("A missing queue is a failure of that processor alone, and says what is missing") mutating func failed() {
        service.learn(.connected(endpoint: "rabbit:5672", version: nil), at: clock.now)
        service.learn(.subscribed(0, SessionID(rawValue: 1)), at: clock.now)
        let error = BrokerError(.channelClosed(code: 404, text: "NOT_FOUND - no queue"), endpoint: "rabbit:5672", queue: "company.sync")
        service.learn(.subscribeFailed(1, error, retryIn: .seconds(1)), at: clock.now)
        #expect(states == [.consuming, .failed])
        #expect(service.reason(of: 1)?.contains("NOT_FOUND") == true)
        #expect(service.health(at: clock.now).reasons == ["sync cannot consume company.sync: \(error.explanation)"])
    }

    @Test("A rejected message that comes back makes it unhealthy, with the remedy, until none has come back for a while")
    mutating func circle() {
        consume()
        let delivery = Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil, bytes: [],
            bodyBytes: 0)
        let refusal = Refusal(.notJSON, "byte 0")
        service.learn(.rejectedInCircle(1, delivery, refusal, turns: 7, nextIn: .seconds(16), isNew: true), at: clock.now)
        #expect(states == [.consuming, .consuming])
        let reasons = service.health(at: clock.now).reasons
        #expect(reasons.count == 1 && reasons[0].contains("company.sync") && reasons[0].contains("7 times"))
        #expect(reasons.first?.contains("[dead_letter] enabled = true") == true)
        clock.pass(.seconds(119))
        #expect(!service.health(at: clock.now).reasons.isEmpty)
        clock.pass(.seconds(2))
        #expect(service.health(at: clock.now).reasons == [])
    }

    @Test("RabbitMQ away: both subscribe again, and health names the endpoint") mutating func brokerAway() {
        consume()
        service.learn(.waiting(BrokerError(.heartbeatMissed, endpoint: "rabbit-2:5672"), retryIn: .seconds(1)), at: clock.now)
        #expect(states == [.subscribing, .subscribing])
        #expect(service.health(at: clock.now).reasons.first?.hasPrefix("RabbitMQ rabbit-2:5672: ") == true)
    }

    @Test("ArangoDB away: an outage of all; a collection that takes nothing: of those that write it") mutating func outage() {
        consume()
        fail { $0.database = StandingFault("connection refused", since: $1) }
        #expect(states == [.outage, .outage])
        #expect(service.health(at: clock.now).reasons == ["ArangoDB: connection refused"])
        fail { _, _ in }
        #expect(states == [.consuming, .consuming])
        #expect(service.health(at: clock.now).status == .healthy)
        fail { $0.collections = [Exact("companies"): StandingFault("not found", since: $1)] }
        #expect(states == [.outage, .outage])
        #expect(service.health(at: clock.now).reasons == ["collection companies takes no writes: not found"])
        fail { _, _ in }
        #expect(service.health(at: clock.now).status == .healthy)
    }

    @Test(
        "What keeps ArangoDB from letting Warren in is known before RabbitMQ is asked: the remedy stands with it, and RabbitMQ does not connect",
        arguments: [
            (
                Fault(status: 401, message: "not authorized"),
                "not authorized (HTTP 401). Check [arangodb] username, and its password or token"
            ),
            (
                Fault(message: "no connection to http://db:8529: refused"),
                "no connection to http://db:8529: refused. Check [arangodb] endpoints, and that ArangoDB runs and its port is open"
            ),
            (
                Fault(errorNum: 1228, status: 404, message: "database not found"),
                "database not found (errorNum 1228, HTTP 404). Create the database with `warren provision`, or check [arangodb] database"
            ),
        ])
    mutating func notLetIn(fault: Fault, text: String) {
        service.learn(.failure(.configuration(fault)), at: clock.now)
        #expect(states == [.outage, .outage])
        #expect(service.reason(of: 0) == "ArangoDB: \(text)")
        #expect(service.health(at: clock.now).reasons == ["ArangoDB: \(text)"])
        var coordinator = CoordinatorReport(endpoint: "http://db:8529")
        coordinator.lastAnswer = clock.now.instant
        let servers = servers(coordinator)
        #expect(servers.map(\.state) == [.unknown, .away])
        #expect(servers.map(\.reason) == ["not connected before ArangoDB has answered", text])
        service.learn(.success(.hidden(Fault(message: "no"))), at: clock.now)
        service.beginConnecting(at: clock.now)
        #expect(self.servers(coordinator).map(\.state) == [.connecting, .up])
        #expect(states == [.subscribing, .subscribing])
    }

    @Test("A server that says nothing at the start is named after a second, and is no reason to be healthy") mutating func silent() {
        #expect(service.health(at: clock.now).status == .healthy)
        #expect(service.reason(of: 0)?.hasPrefix("ArangoDB ") == true)
        clock.pass(.seconds(2))
        #expect(
            service.health(at: clock.now).reasons == [
                "ArangoDB http://127.0.0.1:8529 has not answered yet, and nothing is consumed before"
            ])
        service.learn(.success(.hidden(Fault(message: "no"))), at: clock.now)
        service.beginConnecting(at: clock.now)
        #expect(service.health(at: clock.now).status == .healthy)
        clock.pass(.seconds(2))
        #expect(service.health(at: clock.now).reasons == ["RabbitMQ 127.0.0.1:5672 has not answered yet"])
        consume()
        #expect(service.health(at: clock.now).status == .healthy)
        #expect(service.reason(of: 0) == nil)
    }

    @Test("Who waits for RabbitMQ is told what the log tells, with the remedy") mutating func brokerRemedy() {
        let error = BrokerError(.accessRefused("ACCESS_REFUSED"), endpoint: "rabbit:5672")
        service.learn(.success(.hidden(Fault(message: "no"))), at: clock.now)
        service.beginConnecting(at: clock.now)
        service.learn(.waiting(error, retryIn: .seconds(1)), at: clock.now)
        #expect(service.reason(of: 0) == "RabbitMQ rabbit:5672: \(error.explanation)")
        #expect(error.explanation.hasSuffix("Check [rabbitmq] username and password, or those in the endpoint"))
        #expect(service.health(at: clock.now).reasons == ["RabbitMQ rabbit:5672: \(error.explanation)"])
    }

    private func servers(_ coordinator: CoordinatorReport) -> [ServerStatus] {
        let context = ServiceState.ReportContext(version: "1", logLevel: "info", coordinators: [coordinator], queueTime: .zero)
        return service.report(context, at: clock.now).servers
    }

    @Test("Dead letters are counted with the time since when there are any; emptied, the time begins anew") mutating func letters() {
        consume()
        #expect(service.status(of: [0], at: clock.now).deadLetters == nil)
        service.learn(.letters(0, ready: 0), at: clock.now)
        #expect(service.status(of: [0], at: clock.now).deadLetters == .init(ready: 0))
        clock.pass(.seconds(30))
        service.learn(.letters(0, ready: 2), at: clock.now)
        clock.pass(.seconds(30))
        service.learn(.letters(0, ready: 5), at: clock.now)
        #expect(service.status(of: [0], at: clock.now).deadLetters == .init(ready: 5, waitingSeconds: 30))
        service.learn(.letters(0, ready: 0), at: clock.now)
        clock.pass(.seconds(10))
        service.learn(.letters(0, ready: 1), at: clock.now)
        #expect(service.status(of: [0], at: clock.now).deadLetters == .init(ready: 1, waitingSeconds: 0))
    }

    @Test("Messages are ready and none is delivered for a while: degraded, and the queue is named") mutating func notSupplied() {
        consume()
        service.learn(.depth(0, QueueDepth(messages: 12, consumers: 1)), at: clock.now)
        #expect(service.health(at: clock.now).status == .healthy)
        clock.pass(ServiceState.supplyTime + .seconds(1))
        #expect(service.health(at: clock.now).reasons == ["12 messages are ready in company.updated, none was delivered for 16 s"])
        sample(received: 1, written: 0, held: 1)
        #expect(service.health(at: clock.now).status == .healthy)
    }

    @Test("A full window is no fault of RabbitMQ's; but nothing settled for a minute is one of ours") mutating func notProgressing() {
        consume()
        sample(received: 10, written: 0, held: 10)
        service.learn(.depth(0, QueueDepth(messages: 12, consumers: 1)), at: clock.now)
        clock.pass(.seconds(30))
        #expect(service.health(at: clock.now).status == .healthy)
        clock.pass(.seconds(31))
        #expect(service.health(at: clock.now).reasons == ["updated holds 10 messages of company.updated, none was settled for 61 s"])
        sample(received: 10, written: 1, held: 9)
        #expect(service.health(at: clock.now).status == .healthy)
    }

    @Test("Standing by while another consumer has the queue to itself is healthy; without another consumer it is not")
    mutating func standby() {
        consume()
        service.learn(.unproven(0, ready: 5), at: clock.now)
        service.learn(.depth(0, QueueDepth(messages: 5, consumers: 2)), at: clock.now)
        clock.pass(.seconds(60))
        #expect(states == [.standby, .consuming])
        #expect(service.health(at: clock.now).status == .healthy)
        service.learn(.depth(0, QueueDepth(messages: 5, consumers: 1)), at: clock.now)
        #expect(service.health(at: clock.now).status == .degraded)
        sample(received: 1, written: 1, held: 0)
        #expect(states == [.consuming, .consuming])
    }

    @Test("What an administrator wants comes first, and is healthy") mutating func paused() {
        consume()
        let request = PauseRequest(uid: 1000, reason: "why")
        let pauses = ["updated": Pause(.draining, since: clock.now, request: request), "sync": Pause(.paused, since: clock.now)]
        clock.pass(.seconds(1))
        service.set(pauses, at: clock.now)
        #expect(states == [.draining, .paused])
        #expect(service.state(of: 0).since == pauses["updated"]?.since)
        #expect(service.reason(of: 0) == "paused by uid 1000: why")
        #expect(service.reason(of: 1) == "paused by Warren")
        let status = service.status(of: [0])
        #expect(status.pause == PauseReport(since: request.at, uid: 1000, reason: "why", survivesRestart: false))
        clock.pass(.seconds(600))
        service.learn(.depth(1, QueueDepth(messages: 9, consumers: 0)), at: clock.now)
        #expect(service.health(at: clock.now).status == .healthy)
    }

    @Test("A pause that Warren assumes, because it cannot read which there were, makes it degraded until it is resumed")
    mutating func assumedPause() {
        consume()
        service.pausesSurviveRestart = true
        let request = PauseRequest(reason: "the record is no record", origin: .unreadableRecord)
        service.set(["sync": Pause(.paused, since: clock.now, request: request)], at: clock.now)
        #expect(
            service.health(at: clock.now).reasons == [
                "sync is paused by Warren: the record is no record. `warren resume sync` ends the pause"
            ])
        #expect(service.status(of: [1]).pause?.survivesRestart == true)
        service.set([:], at: clock.now)
        #expect(service.health(at: clock.now).status == .healthy)
    }

    @Test("Dead letters that cannot be published are a fault as long as some wait, whichever instance parks them at last")
    mutating func parking() {
        consume()
        fail { $0.processors[0].parking = StandingFault("no route", since: $1) }
        clock.pass(.seconds(5))
        #expect(service.health(at: clock.now).reasons == ["updated cannot park since 5 s: no route"])
        fail { _, _ in }
        #expect(service.health(at: clock.now).status == .healthy)
        fail { faults, _ in faults.processors[1].setAside = .init(count: 2, text: "too large") }
        #expect(
            service.health(at: clock.now).reasons == [
                "sync has set 2 messages of company.sync aside that can neither be written nor parked: too large"
            ])
        fail { _, _ in }
        #expect(service.health(at: clock.now).status == .healthy)
    }

    @Test("A processor that is not subscribed because something is missing has an outage, until it is subscribed") mutating func notReady()
    {
        consume()
        service.learn(.unsubscribed(1, SessionID(rawValue: 1), nil), at: clock.now)
        fail { $0.processors[1].notReady = StandingFault("no exchange", since: $1) }
        clock.pass(.seconds(3))
        #expect(states == [.consuming, .outage])
        #expect(service.health(at: clock.now).reasons == ["sync does not consume company.sync since 3 s: no exchange"])
        service.learn(.subscribed(1, SessionID(rawValue: 2)), at: clock.now)
        #expect(states == [.consuming, .consuming])
        #expect(service.health(at: clock.now).status == .healthy, "before the next look at the pipeline")
    }

    @Test("Another engine brings another state: nothing that kept the one before from working is left of it") mutating func otherEngine() {
        consume()
        sample(received: 100, written: 100, held: 3)
        service.learn(.depth(0, QueueDepth(messages: 12, consumers: 1)), at: clock.now)
        let refused = BrokerError(.channelClosed(code: 403, text: "ACCESS_REFUSED"), endpoint: "rabbit:5672", queue: "company.sync")
        service.learn(.subscribeFailed(1, refused, retryIn: .seconds(1)), at: clock.now)
        fail {
            $0.database = StandingFault("401 not authorized", since: $1)
            $0.collections = [Exact("companies"): StandingFault("not found", since: $1)]
            $0.processors[0].parking = StandingFault("refused", since: $1)
            $0.processors[0].onward = StandingFault("refused", since: $1)
            $0.processors[1].notReady = StandingFault("missing", since: $1)
            $0.processors[1].setAside = .init(count: 1, text: "too large")
        }
        service.learn(.waiting(BrokerError(.heartbeatMissed, endpoint: "rabbit:5672"), retryIn: .seconds(1)), at: clock.now)
        #expect(service.health(at: clock.now).reasons.count >= 6)
        clock.pass(.seconds(100))
        service.begin(SubscriptionTable(service.settings), at: clock.now)
        #expect(service.health(at: clock.now).reasons == [])
        #expect(states == [.subscribing, .subscribing])
        #expect(service.statusLine == "connecting")
        consume()
        fail { _, _ in }
        #expect(states == [.consuming, .consuming])
        #expect(service.health(at: clock.now).reasons == [])
        #expect(service.statusLine == "consuming 2 queues; idle")
        #expect(service.processors[0].counters.written == 100, "what was counted stays")
    }

    @Test("A processor that a reload removes leaves nothing behind, and the others keep what is known of them") mutating func removed() {
        consume()
        fail {
            $0.processors[0].onward = StandingFault("no exchange", since: $1)
            $0.processors[1].onward = StandingFault("no queue", since: $1)
        }
        var (table, settings) = (SubscriptionTable(service.settings), service.settings)
        settings.processors.removeFirst()
        table.adopt(settings, staying: ["sync"], vacancies: [])
        service.adopt(table, at: clock.now)
        #expect(service.subscriptions == [1])
        #expect(service.health(at: clock.now).reasons == ["sync cannot publish onward messages since 0 s: no queue"])
        #expect(service.statusLine == "consuming 1 queue; idle; sync cannot publish onward messages: no queue")
    }

    @Test("The rate is what was settled in the last seconds, and falls to nothing") mutating func rate() {
        consume()
        for second in 0...20 {
            sample(received: second * 100, written: second * 100, held: 0)
            clock.pass(.seconds(1))
        }
        #expect(service.processors[0].rate == 100)
        for _ in 0...20 {
            sample(received: 2000, written: 2000, held: 0)
            clock.pass(.seconds(1))
        }
        #expect(service.processors[0].rate == 0)
    }
}

/// A clock that is set forward by hand.
struct TestClock {
    private(set) var now = ClockReading(instant: .now, wall: Timestamp(Date(timeIntervalSince1970: 1_000_000)))

    mutating func pass(_ time: Duration) {
        now.instant += time
        now.wall = Timestamp(now.wall.date.addingTimeInterval(time / .seconds(1)))
    }
}
