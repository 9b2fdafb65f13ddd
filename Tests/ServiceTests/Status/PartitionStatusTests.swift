import Broker
import Control
import Mapping
import Pipeline
import Settings
import Testing

@testable import Service

@Suite("What status shows of partitions") struct PartitionStatusTests {
    private var clock = TestClock()
    private var board: StatusBoard

    init() { self.init(nil) }

    private init(_ queueType: QueueType?) {
        var settings = Settings()
        settings.processors = [ProcessorSettings(name: "p", queue: "q", operation: .update, collection: "c", key: JSONPointer())]
        settings.processors[0].partitions = 4
        settings.processors[0].queueType = queueType
        board = StatusBoard(settings: settings, at: clock.now)
        board.learn(.connected(endpoint: "rabbit:5672", version: nil), at: clock.now)
        for place in 0..<4 { board.learn(.subscribed(place, SessionID(rawValue: 1)), at: clock.now) }
    }

    private var held: [Int] { board.partitions(of: [0, 1, 2, 3])?.held ?? [] }
    private var state: ProcessorStatus.State { board.state(of: [0, 1, 2, 3]).state }

    private mutating func look(consumers: Int, ready: Int = 0) {
        for place in 0..<4 { board.learn(.depth(place, QueueDepth(messages: ready, consumers: consumers)), at: clock.now) }
    }

    private mutating func receive(_ received: [Int]) {
        let counters = received.map { count in
            var counters = Counters()
            (counters.received, counters.written) = (count, count)
            return counters
        }
        board.sample(counters, received.map { _ in Holding() }, at: clock.now)
    }

    @Test("Who is alone has all of them; who comes later stands by, and is healthy though messages are ready")
    mutating func standby() {
        #expect(state == .standby && held == [])
        look(consumers: 1)
        #expect(state == .consuming && held == [0, 1, 2, 3])
        // Another one has come: what we have we keep.
        look(consumers: 2)
        #expect(held == [0, 1, 2, 3])
        for place in 0..<4 {
            board.learn(.unsubscribed(place, SessionID(rawValue: 1), nil), at: clock.now)
            board.learn(.subscribed(place, SessionID(rawValue: 2)), at: clock.now)
        }
        look(consumers: 2, ready: 500)
        clock.pass(.seconds(60))
        look(consumers: 2, ready: 500)
        #expect(state == .standby && held == [])
        #expect(board.health(at: clock.now).status == .healthy)
    }

    @Test("A delivery tells which partition is ours; the processor counts all of them together")
    mutating func some() throws {
        look(consumers: 3)
        receive([5, 0, 0, 2])
        #expect(state == .consuming && held == [0, 3])
        let status = board.status(of: [0, 1, 2, 3])
        #expect(status.partitions == ProcessorStatus.Partitions(count: 4, held: [0, 3], consumers: 3))
        #expect(status.totals.received == 7 && status.queue == "q")
        #expect(StatusText.lines(status, at: clock.now.wall).contains { $0.contains("2 of 4 (0,3), with 3 consumers each") })
    }

    // Measured with RabbitMQ 3.10.8: a classic queue with two consumers, one of them active, counts 2, a quorum queue 1.
    @Test("Of a quorum queue no look tells who waits: only deliveries make a partition ours, and standing by is healthy")
    func quorum() {
        var status = Self(.quorum)
        status.look(consumers: 1)
        #expect(status.held == [])
        status.receive([5, 0, 0, 2])
        #expect(status.held == [0, 3])
        #expect(status.board.partitions(of: [0, 1, 2, 3])?.consumers == nil)
        status.look(consumers: 1, ready: 500)
        status.clock.pass(.seconds(60))
        status.look(consumers: 1, ready: 500)
        #expect(status.held == [] && status.state == .standby)
        #expect(status.board.health(at: status.clock.now).status == .healthy)
    }

    @Test("Messages that are ready and not delivered to the only consumer are a fault")
    mutating func stall() {
        look(consumers: 1, ready: 3)
        clock.pass(.seconds(20))
        look(consumers: 1, ready: 3)
        #expect(board.health(at: clock.now).reasons.first?.contains("3 messages are ready in q.0") == true)
    }

    @Test("A partition that cannot be consumed is a failure, whatever the others do")
    mutating func failed() {
        look(consumers: 1)
        let error = BrokerError(.channelClosed(code: 404, text: "NOT_FOUND - no queue 'q.2'"), endpoint: "rabbit:5672", queue: "q.2")
        board.learn(.unsubscribed(2, SessionID(rawValue: 1), error), at: clock.now)
        board.learn(.subscribeFailed(2, error, retryIn: .seconds(1)), at: clock.now)
        #expect(state == .failed && held == [0, 1, 3])
        #expect(board.health(at: clock.now).reasons == ["p cannot consume q.2: \(error.explanation)"])
    }
}
