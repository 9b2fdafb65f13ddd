internal import Formats
import Simulator

/// Throughput, lag and the load of the parts, from one instance to a thousand.
struct ScaleReport {
    /// For each instance: a company register is far below that, a busy one.
    static let rateEach = 10_000.0
    static let partitionsEach = 4
    static let keys = 1_000_000
    /// Messages in a run: long enough that each instance sees some hundreds of them, short enough to wait for.
    static let mostMessages = 500_000

    let seed: UInt64

    var lines: [String] {
        var table = MarkdownTable(
            "instances", "partitions", "consumers", "RabbitMQ nodes", "ArangoDB servers", "published/s", "stored/s", "lag p50, ms",
            "p99, ms",
            "busy: RabbitMQ", "Warren", "ArangoDB", "documents/request", "at most/s")
        let popularity = Popularity(keys: Self.keys, exponent: 0)
        for instances in [1, 10, 100, 1000] {
            let rate = Self.rateEach * Double(instances)
            let deployment = Deployment.sized(instances: instances, partitionsEach: Self.partitionsEach, rate: rate)
            let messages = min(Self.mostMessages, 100_000 * instances)
            var fleet = Fleet(deployment, load: Fleet.Load(messages: messages, rate: rate, popularity: popularity), seed: seed)
            let result = fleet.run()
            table.add(
                "\(instances)", deployment.partitions.grouped, (deployment.partitions * instances).grouped, "\(deployment.brokerNodes)",
                "\(deployment.databaseNodes)", rate.grouped, result.rate.grouped, (result.lag.percentile(50) * 1000).fixed(2),
                (result.lag.percentile(99) * 1000).fixed(2), result.broker.percent, result.warren.percent, result.database.percent,
                result.documentsPerRequest.fixed(1), deployment.bound.grouped)
        }
        return ["", "Throughput and lag: \(Self.rateEach.grouped) messages/s for each instance, all keys alike", ""] + table.lines
            + assumptions
    }

    private var assumptions: [String] {
        let costs = Costs.assumed
        return [
            "",
            "Real: each instance's mapper and PipelineMachine, with prefetch, ledger, batches, send window. Assumed, in µs of one core:",
            "RabbitMQ \(costs.publish.micro) to take a message and \(costs.deliver.micro) to deliver it, on each of 3 nodes that keep its queue;"
                + " Warren \(costs.warren.micro); ArangoDB \(costs.request.micro) a request",
            "and \(costs.document.micro) a document; then \((costs.commit * 1000).fixed(1)) ms until it is safe; \(costs.network.micro) µs each way."
                + " Machines of 16 cores, as many as keep each kind below 60 %.",
            "\"At most\" is where the busiest kind of machine has no time left. A run has \(Self.mostMessages.grouped) messages at most, so 10,000,000/s"
                + " is 50 ms of them. Consumers are instances × partitions:",
            "the last row is arithmetic, no advice. A RabbitMQ cluster has some nodes, not \(Self.largestNodes), no millions of consumers, and a processor"
                + " has 512 partitions at most: build it as many clusters, each with its own instances.",
        ]
    }

    private static var largestNodes: Int {
        Deployment.sized(instances: 1000, partitionsEach: partitionsEach, rate: rateEach * 1000).brokerNodes
    }
}
