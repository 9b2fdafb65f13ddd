import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("Lanes and batches")
struct BatchingTests {
    @Test("A write leaves at once while a connection is free; there is no linger timer")
    func leavesAtOnce() {
        var harness = MachineHarness()
        harness.receive("a")
        #expect(harness.keysInFlight == [["a"]])
        #expect(harness.machine.nextWake == nil)
    }

    @Test("Writes gather while all connections are busy, and leave together when one returns")
    func gathers() {
        var harness = MachineHarness { $0.arangodb.connections = 1 }
        harness.receive("a")
        harness.receive("b")
        harness.receive("c", "d")
        #expect(harness.keysInFlight == [["a"]])
        harness.reply(.written)
        #expect(harness.keysInFlight == [["b", "c", "d"]])
    }

    @Test("What several queues bring at one moment leaves in one request")
    func severalQueues() {
        var harness = MachineHarness {
            for index in $0.processors.indices { $0.processors[index].key = JSONPointer("/id")! }
        }
        harness.receive(updated: #"{"id":"a"}"#, invalidated: #"{"id":"b"}"#)
        #expect(harness.keysInFlight == [["a", "b"]])
    }

    @Test("A request holds no more documents and bytes than its bounds, and a larger document goes alone")
    func bounds() {
        var harness = MachineHarness {
            $0.arangodb.connections = 10
            $0.batch.documents = 2
        }
        harness.receive("a", "b", "c")
        #expect(harness.keysInFlight == [["a", "b"], ["c"]])

        var small = MachineHarness {
            $0.arangodb.connections = 10
            $0.batch.bytes = 1
        }
        small.receive("a", "b")
        #expect(small.keysInFlight == [["a"], ["b"]])
    }

    @Test("Requests in flight hold no more bytes together than their bound, and a message larger than that goes by itself")
    func bytesInFlight() {
        let text = String(repeating: "x", count: PipelineMachine.requestBytes * 3 / 5)
        var harness = MachineHarness {
            $0.arangodb.connections = 10
            for index in $0.processors.indices { $0.processors[index].key = JSONPointer("/id")! }
        }
        harness.receive(updated: #"{"id":"a","t":"\#(text)"}"#, invalidated: #"{"id":"b"}"#)
        harness.receive(updated: #"{"id":"c","t":"\#(text)"}"#, invalidated: #"{"id":"d"}"#)
        harness.receive(updated: #"{"id":"e","t":"\#(text)"}"#, invalidated: #"{"id":"f"}"#)
        let first = harness.keysInFlight.flatMap(\.self)
        #expect(first.contains("a") && first.contains("c") && !first.contains("e"))
        #expect(harness.machine.inFlightBytes < PipelineMachine.requestBytes + text.utf8.count + 100)
        while !harness.keysInFlight.isEmpty { harness.reply(.written) }
        #expect(harness.machine.isIdle, "all had their turn")
    }

    @Test("Writes of one document go one after the other, over all processors; others overtake them")
    func oneInFlightPerDocument() {
        var harness = MachineHarness()
        harness.receive("a", processor: MachineHarness.updated)
        harness.receive("a", "b", processor: MachineHarness.invalidated)
        #expect(harness.keysInFlight == [["a"], ["b"]])
        #expect(harness.writes[0].writes[0].processor == MachineHarness.updated)
        harness.reply(.written)
        #expect(harness.keysInFlight == [["b"], ["a"]])
        #expect(harness.writes[1].writes[0].processor == MachineHarness.invalidated)
    }

    @Test("A document occurs at most once in a batch")
    func distinctKeys() {
        var harness = MachineHarness { $0.arangodb.connections = 1 }
        harness.receive("x")
        harness.receive("a", "a", "b", "a")
        harness.reply(.written)
        #expect(harness.keysInFlight == [["a", "b"]])
    }

    @Test("Written and stale deliveries are acknowledged with one frame for each unbroken run")
    func acknowledges() {
        var harness = MachineHarness()
        harness.receive("a", "b", "c")
        harness.reply([.written, .stale, .written])
        #expect(harness.acknowledgedKinds == [.through(3)])
        #expect(harness.machine.processors[0].counters == Counters(received: 3, written: 2, stale: 1))
        #expect(harness.machine.isIdle)
    }

    @Test("Nothing is acknowledged before the reply")
    func waitsForReply() {
        var harness = MachineHarness()
        harness.receive("a")
        #expect(harness.acknowledgements.isEmpty)
    }

    @Test("Reading pauses while more bytes are held than `hold`, and resumes a quarter below it")
    func hold() {
        var harness = MachineHarness {
            $0.rabbitmq.holdBytes = 100
            $0.arangodb.connections = 1
            $0.batch.documents = 1
        }
        harness.receive("a", "b", "c", bodyBytes: 40)
        #expect(!harness.reading)
        harness.reply(.written)
        #expect(!harness.reading, "80 of 100 bytes")
        harness.reply(.written)
        #expect(harness.reading, "40 of 100 bytes")
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
