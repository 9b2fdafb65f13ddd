import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("Hot documents")
struct HotDocumentsTests {
    /// Document a has just been written for four messages at once.
    private func hotBench(prefetch: UInt16 = 1000) -> MachineHarness {
        var harness = MachineHarness {
            $0.rabbitmq.prefetch = prefetch
            $0.processors[0].conflate = true
        }
        harness.receive("a", "a", "a", "a", version: 1)
        harness.reply(.written)
        return harness
    }

    @Test("A document that was written for several messages rests while more come, and is then written once; others leave at once")
    func rests() {
        var harness = hotBench()
        // Less than the longest rest altogether.
        for version in 2...9 as ClosedRange<UInt64> {
            harness.receive("a", version: version)
            harness.receive("b\(version)", version: 1)
            harness.reply(.written)
            harness.advance(by: HotDocuments.pause / 2)
            #expect(harness.writes.isEmpty)
        }
        harness.advance(by: HotDocuments.pause)
        #expect(harness.writes.map { $0.writes.map(\.version) } == [[9]])
    }

    @Test("When nothing comes for a moment the rest is over; a document that is not hot never rests")
    func pause() {
        var harness = hotBench()
        harness.receive("a", "b", version: 2)
        #expect(harness.keysInFlight == [["b"]])
        #expect(harness.machine.nextWake == harness.now + HotDocuments.pause)
        harness.advance(by: HotDocuments.pause)
        #expect(harness.keysInFlight == [["b"], ["a"]])
    }

    @Test("No rest is longer than a tenth of a second, however much comes")
    func longest() {
        var harness = hotBench()
        let begin = harness.now
        harness.receive("a", version: 2)
        for version in 3...1000 as ClosedRange<UInt64> where harness.writes.isEmpty {
            harness.advance(by: .milliseconds(1))
            harness.receive("a", version: version)
        }
        #expect(harness.now - begin == HotDocuments.longestRest)
    }

    @Test("It rests no longer when three quarters of what RabbitMQ sends ahead are here")
    func fullWindow() {
        var harness = hotBench(prefetch: 100)
        for version in 2...75 as ClosedRange<UInt64> { harness.receive("a", version: version) }
        #expect(harness.writes.isEmpty)
        harness.receive("a", version: 76)
        #expect(harness.writes.map { $0.writes.map(\.version) } == [[76]])
    }

    @Test("It rests no longer when the deliveries of other documents would have to wait for their acknowledgement")
    func holdsUpNobody() {
        var harness = hotBench(prefetch: 100)
        harness.receive("a", version: 2)
        for number in 1...12 {
            harness.receive("b\(number)", version: 1)
            harness.reply(.written)
            #expect(harness.writes.isEmpty)
        }
        harness.receive("b13", version: 1)
        harness.reply(.written)
        #expect(harness.keysInFlight == [["a"]], "half of what is acknowledged singly at the latest")
    }

    @Test("After three rests that brought little it is not hot any more; nor if it was not written for two seconds")
    func cools() {
        var harness = hotBench()
        for version in 2...4 as ClosedRange<UInt64> {
            harness.receive("a", version: version)
            #expect(harness.writes.isEmpty)
            harness.advance(by: HotDocuments.pause)
            harness.reply(.written)
        }
        harness.receive("a", version: 5)
        #expect(harness.keysInFlight == [["a"]])

        var forgotten = hotBench()
        for version in 1...2 as ClosedRange<UInt64> {
            forgotten.advance(by: .seconds(1))
            forgotten.receive("b", version: version)
            forgotten.reply(.written)
        }
        forgotten.receive("a", version: 6)
        #expect(forgotten.keysInFlight == [["a"]])
        #expect(!forgotten.machine.hotDocuments.isActive)
    }

    @Test("What rests is dropped with its channel")
    func channelLost() {
        var harness = hotBench()
        harness.receive("a", "a", version: 2)
        harness.unsubscribe(MachineHarness.updated)
        #expect(harness.machine.isIdle && harness.machine.nextWake == nil)
        harness.advance(by: HotDocuments.longestRest)
        #expect(harness.writes.isEmpty)
    }
}
