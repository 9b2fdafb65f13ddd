import ArangoEmulator
import FoundationEssentials
import Glibc
import Testing

extension WholeService {
    @Suite("The ledger") struct Ledger {
        @Test("Whatever fails, published = written + stale + parked, and every document is as the model says")
        func accounts() async throws {
            let options = LedgerOptions(ProcessInfo.processInfo.environment)
            let plan = FaultPlan(seed: options.seed, faults: options.faults, messages: options.messages)
            let say = { (line: String) in print("ledger: \(line)") }
            say("to repeat: \(options.command)")
            let directory = FileManager.default.temporaryDirectory.path + "/warren-ledger.\(options.seed).\(getpid())"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            say("daemon \(options.binary); logs in \(directory), kept if the test fails")

            let world = try await LedgerWorld(in: directory, binary: options.binary)
            var run = LedgerRun(seed: options.seed, plan: plan, duration: options.duration, world: world)
            let report: LedgerReport, verdict: LedgerVerdict
            do {
                (report, verdict) = try await run.run(say)
            } catch {
                say("failed with seed \(options.seed): \(error)")
                await world.end()
                throw error
            }
            let counters = world.emulator.counters
            report.lines(
                world.model.value, verdict, (counters.documentsWritten, counters.documentsUnchanged, counters.elementErrors)
            ).forEach(say)
            await world.end()

            #expect(verdict.unaccounted.isEmpty, "seed \(options.seed): \(verdict.unaccounted.prefix(20))")
            #expect(verdict.complaints.isEmpty, "seed \(options.seed): \(verdict.complaints.prefix(20))")
            #expect(report.faultCount == options.faults)
            if verdict.isClean { try FileManager.default.removeItem(atPath: directory) }
        }
    }
}

/// How long and hard the ledger test is; `packaging/soak` sets it in the environment.
struct LedgerOptions {
    let seed: UInt64
    let minutes: Int
    let messages: Int
    let faults: Int
    let binary: String

    /// Unless told otherwise, a run that fits into every test run.
    init(_ environment: [String: String]) {
        seed = environment["WARREN_SEED"].flatMap(UInt64.init) ?? .random(in: 1...999_999)
        minutes = environment["WARREN_LEDGER_MINUTES"].flatMap(Int.init) ?? 2
        messages = environment["WARREN_LEDGER_MESSAGES"].flatMap(Int.init) ?? 20_000
        faults = environment["WARREN_LEDGER_FAULTS"].flatMap(Int.init) ?? 48
        binary = environment["WARREN_BINARY"] ?? Self.besideTests
    }

    var duration: Duration { .seconds(60 * minutes) }
    var command: String { "packaging/soak --minutes \(minutes) --seed \(seed) --messages \(messages) --faults \(faults)" }

    /// `swift build --build-tests` puts it where the test program is.
    private static var besideTests: String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return program.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/warren"
    }
}
