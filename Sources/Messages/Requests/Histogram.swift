/// How often values fell below each of some bounds, as Prometheus counts them. Adding is a few comparisons and two additions.
public struct Histogram: Sendable, Equatable {
    /// Upper bounds, inclusive and rising.
    public let bounds: [Int]
    /// Values in each step: above the bound before, up to this one. The last, without a bound, is for all that is larger.
    public private(set) var counts: [Int]
    /// All values together. In 64 bits, nanoseconds of an hour's backlog overflow after some millions of messages.
    public private(set) var sum: Int128 = 0

    /// An empty histogram.
    public init(bounds: [Int]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// Counts a value. Negative ones (a clock was set back) count as zero.
    public mutating func add(_ value: Int) {
        let value = max(0, value)
        var step = 0
        while step < bounds.count, bounds[step] < value { step += 1 }
        counts[step] += 1
        sum += Int128(value)
    }

    /// Counts a time, in nanoseconds.
    public mutating func add(_ duration: Duration) { add(duration.nanoseconds) }

    /// Counts what `other`, of the same bounds, has counted.
    public mutating func add(_ other: Histogram) {
        precondition(bounds == other.bounds, "steps of the same bounds")
        for step in counts.indices { counts[step] += other.counts[step] }
        sum += other.sum
    }

    /// Values counted.
    public var count: Int { counts.reduce(0, +) }

    /// Bounds for times, in nanoseconds: half a millisecond to ten minutes, by steps of about two.
    public static let times: [Int] = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000,
        2_500_000_000, 5_000_000_000, 10_000_000_000, 30_000_000_000, 60_000_000_000, 600_000_000_000,
    ]
    /// Bounds for how often a message had come back to its queue.
    public static let returns: [Int] = [0, 1, 2, 5, 10, 15, 20, 50]
    /// Bounds for numbers of documents in a request.
    public static let documents: [Int] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]
}

extension Duration {
    /// Whole nanoseconds.
    package var nanoseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
