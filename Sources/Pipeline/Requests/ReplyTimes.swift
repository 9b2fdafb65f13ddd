/// How long requests take: alone, and in a round of those that were sent with a full window.
///
/// Requests differ in size, so times are compared per document. A request costs something by itself, too, about what
/// ``requestCost`` documents cost.
struct ReplyTimes {
    /// One request.
    struct Sample {
        let documents: Int
        let time: Duration

        /// Its size, in documents.
        fileprivate var size: Int { documents + ReplyTimes.requestCost }
        fileprivate var cost: Double { time / .seconds(1) / Double(size) }
    }

    private struct Alone {
        var cost: Double
        var size: Int
        /// Rounds since it was measured.
        var age = 0
    }

    /// Documents that cost about what a request costs by itself.
    private static let requestCost = 50
    /// Rounds after which the time alone is measured again.
    private static let longestAge = 64
    /// Requests that measure it: the shorter counts, since only accidents make a request longer.
    private static let probes = 2

    private var alone: Alone?
    private var probesLeft = 0
    private var costs = 0.0
    private var sizes = 0
    private var count = 0

    /// Requests must be sent one by one, because it is not known how long one takes alone.
    var isProbing: Bool { probesLeft > 0 }

    /// A request that had the server to itself from its beginning to its end.
    mutating func addAlone(_ sample: Sample) {
        guard sample.cost > 0 else { return }
        if isProbing {
            let isFirst = probesLeft == Self.probes
            probesLeft -= 1
            guard isFirst || sample.cost < alone?.cost ?? .infinity else { return }
            alone = Alone(cost: sample.cost, size: sample.size)
        } else if let known = alone, sample.size * 2 >= known.size {
            alone = Alone(cost: known.cost + (sample.cost - known.cost) / 4, size: sample.size)
        }
    }

    /// A request that was sent with a full window. Returns true if the round is complete.
    mutating func addLoaded(_ sample: Sample, roundLength: Int) -> Bool {
        guard sample.cost > 0 else { return false }
        costs += sample.cost
        sizes += sample.size
        count += 1
        return count >= roundLength
    }

    /// Ends the round. Returns which share of a request's time is its own, not that of requests before it; `nil` if that has to be measured first.
    mutating func takeRound() -> Double? {
        defer { (costs, sizes, count) = (0, 0, 0) }
        // A much smaller one shows little.
        guard let known = alone, known.age < Self.longestAge, known.size * 2 >= sizes / count else {
            probesLeft = Self.probes
            return nil
        }
        alone?.age += 1
        return min(1, known.cost / (costs / Double(count)))
    }
}
