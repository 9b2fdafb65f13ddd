import Schedules
import Simulator
import Testing

@Suite("The hand-over of partitions")
struct HandOverTests {
    private let handOver = HandOver(
        partitions: 4, rate: 1000, unacknowledged: 1000, heartbeat: 30, brokerNodes: 3, cores: 2, costs: .assumed)

    @Test("A connection that its kernel closes is handed over within milliseconds, a lost one after one to two heartbeats")
    func endings() {
        var random = SplitMix(seed: 1)
        let killed = handOver.firstWrites(after: .killed, &random), stopped = handOver.firstWrites(after: .stopped, &random)
        #expect(killed.count == 4)
        #expect(killed.percentile(100) < 0.1)
        #expect(stopped.percentile(100) < killed.percentile(100), "after a stop nothing is put back")
        for _ in 0..<100 {
            let lost = handOver.firstWrites(after: .lost, &random)
            #expect((30...60.1).contains(lost.percentile(100)))
        }
    }

    @Test("More partitions than the broker's cores are handed over one after the other")
    func manyPartitions() {
        var random = SplitMix(seed: 1), many = handOver
        many.partitions = 600
        let few = handOver.firstWrites(after: .killed, &random), times = many.firstWrites(after: .killed, &random)
        // A hundred turns of six cores instead of one.
        let one = 1000 * handOver.costs.publish + handOver.costs.deliver
        #expect(abs(times.percentile(100) - few.percentile(100) - 99 * one) < 1e-9)
    }

    @Test("What gathered meanwhile is gone when the difference of the rates has made up for it; never, if there is none")
    func catchUp() {
        #expect(handOver.catchUp(after: 2, capacity: 2000) == 3)
        #expect(handOver.catchUp(after: 2, capacity: 1000) == nil)
    }

    @Test("What comes a second time goes alone: each of the survivors takes its share, one round trip after the other")
    func repeated() {
        #expect(abs(handOver.repeated(by: 2) - 4 * 1000 / 2 * handOver.roundTrip) < 1e-9)
    }
}
