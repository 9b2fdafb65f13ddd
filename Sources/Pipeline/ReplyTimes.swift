/// What requests take: alone, and in a round of those that left with the window full.
///
/// Requests differ in size, so times are compared per document. A request costs something by itself, too, about what
/// ``requestCost`` documents cost.
struct ReplyTimes {
    /// One request.
    struct Sample {
        let documents: Int
        let time: Duration

        fileprivate var cost: Double { time / .seconds(1) / Double(documents + ReplyTimes.requestCost) }
    }

    private struct Alone {
        var cost: Double
        var documents: Int
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
    private var documents = 0
    private var count = 0

    /// Requests have to go one by one, because it is not known what one takes alone.
    var isProbing: Bool { probesLeft > 0 }

    /// A request that had the server to itself from its beginning to its end.
    mutating func addAlone(_ sample: Sample) {
        guard sample.cost > 0 else { return }
        if isProbing {
            let isFirst = probesLeft == Self.probes
            probesLeft -= 1
            guard isFirst || sample.cost < alone?.cost ?? .infinity else { return }
            alone = Alone(cost: sample.cost, documents: sample.documents)
        } else if let known = alone, sample.documents * 2 >= known.documents {
            alone = Alone(cost: known.cost + (sample.cost - known.cost) / 4, documents: sample.documents)
        }
    }

    /// A request that left with the window full. True: the round is complete.
    mutating func addLoaded(_ sample: Sample, roundLength: Int) -> Bool {
        guard sample.cost > 0 else { return false }
        costs += sample.cost
        documents += sample.documents
        count += 1
        return count >= roundLength
    }

    /// Ends the round. Returns which share of a request's time is its own, not that of others before it; nil: that has to be measured first.
    mutating func takeRound() -> Double? {
        defer { (costs, documents, count) = (0, 0, 0) }
        let meanDocuments = documents / count
        // One of a very different size tells little.
        guard let known = alone, known.age < Self.longestAge, known.documents * 2 >= meanDocuments else {
            probesLeft = Self.probes
            return nil
        }
        alone?.age += 1
        return min(1, known.cost / (costs / Double(count)))
    }
}
