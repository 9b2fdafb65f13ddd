import Mapping
import Settings
import Testing

@testable import Pipeline

@Suite("Lanes and batches")
struct BatchingTests {
    @Test("A write leaves at once while a connection is free; there is no linger timer")
    func leavesAtOnce() {
        var bench = Bench()
        bench.receive("a")
        #expect(bench.keysInFlight == [["a"]])
        #expect(bench.machine.nextWake == nil)
    }

    @Test("Writes gather while all connections are busy, and leave together when one returns")
    func gathers() {
        var bench = Bench { $0.arangodb.connections = 1 }
        bench.receive("a")
        bench.receive("b")
        bench.receive("c", "d")
        #expect(bench.keysInFlight == [["a"]])
        bench.reply(.written)
        #expect(bench.keysInFlight == [["b", "c", "d"]])
    }

    @Test("What several queues bring at one moment leaves in one request")
    func severalQueues() {
        var bench = Bench {
            for index in $0.processors.indices { $0.processors[index].key = JSONPointer("/id")! }
        }
        bench.receive(updated: #"{"id":"a"}"#, invalidated: #"{"id":"b"}"#)
        #expect(bench.keysInFlight == [["a", "b"]])
    }

    @Test("A request holds no more documents and bytes than its bounds, and a larger document goes alone")
    func bounds() {
        var bench = Bench {
            $0.arangodb.connections = 10
            $0.batch.documents = 2
        }
        bench.receive("a", "b", "c")
        #expect(bench.keysInFlight == [["a", "b"], ["c"]])

        var small = Bench {
            $0.arangodb.connections = 10
            $0.batch.bytes = 1
        }
        small.receive("a", "b")
        #expect(small.keysInFlight == [["a"], ["b"]])
    }

    @Test("Requests in flight hold no more bytes together than their bound, and a message larger than that goes by itself")
    func bytesInFlight() {
        let text = String(repeating: "x", count: PipelineMachine.requestBytes * 3 / 5)
        var bench = Bench {
            $0.arangodb.connections = 10
            for index in $0.processors.indices { $0.processors[index].key = JSONPointer("/id")! }
        }
        bench.receive(updated: #"{"id":"a","t":"\#(text)"}"#, invalidated: #"{"id":"b"}"#)
        bench.receive(updated: #"{"id":"c","t":"\#(text)"}"#, invalidated: #"{"id":"d"}"#)
        bench.receive(updated: #"{"id":"e","t":"\#(text)"}"#, invalidated: #"{"id":"f"}"#)
        let first = bench.keysInFlight.flatMap(\.self)
        #expect(first.contains("a") && first.contains("c") && !first.contains("e"))
        #expect(bench.machine.inFlightBytes < PipelineMachine.requestBytes + text.utf8.count + 100)
        while !bench.keysInFlight.isEmpty { bench.reply(.written) }
        #expect(bench.machine.isIdle, "all had their turn")
    }

    @Test("Writes of one document go one after the other, over all processors; others overtake them")
    func oneInFlightPerDocument() {
        var bench = Bench()
        bench.receive("a", processor: Bench.updated)
        bench.receive("a", "b", processor: Bench.invalidated)
        #expect(bench.keysInFlight == [["a"], ["b"]])
        #expect(bench.writes[0].writes[0].processor == Bench.updated)
        bench.reply(.written)
        #expect(bench.keysInFlight == [["b"], ["a"]])
        #expect(bench.writes[1].writes[0].processor == Bench.invalidated)
    }

    @Test("A document occurs at most once in a batch")
    func distinctKeys() {
        var bench = Bench { $0.arangodb.connections = 1 }
        bench.receive("x")
        bench.receive("a", "a", "b", "a")
        bench.reply(.written)
        #expect(bench.keysInFlight == [["a", "b"]])
    }

    @Test("Written and stale deliveries are acknowledged with one frame for each unbroken run")
    func acknowledges() {
        var bench = Bench()
        bench.receive("a", "b", "c")
        bench.reply([.written, .stale, .written])
        #expect(bench.acknowledgedKinds == [.through(3)])
        #expect(bench.machine.processors[0].counters == Counters(received: 3, written: 2, stale: 1))
        #expect(bench.machine.isIdle)
    }

    @Test("Nothing is acknowledged before the reply")
    func waitsForReply() {
        var bench = Bench()
        bench.receive("a")
        #expect(bench.acknowledgements.isEmpty)
    }

    @Test("Reading pauses while more bytes are held than `hold`, and goes on a quarter below it")
    func hold() {
        var bench = Bench {
            $0.rabbitmq.holdBytes = 100
            $0.arangodb.connections = 1
            $0.batch.documents = 1
        }
        bench.receive("a", "b", "c", bodyBytes: 40)
        #expect(!bench.reading)
        bench.reply(.written)
        #expect(!bench.reading, "80 of 100 bytes")
        bench.reply(.written)
        #expect(bench.reading, "40 of 100 bytes")
    }
}

extension Counters {
    init(received: Int = 0, written: Int = 0, stale: Int = 0, conflated: Int = 0, parked: Int = 0, retried: Int = 0, returned: Int = 0) {
        self.init()
        self.received = received
        self.written = written
        self.stale = stale
        self.conflated = conflated
        self.parked = parked
        self.retried = retried
        self.returned = returned
    }
}
