/// Keys that somebody is writing, while a write takes time (``ArangoEmulator/Configuration/writeTime``).
struct KeyLocks: Sendable {
    /// How long a request for one document waits for a key: a fixed second (ArangoDB.md section 4 [D, notes of 3.11]).
    static let patience: UInt64 = 1000

    /// When each key is free again, in milliseconds since 1970.
    private var ends: [String: UInt64] = [:]

    /// Milliseconds until the key is free; 0 if it is.
    func wait(for document: String, now: UInt64) -> UInt64 {
        guard let end = ends[document], end > now else { return 0 }
        return end - now
    }

    mutating func take(_ documents: some Sequence<String>, until end: UInt64, now: UInt64) {
        ends = ends.filter { $0.value > now }
        for document in documents { ends[document] = end }
    }
}

extension ServerState {
    /// Milliseconds until the document of that key can be written. Always 0 where writing takes no time.
    func wait(for key: String?, in name: String, of request: Request) -> UInt64 {
        guard configuration.writeTime > .zero, let key else { return 0 }
        return locks.wait(for: Self.document(key, in: name, of: request), now: clock.now)
    }

    /// Holds keys for as long as a write takes, after it has waited; the answer comes when that is over.
    mutating func hold(_ keys: [String], in name: String, of request: Request, after wait: UInt64 = 0) {
        guard configuration.writeTime > .zero else { return }
        let time = wait + UInt64(clamping: configuration.writeTime.milliseconds)
        locks.take(keys.map { Self.document($0, in: name, of: request) }, until: clock.now + time, now: clock.now)
        answerDelay += .milliseconds(time)
    }

    private static func document(_ key: String, in name: String, of request: Request) -> String { "\(request.database)/\(name)/\(key)" }
}

extension ArangoError {
    /// What an array gets that meets another write: only the message tells it from a revision that does not match. Its text is untried.
    static func writeConflict(_ key: String) -> ArangoError {
        ArangoError(status: 409, errorNum: 1200, message: "write-write conflict; key: \(key)")
    }
    static func lockTimeout(_ key: String) -> ArangoError {
        ArangoError(
            status: 409, errorNum: 1200,
            message: "Timeout waiting to lock key - in index primary of type primary over '_key'; conflicting key: \(key)")
    }
}
