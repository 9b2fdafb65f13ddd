/// Machines, and what runs on them.
public struct Deployment: Sendable, Equatable {
    /// Warren's instances.
    public var instances: Int
    /// Queues behind the consistent-hash exchange. An instance holds those whose number leaves its own as the remainder.
    public var partitions: Int
    /// RabbitMQ nodes.
    public var brokerNodes: Int
    /// Nodes that hold each queue: 1 for classic, 3 for quorum queues. Each does the work of a message.
    public var replicas: Int
    /// ArangoDB servers, taken as one kind: each takes requests and writes documents.
    public var databaseNodes: Int
    /// Processors of each machine, of whatever kind.
    public var cores: Int
    /// Everything runs on one machine, as in the measurement.
    public var isOneMachine: Bool
    /// Unacknowledged deliveries of a partition: its share of the processor's `prefetch`.
    public var prefetch: Int
    /// What things cost.
    public var costs: Costs

    /// A deployment by its parts.
    public init(
        instances: Int, partitions: Int, brokerNodes: Int = 1, replicas: Int = 1, databaseNodes: Int = 1, cores: Int = 16,
        isOneMachine: Bool = false, prefetch: Int = 100, costs: Costs = .assumed
    ) {
        self.instances = instances
        self.partitions = partitions
        self.brokerNodes = brokerNodes
        self.replicas = min(replicas, brokerNodes)
        self.databaseNodes = databaseNodes
        self.cores = cores
        self.isOneMachine = isOneMachine
        self.prefetch = prefetch
        self.costs = costs
    }

    /// As many servers as a rate needs that none of them is busy for more than a share of its time.
    public static func sized(
        instances: Int, partitionsEach: Int, rate: Double, replicas: Int = 3, cores: Int = 16, utilization: Double = 0.6,
        costs: Costs = .assumed
    ) -> Deployment {
        func machines(_ work: Seconds) -> Int { Int((rate * work / Double(cores) / utilization).rounded(.up)) }
        // Where the database is quick, requests leave with what there is, and small ones cost more for each document.
        let documentsPerRequest = 3.5
        return Deployment(
            instances: instances, partitions: instances * partitionsEach,
            brokerNodes: max(replicas, machines((costs.publish + costs.deliver) * Double(replicas))), replicas: replicas,
            databaseNodes: max(1, machines(costs.document + costs.request / documentsPerRequest)), cores: cores, costs: costs)
    }

    /// Messages per second that no arrangement can exceed: the busiest kind of machine has no time left. Requests are taken as full.
    public var bound: Double {
        let broker = costs.deliver * Double(replicas), database = costs.document
        guard !isOneMachine else { return Double(cores) / (broker + costs.warren + database) }
        return Double(cores) * min(Double(brokerNodes) / broker, Double(instances) / costs.warren, Double(databaseNodes) / database)
    }
}
