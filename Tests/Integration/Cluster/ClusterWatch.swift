import ArangoEmulator
import Testing

/// Looks at documents that many messages meet in, all the time, and notes each whose version is lower than it was.
struct ClusterWatch: Sendable {
    private let emulator: ArangoEmulator
    private let collection: String
    /// What was seen last, by key.
    private let versions = Box<[String: Int]>([:])
    /// Documents that went backwards.
    let setbacks = Box<[String]>([])

    init(_ world: ClusterWorld) {
        emulator = world.emulator
        collection = world.queue.collection
    }

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            for number in 0..<MessageScript.hotKeys { look("h\(number)") }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    /// How many documents have been seen.
    var seenCount: Int { versions.value.count }

    private func look(_ key: String) {
        let answer = emulator.perform("GET", "/_db/companies/_api/document/\(collection)/\(key)")
        guard answer.status == 200, let found = answer.body.firstMatch(of: /"version":([0-9]+)/), let version = Int(found.1) else { return }
        versions.update { versions in
            if let before = versions[key], version < before {
                setbacks.update { $0.append("\(key) went from version \(before) to \(version)") }
            }
            versions[key] = version
        }
    }
}
