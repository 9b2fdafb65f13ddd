/// What a simulated run shows.
public struct FleetResult: Sendable {
    /// Messages acknowledged.
    public var settled = 0
    /// From the beginning to the last event.
    public var duration: Seconds = 0
    /// From publication to the answer of the database, without the first fifth of the documents: those met a fleet that was idle.
    public private(set) var lag = Samples()
    /// The busiest machine of each kind: the share of its cores' time that was worked.
    public private(set) var broker = 0.0, warren = 0.0, database = 0.0

    private var requests = 0
    private var documents = 0
    private var lags: [Seconds] = []
    /// How many were acknowledged when.
    private var acknowledgements: [(time: Seconds, count: Int)] = []

    /// Documents in a request, on average.
    public var documentsPerRequest: Double { requests > 0 ? Double(documents) / Double(requests) : 0 }

    /// Messages per second, from a fifth of them to four fifths: neither the beginning counts nor the last ones, that leave parts idle.
    public var rate: Double {
        var (seen, begin, end) = (0, Seconds?.none, Seconds?.none)
        var (countAtBegin, countAtEnd) = (0, 0)
        for (time, count) in acknowledgements {
            seen += count
            if begin == nil, seen * 5 >= settled { (begin, countAtBegin) = (time, seen) }
            if end == nil, seen * 5 >= settled * 4 { (end, countAtEnd) = (time, seen) }
        }
        guard let begin, let end, end > begin else { return 0 }
        return Double(countAtEnd - countAtBegin) / (end - begin)
    }

    mutating func acknowledged(_ count: Int, at time: Seconds) { acknowledgements.append((time, count)) }

    mutating func requested(documents count: Int) {
        requests += 1
        documents += count
    }

    mutating func stored(after lag: Seconds) { lags.append(lag) }

    mutating func measureUtilization(of stations: [Station], _ deployment: Deployment) {
        for value in lags.dropFirst(lags.count / 5) { lag.add(value) }
        let shares = stations.map { $0.utilization(until: duration) }
        func busiest(_ range: Range<Int>) -> Double { deployment.isOneMachine ? shares[0] : shares[range].max() ?? 0 }
        let (nodes, fleet) = (deployment.brokerNodes, deployment.brokerNodes + deployment.instances)
        broker = busiest(0..<nodes)
        warren = busiest(nodes..<fleet)
        database = busiest(fleet..<fleet + deployment.databaseNodes)
    }
}
