import Mapping
import Settings
import Testing

@testable import Pipeline

@Suite("Hot documents")
struct HotDocumentsTests {
    /// Document a has just been written for four messages at once.
    private func hotBench(prefetch: UInt16 = 1000) -> Bench {
        var bench = Bench {
            $0.rabbitmq.prefetch = prefetch
            $0.processors[0].conflate = true
        }
        bench.receive("a", "a", "a", "a", version: 1)
        bench.reply(.written)
        return bench
    }

    @Test("A document that was written for several messages rests while more come, and is then written once; others leave at once")
    func rests() {
        var bench = hotBench()
        // Less than the longest rest altogether.
        for version in 2...9 as ClosedRange<UInt64> {
            bench.receive("a", version: version)
            bench.receive("b\(version)", version: 1)
            bench.reply(.written)
            bench.advance(by: HotDocuments.pause / 2)
            #expect(bench.writes.isEmpty)
        }
        bench.advance(by: HotDocuments.pause)
        #expect(bench.writes.map { $0.writes.map(\.version) } == [[9]])
    }

    @Test("When nothing comes for a moment the rest is over; a document that is not hot never rests")
    func pause() {
        var bench = hotBench()
        bench.receive("a", "b", version: 2)
        #expect(bench.keysInFlight == [["b"]])
        #expect(bench.machine.nextWake == bench.now + HotDocuments.pause)
        bench.advance(by: HotDocuments.pause)
        #expect(bench.keysInFlight == [["b"], ["a"]])
    }

    @Test("No rest is longer than a tenth of a second, however much comes")
    func longest() {
        var bench = hotBench()
        let begin = bench.now
        bench.receive("a", version: 2)
        for version in 3...1000 as ClosedRange<UInt64> where bench.writes.isEmpty {
            bench.advance(by: .milliseconds(1))
            bench.receive("a", version: version)
        }
        #expect(bench.now - begin == HotDocuments.longestRest)
    }

    @Test("It rests no longer when three quarters of what RabbitMQ sends ahead are here")
    func fullWindow() {
        var bench = hotBench(prefetch: 100)
        for version in 2...75 as ClosedRange<UInt64> { bench.receive("a", version: version) }
        #expect(bench.writes.isEmpty)
        bench.receive("a", version: 76)
        #expect(bench.writes.map { $0.writes.map(\.version) } == [[76]])
    }

    @Test("It rests no longer when the deliveries of other documents would have to wait for their acknowledgement")
    func holdsUpNobody() {
        var bench = hotBench(prefetch: 100)
        bench.receive("a", version: 2)
        for number in 1...12 {
            bench.receive("b\(number)", version: 1)
            bench.reply(.written)
            #expect(bench.writes.isEmpty)
        }
        bench.receive("b13", version: 1)
        bench.reply(.written)
        #expect(bench.keysInFlight == [["a"]], "half of what is acknowledged singly at the latest")
    }

    @Test("After three rests that brought little it is not hot any more; nor if it was not written for two seconds")
    func cools() {
        var bench = hotBench()
        for version in 2...4 as ClosedRange<UInt64> {
            bench.receive("a", version: version)
            #expect(bench.writes.isEmpty)
            bench.advance(by: HotDocuments.pause)
            bench.reply(.written)
        }
        bench.receive("a", version: 5)
        #expect(bench.keysInFlight == [["a"]])

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
        var bench = hotBench()
        bench.receive("a", "a", version: 2)
        bench.unsubscribe(Bench.updated)
        #expect(bench.machine.isIdle && bench.machine.nextWake == nil)
        bench.advance(by: HotDocuments.longestRest)
        #expect(bench.writes.isEmpty)
    }
}
