import Messages

@testable import Pipeline

/// What must hold at each step, and in the end.
extension Simulation {
    mutating func claim(_ batch: WriteBatch) throws {
        let keys = Set(batch.writes.map(\.key.text))
        guard keys.count == batch.writes.count, keysInFlight.isDisjoint(with: keys) else {
            throw Violation(description: "two writes of one document in flight: \(keys)")
        }
        if hasVersions, let mixture = batch.writes.first(where: { ids($0).count != 1 }) {
            throw Violation(description: "messages \(ids(mixture)) merged, although what is stored may be newer than some of them")
        }
        keysInFlight.formUnion(keys)
        claims[batch.id] = keys
    }

    mutating func release(_ id: RequestID) {
        keysInFlight.subtract(claims.removeValue(forKey: id) ?? [])
    }

    /// Something newer is stored: reading back may settle a message whose own write never arrived.
    func isCovered(_ id: Int) -> Bool {
        guard let version = messages[id].version, let stored = documents[messages[id].key]?.version else { return false }
        return stored >= version
    }

    /// Something newer is stored.
    func isOvertaken(_ id: Int) -> Bool {
        guard let version = messages[id].version, let stored = documents[messages[id].key]?.version else { return false }
        return stored > version
    }

    func checkEnd() throws {
        if let lost = messages.firstIndex(where: { !$0.isAcknowledged }) {
            throw Violation(description: "message \(lost) was never settled")
        }
        guard machine.isIdle, machine.heldBytes == 0 else { throw Violation(description: "idle, but \(machine.heldBytes) bytes held") }
        for (key, list) in Dictionary(grouping: messages.indices.filter { messages[$0].isApplied }, by: { messages[$0].key }) {
            guard let stored = documents[key] else { throw Violation(description: "document \(key) is gone") }
            // Without versions the last one wins. One that was parked may have been written as well: its confirmation was lost.
            let isRight =
                hasVersions
                ? stored.version == list.compactMap { messages[$0].version }.max()
                : stored.message >= list.filter { !messages[$0].isParked }.max() ?? 0
            // Nor may an attribute be from before the last message that has it.
            let isWhole = (hasVersions ? [stored.message] : list.filter { !messages[$0].isParked }).allSatisfy { id in
                attributes(of: content(id)).allSatisfy { name, id in stored.attributes[name].map { $0 >= id } ?? false }
            }
            guard isRight, isWhole else { throw Violation(description: "document \(key) is not what the model says: \(stored)") }
        }
    }
}
