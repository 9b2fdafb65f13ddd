import Simulator
import Testing

@Suite("Many instances under a virtual clock", .serialized)
struct FleetTests {
    /// So many that two messages of one document hardly ever wait at the same time, and become one write.
    private let even = Popularity(keys: 200_000, exponent: 0)

    private func run(_ deployment: Deployment, messages: Int = 20_000, rate: Double? = nil, keys: Popularity? = nil, seed: UInt64 = 1)
        async -> FleetResult
    {
        // It keeps its thread for seconds, and other tests wait for sockets on the same threads.
        await Task.yield()
        var fleet = Fleet(deployment, load: Fleet.Load(messages: messages, rate: rate, popularity: keys ?? even), seed: seed)
        return fleet.run()
    }

    @Test(
        "Every message is settled, however many instances there are, also with fewer partitions than instances",
        arguments: [1, 2, 3, 10, 20])
    func settled(instances: Int) async {
        let result = await run(Deployment(instances: instances, partitions: 12))
        #expect(result.settled == 20_000)
        #expect((15_000...16_000).contains(result.lag.count), "without the first fifth, and what became one write")
    }

    @Test("The same seed gives the same run, another seed another one")
    func repeatable() async {
        let deployment = Deployment(instances: 3, partitions: 12)
        var runs: [FleetResult] = []
        for seed: UInt64 in [1, 1, 2] { runs.append(await run(deployment, rate: 20_000, seed: seed)) }
        #expect(runs[0].duration == runs[1].duration)
        #expect(runs[0].lag.percentile(99) == runs[1].lag.percentile(99))
        #expect(runs[0].duration != runs[2].duration)
    }

    @Test(
        "Nothing is faster than its busiest part; a backlog keeps that part busy",
        arguments: [
            // The broker, the instances, the database.
            (Costs(publish: 0, deliver: 50e-6, warren: 5e-6, request: 0, document: 5e-6, commit: 1e-3, network: 1e-4)),
            (Costs(publish: 0, deliver: 5e-6, warren: 50e-6, request: 0, document: 5e-6, commit: 1e-3, network: 1e-4)),
            (Costs(publish: 0, deliver: 5e-6, warren: 5e-6, request: 0, document: 50e-6, commit: 0, network: 1e-4)),
        ])
    func bottleneck(costs: Costs) async {
        let deployment = Deployment(instances: 2, partitions: 12, cores: 2, prefetch: 100, costs: costs)
        let rate = await run(deployment, messages: 30_000).rate
        #expect(rate <= deployment.bound * 1.01)
        #expect(rate >= deployment.bound * 0.85)
    }

    @Test("On one machine, more instances drain no faster: its cores are the bound")
    func oneMachine() async {
        var rates: [Double] = []
        for instances in 1...3 {
            let deployment = Deployment(instances: instances, partitions: 12, cores: 2, isOneMachine: true, prefetch: 100)
            rates.append(await run(deployment, messages: 30_000).rate)
        }
        #expect((rates.max() ?? 0) / (rates.min() ?? 1) < 1.1)
        #expect(rates[0] <= Deployment(instances: 1, partitions: 12, cores: 2, isOneMachine: true).bound * 1.01)
    }

    @Test("With little to do, the lag is what the way takes: publishing, delivery, mapping, a request with one document")
    func idle() async {
        let costs = Costs.assumed
        let way = costs.publish + costs.deliver + costs.warren + costs.request + costs.document + costs.commit + 4 * costs.network
        let result = await run(Deployment(instances: 3, partitions: 12), messages: 2000, rate: 100)
        #expect(abs(result.lag.percentile(50) / way - 1) < 0.01)
        #expect(abs(result.documentsPerRequest - 1) < 0.05)
    }

    @Test("A small window bounds the rate as Little's law says: what is in flight divided by how long it is")
    func window() async {
        var costs = Costs.assumed
        costs.commit = 10e-3
        let deployment = Deployment(instances: 1, partitions: 1, prefetch: 10, costs: costs)
        let way = costs.deliver + costs.warren + costs.request + costs.document + costs.commit + 3 * costs.network
        let rate = await run(deployment, messages: 2000).rate
        #expect(rate <= 10 / way * 1.05)
        #expect(rate >= 10 / way * 0.6)
    }

    @Test("Where one key is half of everything, its partition is the bound, not the number of instances")
    func hotKey() async {
        let popularity = Popularity(keys: 1000, exponent: 2)
        let hottest = popularity.shares(partitions: 40).max() ?? 1
        let deployment = Deployment(instances: 10, partitions: 40)
        let rate = await run(deployment, keys: popularity).duration
        #expect(rate >= 20_000 * hottest * deployment.costs.deliver * 0.95)
    }
}
