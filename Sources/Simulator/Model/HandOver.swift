public import Schedules

/// What happens to the partitions of an instance that ends: how long until the next consumer has written the first message of each.
public struct HandOver: Sendable {
    /// How an instance ends.
    public enum Ending: String, CaseIterable, Sendable {
        /// SIGTERM: it finishes what it holds, then cancels; the broker has nothing to find out.
        case stopped
        /// `kill -9`: its kernel closes the connection, which the broker sees at once. What it held is delivered again.
        case killed
        /// The machine is gone, or the network: the broker sees nothing until the heartbeat is missed.
        case lost
    }

    /// Partitions that it held.
    public var partitions: Int
    /// Messages per second of each.
    public var rate: Double
    /// Unacknowledged deliveries of each when it ended; what it had in its window if there was a backlog.
    public var unacknowledged: Int
    /// `[rabbitmq] heartbeat`. The broker closes a connection that was silent for one to two of them.
    public var heartbeat: Seconds
    /// Nodes that lead its queues, and the cores of each.
    public var brokerNodes: Int, cores: Int
    /// What things cost.
    public var costs: Costs

    /// A hand-over by its parts.
    package init(partitions: Int, rate: Double, unacknowledged: Int, heartbeat: Seconds, brokerNodes: Int, cores: Int, costs: Costs) {
        self.partitions = partitions
        self.rate = rate
        self.unacknowledged = unacknowledged
        self.heartbeat = heartbeat
        self.brokerNodes = brokerNodes
        self.cores = cores
        self.costs = costs
    }

    /// From request to answer, with one document in it.
    public var roundTrip: Seconds { 2 * costs.network + costs.request + costs.document + costs.commit }

    /// For each partition, from the end of the instance to the first write of the next.
    public func firstWrites(after ending: Ending, _ random: inout SplitMix) -> Samples {
        var nodes = Array(repeating: Station(servers: cores), count: max(1, brokerNodes))
        var samples = Samples()
        let seen: Seconds =
            switch ending {
            case .stopped: roundTrip
            case .killed: costs.network
            // All partitions share the connection.
            case .lost: heartbeat * (1 + random.unit())
            }
        // Put back into its queue: about as much work as to take a message in. After a stop nothing is left to put back.
        let back = ending == .stopped ? 0 : Double(unacknowledged) * costs.publish
        for number in 0..<partitions {
            let delivered = nodes[number % nodes.count].serve(at: seen, for: back + costs.deliver).end
            samples.add(delivered + costs.network + costs.warren + roundTrip)
        }
        return samples
    }

    /// How long the next holders take for what it held: a message that comes a second time may be what ended the first, so each goes alone.
    public func repeated(by survivors: Int) -> Seconds {
        Double(unacknowledged * partitions) / Double(max(1, survivors)) * roundTrip
    }

    /// How long it takes until nothing of what gathered meanwhile is left, if the partition could be consumed at `capacity` messages per second;
    /// `nil` if it never ends.
    public func catchUp(after handOver: Seconds, capacity: Double) -> Seconds? {
        guard capacity > rate else { return nil }
        return (rate * handOver + Double(unacknowledged)) / (capacity - rate)
    }
}
