import ArangoEmulator
import TestDatabase
import Testing

/// Looks at documents that many messages meet in, all the time, and notes each whose version is lower than it was.
struct ClusterWatch: Sendable {
    private let database: TestDatabase
    private let collection: String
    /// What was seen last, by key.
    private let versions = Box<[String: Int]>([:])
    /// Documents that went backwards.
    let setbacks = Box<[String]>([])

    init(_ world: ClusterWorld) {
        database = world.database
        collection = world.queue.collection
    }

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            for (key, document) in database.documents(Self.keys, of: collection) { note(key, document) }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    /// How many documents have been seen.
    var seenCount: Int { versions.value.count }

    private static let keys = (0..<MessageScript.hotKeys).map { "h\($0)" }

    private func note(_ key: String, _ document: StoredDocument) {
        guard let version = document["version"].flatMap({ Int($0) }) else { return }
        versions.update { versions in
            if let before = versions[key], version < before {
                setbacks.update { $0.append("\(key) went from version \(before) to \(version)") }
            }
            versions[key] = version
        }
    }
}
