internal import Glibc
public import Schedules

/// How often each key is written to: Zipf's law, in which the key of rank r comes up in proportion to 1 / r^exponent. Exponent 0 is all alike.
public struct Popularity: Sendable {
    /// The sum of the shares up to each key.
    private let cumulative: [Double]

    /// So many keys, at least one. Exponents of traffic are found between 0.6 and 1.1.
    public init(keys: Int, exponent: Double) {
        precondition(keys > 0, "there has to be something to write to")
        var sum = 0.0
        let sums = (1...keys).map { rank in
            sum += pow(Double(rank), -exponent)
            return sum
        }
        cumulative = sums.map { $0 / sum }
    }

    /// The number of keys.
    public var keys: Int { cumulative.count }

    /// The share of a key; the most popular is number 0.
    public func share(of key: Int) -> Double { key == 0 ? cumulative[0] : cumulative[key] - cumulative[key - 1] }

    /// A key by its popularity.
    public func key(_ random: inout SplitMix) -> Int {
        let wanted = random.unit()
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > wanted { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The share of each of so many partitions.
    public func shares(partitions: Int) -> [Double] {
        var shares = Array(repeating: 0.0, count: partitions)
        for key in 0..<keys { shares[JumpHash.bucket(of: UInt64(key), buckets: partitions)] += share(of: key) }
        return shares
    }
}
