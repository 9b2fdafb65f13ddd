import ArangoEmulator
import FoundationEssentials
import Glibc
import TestDatabase
import Testing

/// Several instances of the daemon, and RabbitMQ nodes in a cluster, that come, go and fail.
@Suite(
    "Beyond one machine", .serialized,
    .enabled(
        if: World.amqpURL != nil || ClusterOptions.isAskedFor,
        "AMQP_URL names no RabbitMQ; `packaging/test` and `packaging/soak --cluster` run this test, with nodes of its own"))
struct ClusterTests {
    @Test("Three instances, twelve quorum partitions on three nodes: whatever part dies, nothing is lost and no document goes backwards")
    func cluster() async throws { try await run(.updated, nodes: 3) }

    @Test("Without versions each document's last write is its last message, whichever instance had its partition")
    func order() async throws { try await run(.profiled, nodes: 1) }

    private func run(_ queue: LedgerQueue, nodes: Int) async throws {
        let options = ClusterOptions(ProcessInfo.processInfo.environment, test: queue.rawValue)
        let say = { (line: String) in
            print("cluster: \(line)")
            // Into a pipe as well, at once.
            fflush(nil)
        }
        say("to repeat: \(options.command)")
        say("the daemon is \(options.binary); logs are in \(options.directory), and stay there if the test fails")
        try FileManager.default.createDirectory(atPath: options.directory, withIntermediateDirectories: true)

        let plan = ClusterPlan(
            seed: options.seed, faults: options.faults, messages: options.messages, nodes: nodes)
        let world = try await ClusterWorld(
            in: options.directory, queue: queue, nodes: nodes, binaries: [options.binary, try options.copy()])
        let watch = ClusterWatch(world)
        let watching = Task { await watch.run() }
        var run = ClusterRun(seed: options.seed, plan: plan, world: world)
        let result = await Result { () async throws in try await run.run(say) }
        watching.cancel()
        await watching.value
        let verdict = world.verdict()
        if case .success(let report) = result {
            report.lines(world.model.value, verdict, world.database.counters, watch).forEach(say)
        } else {
            say("failed, seed \(options.seed)")
        }
        await world.end()

        let report = try result.get()
        #expect(verdict.unaccounted.isEmpty, "seed \(options.seed): \(verdict.unaccounted.prefix(20))")
        #expect(verdict.complaints.isEmpty, "seed \(options.seed): \(verdict.complaints.prefix(20))")
        #expect(world.model.value.publishedCount >= plan.steps.reduce(0) { $0 + $1.messages })
        #expect(watch.setbacks.value.isEmpty, "seed \(options.seed): \(watch.setbacks.value.prefix(20))")
        #expect(!queue.hasVersion || watch.seenCount > 0)
        #expect(report.longestHandOver < ClusterOptions.handOverBound, "seed \(options.seed): partitions move in time")
        if verdict.isClean { try FileManager.default.removeItem(atPath: options.directory) }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
