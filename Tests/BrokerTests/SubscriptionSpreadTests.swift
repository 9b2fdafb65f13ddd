import Schedules
import Testing

@testable import Broker

@Suite("When partitions are subscribed")
struct SubscriptionSpreadTests {
    @Test("Each has a slice of the time of its own, and the last one begins before it is over", arguments: [2, 3, 12, 100, 512])
    func slices(count: Int) {
        var generator = SplitMix(seed: 7)
        let delays = SubscriptionSpread.delays(count: count, using: &generator)
        let slice = SubscriptionSpread.time / count
        for (number, delay) in delays.sorted().enumerated() { #expect(delay >= slice * number && delay < slice * (number + 1)) }
        #expect(delays.count == count)
    }

    @Test("Another instance has another order; what has nothing to be ahead of begins at once")
    func orders() {
        var generator = SplitMix(seed: 7)
        let first = SubscriptionSpread.delays(count: 12, using: &generator)
        #expect(first != first.sorted())
        #expect(first != SubscriptionSpread.delays(count: 12, using: &generator))
        #expect(SubscriptionSpread.delays(count: 1, using: &generator) == [.zero])
        #expect(SubscriptionSpread.delays(count: 0, using: &generator) == [])
    }

    /// How many of twelve partitions each of some instances gets, the n-th of which starts n × `apart` later, on the average of many starts, and the
    /// fewest that one ever got.
    private func shares(instances: Int, apart: Duration) -> (mean: [Double], fewest: Int) {
        var generator = SplitMix(seed: 42)
        let starts = 500
        var sums = Array(repeating: 0, count: instances)
        var fewest = Int.max
        for _ in 0..<starts {
            let times = (0..<instances).map { instance in
                SubscriptionSpread.delays(count: 12, using: &generator).map { apart * instance + $0 }
            }
            var held = Array(repeating: 0, count: instances)
            for partition in 0..<12 {
                let first = (0..<instances).min { times[$0][partition] < times[$1][partition] }
                if let first { held[first] += 1 }
            }
            for instance in 0..<instances { sums[instance] += held[instance] }
            fewest = min(fewest, held.min() ?? 0)
        }
        return (sums.map { Double($0) / Double(starts) }, fewest)
    }

    @Test("Instances that start at the same time have as many on the average, and none ever has none", arguments: [2, 3])
    func together(instances: Int) {
        let (mean, fewest) = shares(instances: instances, apart: .zero)
        for share in mean { #expect(abs(share - 12 / Double(instances)) < 0.3) }
        #expect(fewest > 0)
    }

    @Test(
        "An instance that starts a tenth of a second later still has more than a third of what two share; one that starts after all of the time has nothing"
    )
    func later() {
        let (mean, _) = shares(instances: 2, apart: .milliseconds(100))
        #expect(mean[1] > 4)
        #expect(shares(instances: 2, apart: SubscriptionSpread.time).mean[1] == 0)
    }
}
