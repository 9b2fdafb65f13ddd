import Schedules
import Simulator
import Testing

@Suite("Keys and their partitions")
struct KeyTests {
    @Test("Partitions are even: a hundred thousand keys differ from the mean by no more than chance makes them")
    func even() {
        var counts = Array(repeating: 0, count: 12)
        for key in 0..<100_000 { counts[JumpHash.bucket(of: UInt64(key), buckets: 12)] += 1 }
        // The standard deviation is 87: the mean is 8,333.
        #expect(counts.allSatisfy { abs($0 - 8_333) < 4 * 87 })
    }

    @Test("With one more partition only its own share of the keys moves, and only into it")
    func growth() {
        var moved = 0
        for key in 0..<100_000 {
            let (before, after) = (JumpHash.bucket(of: UInt64(key), buckets: 12), JumpHash.bucket(of: UInt64(key), buckets: 13))
            guard before != after else { continue }
            moved += 1
            #expect(after == 12)
        }
        #expect(abs(moved - 100_000 / 13) < 400)
    }

    @Test("Popularity follows Zipf's law: with exponent 1 the first key's share is one over the harmonic number")
    func zipf() {
        let popularity = Popularity(keys: 1000, exponent: 1)
        let harmonic = (1...1000).reduce(0) { $0 + 1 / Double($1) }
        #expect(abs(popularity.share(of: 0) - 1 / harmonic) < 1e-12)
        #expect(abs(popularity.share(of: 9) - 1 / harmonic / 10) < 1e-12)
        var random = SplitMix(seed: 1), first = 0
        for _ in 0..<100_000 where popularity.key(&random) == 0 { first += 1 }
        #expect(abs(Double(first) / 100_000 * harmonic - 1) < 0.03)
    }

    @Test("The shares of all partitions are the whole, and one holds at least its most popular key")
    func shares() {
        let popularity = Popularity(keys: 10_000, exponent: 1)
        let shares = popularity.shares(partitions: 12)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
        #expect(shares.max() ?? 0 >= popularity.share(of: 0))
    }
}
