import FoundationEssentials
import Glibc

/// How long and hard the ledger test is; `packaging/soak` sets it in the environment.
struct LedgerOptions {
    let seed: UInt64
    let minutes: Int
    let messages: Int
    let faults: Int
    let types: LedgerQueueTypes
    /// The daemon.
    let binary: String
    /// Where everything lies; removed after a success.
    let directory: String

    /// By `packaging/soak`.
    static var isAskedFor: Bool { ProcessInfo.processInfo.environment["WARREN_LEDGER_DIRECTORY"] != nil }

    /// By default, a run that fits into every test run.
    init(_ environment: [String: String]) {
        seed = environment["WARREN_SEED"].flatMap(UInt64.init) ?? .random(in: 1...999_999)
        minutes = environment["WARREN_LEDGER_MINUTES"].flatMap(Int.init) ?? 2
        messages = environment["WARREN_LEDGER_MESSAGES"].flatMap(Int.init) ?? 20_000
        faults = environment["WARREN_LEDGER_FAULTS"].flatMap(Int.init) ?? 50
        types = environment["WARREN_LEDGER_QUEUES"].flatMap(LedgerQueueTypes.init) ?? .mixed
        binary = environment["WARREN_BINARY"] ?? Self.besideTests
        version = environment["WARREN_TEST_RABBITMQ_VERSION"]
        directory = environment["WARREN_LEDGER_DIRECTORY"] ?? FileManager.default.temporaryDirectory.path + "/warren-ledger.\(getpid())"
    }

    var duration: Duration { .seconds(60 * minutes) }
    var command: String {
        "packaging/soak --minutes \(minutes) --seed \(seed) --messages \(messages) --faults \(faults) --queues \(types)"
            + (version.map { " --rabbitmq \($0)" } ?? "")
    }

    /// Of the broker; `nil` for the machine's.
    private let version: String?

    /// `swift build --build-tests` puts it where the test program is.
    private static var besideTests: String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return program.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/warren"
    }
}
