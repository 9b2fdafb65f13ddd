import Broker
import Commands
import ControlMessages
import Mapping
import Messages
import Pipeline
import Settings
import Testing

@testable import Service

@Suite("What status shows of partitions") struct PartitionStatusTests {
    private var clock = TestClock()
    private var service: ServiceState

    init() { self.init(.classic) }

    /// `type` is what the broker reports.
    private init(_ type: QueueType?) {
        var settings = Settings()
        settings.processors = [ProcessorSettings(name: "p", queue: "q", operation: .update, collection: "c", key: JSONPointer())]
        settings.processors[0].partitions = 4
        service = ServiceState(settings: settings, at: clock.now)
        service.learn(.connected(endpoint: "rabbit:5672", version: nil), at: clock.now)
        for subscription: SubscriptionID in 0..<4 { service.learn(.subscribed(subscription, SessionID(rawValue: 1)), at: clock.now) }
        if let type { service.learn(.types(Dictionary(uniqueKeysWithValues: (0..<4).map { ("q.\($0)", type) })), at: clock.now) }
    }

    private mutating func count(_ instances: Int?) {
        service.learn(.instances(of: "q", instances), at: clock.now)
        clock.pass(.seconds(10))
    }

    private var held: [Int] { service.partitions(of: [0, 1, 2, 3])?.held ?? [] }
    private var state: ProcessorStatus.State { service.state(of: [0, 1, 2, 3]).state }

    private mutating func look(consumers: Int, ready: Int = 0) {
        for subscription: SubscriptionID in 0..<4 {
            service.learn(.depth(subscription, QueueDepth(messages: ready, consumers: consumers)), at: clock.now)
        }
    }

    private mutating func receive(_ received: [Int]) {
        let counters = PerSubscription(received).mapValues { count in
            var counters = Counters()
            (counters.received, counters.written) = (count, count)
            return counters
        }
        service.sample(counters, counters.mapValues { _ in Holding() }, at: clock.now)
    }

    @Test("Who is alone has all of them; who comes later stands by, and is healthy though messages are ready")
    mutating func standby() {
        #expect(state == .standby && held == [])
        look(consumers: 1)
        #expect(state == .consuming && held == [0, 1, 2, 3])
        // Another one has come: what we have we keep.
        look(consumers: 2)
        #expect(held == [0, 1, 2, 3])
        for subscription: SubscriptionID in 0..<4 {
            service.learn(.unsubscribed(subscription, SessionID(rawValue: 1), nil), at: clock.now)
            service.learn(.subscribed(subscription, SessionID(rawValue: 2)), at: clock.now)
        }
        look(consumers: 2, ready: 500)
        clock.pass(.seconds(60))
        look(consumers: 2, ready: 500)
        #expect(state == .standby && held == [])
        #expect(service.health(at: clock.now).status == .healthy)
    }

    @Test("A delivery tells which partition is ours; the processor counts all of them together")
    mutating func some() throws {
        look(consumers: 3)
        receive([5, 0, 0, 2])
        #expect(state == .consuming && held == [0, 3])
        let status = service.status(of: [0, 1, 2, 3])
        #expect(status.partitions == ProcessorStatus.Partitions(count: 4, held: [0, 3], consumers: 3))
        #expect(status.totals.received == 7 && status.queue == "q")
        #expect(StatusText.lines(status, at: clock.now.wall).contains { $0.contains("2 of 4 (0,3), with 3 consumers each") })
    }

    // Measured with RabbitMQ 3.10.8, 4.0.5 and 4.3.6: a classic queue with three consumers, one of them active, counts 3, a quorum queue 1.
    @Test(
        "Of a quorum queue, or one of an unknown type, no look tells who waits: only deliveries make a partition ours, and standing by is healthy",
        arguments: [QueueType.quorum, nil])
    func quorum(type: QueueType?) {
        var status = Self(type)
        status.look(consumers: 1)
        #expect(status.held == [])
        status.receive([5, 0, 0, 2])
        #expect(status.held == [0, 3])
        #expect(status.service.partitions(of: [0, 1, 2, 3])?.consumers == nil)
        status.look(consumers: 1, ready: 500)
        status.clock.pass(.seconds(60))
        status.look(consumers: 1, ready: 500)
        #expect(status.held == [] && status.state == .standby)
        #expect(status.service.health(at: status.clock.now).status == .healthy)
    }

    @Test("Two consumers counted prove that a queue of an unknown type hides none")
    func unknown() {
        var status = Self(nil)
        status.look(consumers: 2)
        #expect(status.service.partitions(of: [0, 1, 2, 3])?.consumers == 2)
    }

    @Test(
        "An idle instance of which nobody can tell whether it is alone is not on standby, claims nothing, and says how instances are counted"
    )
    func uncounted() {
        var status = Self(.quorum)
        status.look(consumers: 1)
        status.clock.pass(.seconds(60))
        status.look(consumers: 1)
        #expect(status.state == .consuming && status.held == [])
        #expect(status.service.health(at: status.clock.now).status == .healthy)
        #expect(status.service.status(of: [0, 1, 2, 3]).reason?.contains("`warren provision` creates q.instances") == true)
    }

    @Test("An idle instance that is counted alone has all partitions; with another one it keeps them, and the other one stands by, healthy")
    func counted() {
        var (first, second) = (Self(.quorum), Self(.quorum))
        first.count(1)
        first.look(consumers: 1)
        #expect(first.state == .consuming && first.held == [0, 1, 2, 3])
        #expect(first.service.status(of: [0, 1, 2, 3]).reason == nil)
        first.count(2)
        first.look(consumers: 1)
        #expect(first.held == [0, 1, 2, 3] && first.service.partitions(of: [0, 1, 2, 3])?.consumers == 2)
        second.count(2)
        second.look(consumers: 1)
        second.clock.pass(.seconds(60))
        second.look(consumers: 1)
        #expect(second.state == .standby && second.held == [])
        #expect(second.service.health(at: second.clock.now).status == .healthy)
    }

    @Test("A new instance is counted a moment later: an instance does not assume at once that it is alone")
    func justCome() {
        var status = Self(.quorum)
        status.service.learn(.instances(of: "q", 1), at: status.clock.now)
        status.look(consumers: 1)
        #expect(status.held == [])
        status.count(2)
        status.look(consumers: 1)
        #expect(status.held == [])
    }

    @Test("Messages that are ready in a quorum partition and not delivered to the only instance are a fault")
    func quorumStall() {
        var status = Self(.quorum)
        status.count(1)
        status.look(consumers: 1, ready: 3)
        status.clock.pass(.seconds(20))
        status.look(consumers: 1, ready: 3)
        #expect(status.service.health(at: status.clock.now).reasons.first?.contains("3 messages are ready in q.0") == true)
    }

    @Test("Only who has a consumer on a partition counts as an instance")
    func consumes() {
        var status = Self(.quorum)
        #expect(status.service.consumesPartition(of: "q") && !status.service.consumesPartition(of: "r"))
        for subscription: SubscriptionID in 0..<4 {
            status.service.learn(.unsubscribed(subscription, SessionID(rawValue: 1), nil), at: status.clock.now)
        }
        #expect(!status.service.consumesPartition(of: "q"))
    }

    @Test("Messages that wait because they cannot be dealt out are a fault, told once")
    func dealing() {
        var status = Self(.quorum)
        status.service.learn(.fault(of: "q", "no exchange"), at: status.clock.now)
        #expect(status.service.health(at: status.clock.now).reasons == ["p: no exchange"])
        status.service.learn(.fault(of: "q", nil), at: status.clock.now)
        #expect(status.service.health(at: status.clock.now).status == .healthy)
    }

    @Test("Messages that are ready and not delivered to the only consumer are a fault")
    mutating func stall() {
        look(consumers: 1, ready: 3)
        clock.pass(.seconds(20))
        look(consumers: 1, ready: 3)
        #expect(service.health(at: clock.now).reasons.first?.contains("3 messages are ready in q.0") == true)
    }

    @Test("A partition that cannot be consumed is a failure, whatever the others do")
    mutating func failed() {
        look(consumers: 1)
        let error = BrokerError(.channelClosed(code: 404, text: "NOT_FOUND - no queue 'q.2'"), endpoint: "rabbit:5672", queue: "q.2")
        service.learn(.unsubscribed(2, SessionID(rawValue: 1), error), at: clock.now)
        service.learn(.subscribeFailed(2, error, retryIn: .seconds(1)), at: clock.now)
        #expect(state == .failed && held == [0, 1, 3])
        #expect(service.health(at: clock.now).reasons == ["p cannot consume q.2: \(error.explanation)"])
    }
}
