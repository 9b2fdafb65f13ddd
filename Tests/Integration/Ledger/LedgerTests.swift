import ArangoEmulator
import FoundationEssentials
import Glibc
import Nodes
import TestDatabase
import Testing

/// The daemon as a process of its own, and everything around it failing. Tests/README.md, "The ledger test".
@Suite(
    "The ledger",
    .enabled(
        if: World.amqpURL != nil || LedgerOptions.isAskedFor,
        "AMQP_URL names no RabbitMQ; `packaging/test` and `packaging/soak` run this test, with a RabbitMQ of its own"))
struct LedgerTests {
    @Test("Whatever fails, published = written + stale + parked, and every document is as the model says")
    func accounts() async throws {
        let options = LedgerOptions(ProcessInfo.processInfo.environment)
        let say = { (line: String) in
            print("ledger: \(line)")
            // Into a pipe as well, at once.
            fflush(nil)
        }
        say("to repeat: \(options.command)")
        say("the daemon is \(options.binary); logs are in \(options.directory), and stay there if the test fails")
        try FileManager.default.createDirectory(atPath: options.directory, withIntermediateDirectories: true)

        let plan = FaultPlan(seed: options.seed, faults: options.faults, messages: options.messages)
        let world = try await LedgerWorld(in: options.directory, types: options.types, binary: options.binary)
        var run = LedgerRun(seed: options.seed, plan: plan, duration: options.duration, world: world)
        let report: LedgerReport
        do {
            report = try await run.run(say)
        } catch {
            say("failed, seed \(options.seed): \(error)")
            await world.end()
            throw error
        }
        let verdict = world.verdict()
        report.lines(world.model.value, verdict, world.database.counters).forEach(say)
        say("the broker is RabbitMQ \(try await world.node.version()), its queues are \(options.types); \(world.looks.value)")
        await world.end()

        #expect(verdict.unaccounted.isEmpty, "seed \(options.seed): \(verdict.unaccounted.prefix(20))")
        #expect(verdict.complaints.isEmpty, "seed \(options.seed): \(verdict.complaints.prefix(20))")
        #expect(world.model.value.publishedCount >= options.messages)
        #expect(report.faultCount == options.faults)
        #expect(!plan.looksAtDeadLetters || world.looks.value.answered > 0, "nothing was looked at")
        #expect(report.peakKiB < 64 << 10, "memory is bounded, whatever fails")
        let life = try #require(report.longestLife)
        #expect(life.last.isWithinBounds(of: life.first), "neither descriptors nor threads grow")
        if verdict.isClean { try FileManager.default.removeItem(atPath: options.directory) }
    }
}
