import Messages

@testable import Pipeline

/// The database: what it stores, and how it fails.
extension Simulation {
    /// A document as it is stored.
    struct Stored {
        var version: UInt64?
        /// The message written last.
        var message: Int
        /// Attributes, with the message each is from.
        var attributes: [String: Int] = [:]
    }

    /// A request reaches the database, or not.
    mutating func arrive(_ batch: WriteBatch) {
        let fault = Fault(message: "simulated")
        if hasFaults, chance(0.05) { isAway.toggle() }
        if hasFaults, !isBlameless, chance(0.05) { isHanging.toggle() }
        if !hasFaults { (isAway, isHanging) = (false, false) }
        let reply: WriteReply
        if isAway {
            reply = .failure(chance(0.8) ? .outage(fault) : .configuration(fault))
        } else if isHanging || (hasFaults && !isBlameless && chance(0.05)) {
            reply = .failure(.unknown(fault))
        } else if batch.writes.contains(where: { isPoison($0) }), hasFaults, chance(0.3) {
            reply = .failure(.rejected(fault))
        } else if hasFaults, !isBlameless, chance(0.03) {
            reply = .failure(.failing(fault))
        } else {
            let outcomes = batch.writes.map { apply($0) }
            reply = hasFaults && !isBlameless && chance(0.08) ? .failure(.unknown(fault)) : .success(outcomes)
        }
        plan(.answer(batch.id, reply), in: 0...0.3)
    }

    /// What a write is answered that leaves nothing.
    mutating func answer(to proof: WriteProof) -> RequestFailure? {
        let fault = Fault(message: "simulated")
        guard hasFaults else { return nil }
        if isAway { return chance(0.8) ? .outage(fault) : .configuration(fault) }
        if isHanging { return .unknown(fault) }
        return !isBlameless && chance(0.05) ? .failing(fault) : nil
    }

    private mutating func apply(_ write: PlannedWrite) -> Outcome {
        let attributes = attributes(write)
        if isPoison(write) { return .refused(Fault(errorNum: 1620, message: "simulated")) }
        if hasFaults {
            if !isBlameless, chance(0.03) { return .transient(Fault(message: "simulated")) }
            if chance(0.03) { return .conflict(Fault(message: "simulated")) }
            if chance(0.02) { return .unavailable(Fault(message: "simulated")) }
        }
        var stored = documents[write.key.text] ?? Stored(version: nil, message: -1)
        for id in ids(write) { messages[id].isApplied = true }
        if let version = write.version, let old = stored.version, version <= old { return .stale }
        stored.version = write.version
        stored.message = attributes["\"last\""] ?? -1
        stored.attributes.merge(attributes) { $1 }
        documents[write.key.text] = stored
        return .written
    }

    private func isPoison(_ write: PlannedWrite) -> Bool { ids(write).contains { messages[$0].isPoison } }

    mutating func arriveRead(_ batch: ReadBatch) {
        let reply: ReadReply
        if hasFaults, !isHanging, chance(0.2) {
            reply = .failure(chance(0.5) ? .unknown(Fault(message: "simulated")) : .outage(Fault(message: "simulated")))
        } else {
            reply = .success(batch.keys.map { key in documents[key.text].map { .found(version: $0.version) } ?? .missing })
        }
        plan(.answerRead(batch.id, reply), in: 0...0.3)
    }

    /// The messages that a write carries.
    func ids(_ write: PlannedWrite) -> Set<Int> { Set(attributes(write).values) }

    /// The attributes of a write, with the message each is from.
    private func attributes(_ write: PlannedWrite) -> [String: Int] { attributes(of: write.document.additions) }

    func attributes(of text: [UInt8]) -> [String: Int] {
        let members = String(decoding: text, as: UTF8.self).split(separator: ",").map { $0.split(separator: ":") }
        return Dictionary(uniqueKeysWithValues: members.map { (String($0[0]), Int($0[1]) ?? -1) })
    }
}
