import FoundationEssentials
import Glibc
import Nodes
import Testing
import Waiting

/// A run of the ledger test: publishes, injects the faults of a plan, waits until everything works again, and settles the accounts.
struct LedgerRun {
    let seed: UInt64
    let plan: FaultPlan
    /// The faults are spread over this time; a run may take longer.
    let duration: Duration
    let world: LedgerWorld

    private var script: MessageScript
    private var report = LedgerReport()
    private var process: pid_t = 0

    /// In how many bits the second half of a step's messages is published.
    private static let bits = 10

    init(seed: UInt64, plan: FaultPlan, duration: Duration, world: LedgerWorld) {
        self.seed = seed
        self.plan = plan
        self.duration = duration
        self.world = world
        script = MessageScript(seed: seed)
    }

    /// Everything the plan holds. Afterwards the daemon has stopped, and the accounts can be settled.
    mutating func run(_ say: (String) -> Void) async throws -> LedgerReport {
        let start = ContinuousClock.now
        _ = try await recovery(since: start)
        try await lookAtProcess()
        for (index, step) in plan.steps.enumerated() {
            try? await Task.sleep(until: start + duration * index / plan.steps.count)
            let recovery = try await perform(step)
            say("\(index + 1)/\(plan.steps.count) \(step)\(recovery.map { ": working again after \($0)" } ?? "")")
        }
        try await world.feeder.publish(script.rest())
        try await drain()
        report.repeatedPublications = world.feeder.repeated.value + world.prober.repeated.value
        report.duration = .now - start
        return report
    }

    private mutating func perform(_ step: FaultPlan.Step) async throws -> Duration? {
        let messages = script.next(step.messages), feeder = world.feeder
        // Half of them at once, so that there is something to do; the others bit by bit, so that the fault meets publishing as well.
        let pause = (step.lead + step.hold) / Self.bits
        async let feeding: Void = {
            try await feeder.publish(Array(messages.prefix(messages.count / 2)))
            for bit in messages.dropFirst(messages.count / 2).split(into: Self.bits) {
                try await feeder.publish(bit)
                try await Task.sleep(for: pause)
            }
        }()
        try await Task.sleep(for: step.lead)
        for fault in step.faults {
            // The last look at a process that is about to end.
            if fault.subject == .daemon { try await lookAtProcess() }
            report.kinds[fault.kind, default: .init()].injected += 1
            try await world.inject(fault)
        }
        try await Task.sleep(for: step.hold)
        for fault in step.faults.reversed() { try await world.heal(fault) }
        let healed = ContinuousClock.now
        let recovery = step.awaitsRecovery ? try await recovery(since: healed) : nil
        try await feeding
        if let recovery {
            if step.faults.count == 1 { report.kinds[step.faults[0].kind, default: .init()].recoveries.append(recovery) }
            try await lookAtProcess()
        }
        return recovery
    }

    /// How long it took until a message published now was written in each queue.
    private mutating func recovery(since healed: ContinuousClock.Instant) async throws -> Duration {
        let probes = script.probes()
        try await world.prober.publish(probes)
        // After a crash eight deliveries come at a time. If all of them are messages that always fail, and nothing is stored, they are given up one after
        // the other, the first after a minute (Sources/Pipeline/Requests/Investigation.swift).
        try await eventually("a new message is written in each queue", seconds: 300) {
            try #require(world.daemon.currentEnding == nil, "the daemon ended by itself")
            return probes.allSatisfy(world.isStored)
        }
        return .now - healed
    }

    /// What is above the bound may be on its way out, such as a look at dead letters: it has some seconds for that.
    private mutating func lookAtProcess() async throws {
        guard var usage = ResourceUsage(of: world.daemon.pid) else { return }
        let deadline = ContinuousClock.now + .seconds(15)
        while process == world.daemon.pid, let first = report.usage.last?.first, !usage.isWithinBounds(of: first), .now < deadline {
            try await Task.sleep(for: .milliseconds(100))
            guard let later = ResourceUsage(of: process) else { return }
            usage = later
        }
        if process == world.daemon.pid, let last = report.usage.popLast() {
            report.usage.append((last.first, usage, last.steps + 1))
        } else {
            report.usage.append((usage, usage, 0))
            process = world.daemon.pid
        }
    }

    /// Waits until no queue holds anything, delivered or not; then stops the daemon in order and looks again.
    private mutating func drain() async throws {
        // A node that was killed may have forgotten that its queues' policy had been changed, seconds before (RabbitMQ 3.10.8).
        try await world.makeRoomForDeadLetters()
        let queues = LedgerQueue.allCases.map(\.name)
        try await eventually("the queues are empty", seconds: 120) { try await world.node.filled(queues).isEmpty }
        try await lookAtProcess()
        world.daemon.send(SIGTERM)
        #expect(try await world.daemon.end(within: 60) == .exited(0), "the daemon did not stop in order")
        let left = try await world.node.filled(queues)
        #expect(left.isEmpty, "left in the queues: \(left)")
        try await eventually("all dead letters are collected", seconds: 120) {
            try await world.collector.collect()
            return try await world.node.filled(LedgerQueue.allCases.map(\.deadLetterName)).isEmpty
        }
    }
}

extension Collection {
    /// So many parts of about the same size.
    fileprivate func split(into parts: Int) -> [[Element]] {
        let elements = Array(self)
        return (0..<parts).map { Array(elements[elements.count * $0 / parts..<elements.count * ($0 + 1) / parts]) }
    }
}
