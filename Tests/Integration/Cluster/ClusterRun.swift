import Glibc
import Nodes
import Testing
import Waiting

/// A run of the cluster test: publishes, does to the parts what the plan says, looks how long partitions are without a holder, and waits until the
/// accounts can be settled.
struct ClusterRun {
    let plan: ClusterPlan
    let world: ClusterWorld

    private var script: MessageScript
    private var report = ClusterReport()

    /// Messages with keys of their own that show whether every partition is consumed: that one of twelve gets none of them happens once in 3000
    /// times.
    private static let probes = 120
    /// Between two times that such messages are published.
    private static let probeTime: Duration = .seconds(2)
    /// How often they are published at most.
    private static let probeRounds = 60
    /// In how many bits the messages of a step are published.
    private static let bits = 20

    init(seed: UInt64, plan: ClusterPlan, world: ClusterWorld) {
        self.plan = plan
        self.world = world
        script = MessageScript(seed: seed, queues: [world.queue])
    }

    /// Everything the plan holds. Afterwards all instances have stopped.
    mutating func run(_ say: (String) -> Void) async throws -> ClusterReport {
        let start = ContinuousClock.now
        _ = try await handOver(since: start)
        try await shared()
        say("\(world.instances.count) instances have \(await world.shares().map(String.init).joined(separator: " + ")) partitions")
        for (index, step) in plan.steps.enumerated() {
            let times = try await perform(step)
            let told = times.map(\.secondsText).joined(separator: ", ")
            say("\(index + 1)/\(plan.steps.count) \(step.fault): stored in every partition after \(told); then \(await world.shares())")
        }
        try await world.feeder.publish(script.rest())
        try await drain()
        report.repeatedPublications = world.feeder.repeated.value + world.prober.repeated.value
        report.duration = .now - start
        return report
    }

    private mutating func perform(_ step: ClusterPlan.Step) async throws -> [Duration] {
        let messages = script.next(step.messages), feeder = world.feeder
        async let feeding: Void = {
            for bit in 0..<Self.bits {
                try await feeder.publish(Array(messages[messages.count * bit / Self.bits..<messages.count * (bit + 1) / Self.bits]))
                try await Task.sleep(for: step.hold / Self.bits)
            }
        }()
        let healing = ContinuousClock.now + step.hold
        let times = try await inject(step.fault)
        report.kinds[step.fault, default: []] += times
        try await Task.sleep(until: healing)
        try await heal(step.fault)
        try await feeding
        try await shared()
        return times
    }

    /// How long after it messages that were published then were stored, in whichever partition.
    private mutating func inject(_ fault: ClusterFault) async throws -> [Duration] {
        let begin = ContinuousClock.now
        switch fault {
        case .nodeKilled(let node): try await world.cluster.kill(node)
        case .nodeCut(let node): try await world.cluster.cut(node)
        case .instanceKilled: try await world.removeHolder().kill()
        case .instanceStopped, .instanceRemoved: try await world.removeHolder().stop()
        case .instanceAdded: try world.add()
        case .instancesUpgraded: return try await upgrade()
        }
        return [try await handOver(since: begin)]
    }

    private mutating func upgrade() async throws -> [Duration] {
        var times: [Duration] = []
        for _ in world.instances.indices {
            let begin = ContinuousClock.now
            try await world.removeOldest().stop()
            try world.add(binary: 1)
            times.append(try await handOver(since: begin))
        }
        return times
    }

    private func heal(_ fault: ClusterFault) async throws {
        switch fault {
        case .nodeKilled(let node): try await world.cluster.start(node)
        case .nodeCut(let node): try await world.cluster.mend(node)
        case .instanceKilled, .instanceStopped, .instanceRemoved: try world.add()
        case .instanceAdded: try await world.removeOldest().stop()
        case .instancesUpgraded: break
        }
    }

    private mutating func handOver(since begin: ContinuousClock.Instant) async throws -> Duration {
        let probes = script.probes(Self.probes)
        try await world.prober.publish(probes)
        var waiting = probes[...]
        try await eventually("a new message is stored in each partition", seconds: 120) {
            waiting = waiting.drop { world.isStored($0) }
            return waiting.isEmpty
        }
        return .now - begin
    }

    /// So that the next fault meets instances that know what they have.
    ///
    /// An instance knows that a partition is its own when the partition delivers. One that was handed over after its last message is nobody's in any
    /// status until the next one, so messages come again and again.
    private mutating func shared() async throws {
        let start = ContinuousClock.now
        let first = await world.shares()
        // All of them now: what comes later in the script depends on the seed, and not on how many of these are needed.
        var rounds = (0..<Self.probeRounds).map { _ in script.probes(Self.probes) }[...]
        var due = start
        try await eventually("every partition has an instance; at first they had \(first)", seconds: 120) {
            try #require(world.instances.allSatisfy { $0.process.currentEnding == nil }, "an instance ended by itself")
            if due <= .now, let probes = rounds.popFirst() {
                try await world.prober.publish(probes)
                due = .now + Self.probeTime
            }
            return await world.isShared()
        }
        report.shares.append(.now - start)
    }

    /// Waits until no queue holds anything; then stops the instances in order and looks again.
    private mutating func drain() async throws {
        try await eventually("the queues are empty", seconds: 180) { try await filled()?.isEmpty ?? false }
        while !world.instances.isEmpty { try await world.removeOldest().stop() }
        try await eventually("nothing is left in the queues", seconds: 60) { try await filled()?.isEmpty ?? false }
        try await world.collector.collect()
    }

    /// Queues that hold messages, without those for the dead.
    private func filled() async throws -> [String]? { try await world.cluster.depths()?.keys.filter { $0 != world.queue.deadLetterName } }
}

extension Duration {
    fileprivate var secondsText: String { ClusterReport.text(self) }
}
