import FoundationEssentials
import Glibc

/// How long and hard the cluster test is; `packaging/soak --cluster` sets it in the environment.
struct ClusterOptions {
    let seed: UInt64
    let messages: Int
    let faults: Int
    /// The daemon.
    let binary: String
    /// Where everything lies; removed after a success.
    let directory: String

    /// From what was done to an instance to the storing of messages published then. The promise is five seconds, and `packaging/soak` holds the
    /// release build to it; a debug build among other tests is slower by a multiple, and only must not wait for a heartbeat or a timeout.
    static var handOverBound: Duration { isAskedFor ? .seconds(5) : .seconds(20) }

    /// By `packaging/soak --cluster`.
    static var isAskedFor: Bool { ProcessInfo.processInfo.environment["WARREN_CLUSTER_DIRECTORY"] != nil }

    /// By default, a run that does everything once.
    init(_ environment: [String: String], test: String) {
        let ledger = LedgerOptions(environment)
        seed = ledger.seed
        binary = ledger.binary
        faults = environment["WARREN_CLUSTER_FAULTS"].flatMap(Int.init) ?? 8
        messages = environment["WARREN_CLUSTER_MESSAGES"].flatMap(Int.init) ?? 8000
        let parent = environment["WARREN_CLUSTER_DIRECTORY"] ?? FileManager.default.temporaryDirectory.path + "/warren-cluster.\(getpid())"
        directory = "\(parent)/\(test)"
    }

    var command: String { "packaging/soak --cluster --seed \(seed) --messages \(messages) --faults \(faults)" }

    /// The same daemon as another file, which an upgrade goes to.
    func copy() throws -> String {
        let path = "\(directory)/warren-next"
        try FileManager.default.copyItem(atPath: binary, toPath: path)
        return path
    }
}
