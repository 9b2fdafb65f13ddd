/// Values of one kind, to take percentiles of.
public struct Samples: Sendable {
    private var values: [Double] = []

    /// None yet.
    public init() {}

    /// How many there are.
    public var count: Int { values.count }
    /// Their mean; 0 if there are none.
    public var mean: Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

    /// One more.
    public mutating func add(_ value: Double) { values.append(value) }

    /// The smallest value that so many of a hundred do not exceed; 0 if there are none.
    public func percentile(_ percent: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let rank = Int((percent / 100 * Double(values.count)).rounded(.up))
        return values.sorted()[min(max(rank, 1), values.count) - 1]
    }
}
