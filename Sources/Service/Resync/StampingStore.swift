internal import Messages
internal import Store

/// The store as the pipeline sees it where full resynchronisations are configured.
///
/// While a run is on, no outcome of a write to its collection reaches the pipeline, and so no delivery is acknowledged, before the document
/// carries the run. What is written carries it in the same request. What is *not* written, because something newer is stored or was found when it
/// was read back, gets it merged in by a request of its own: a message about it was handled, so it is seen.
struct StampingStore: Sendable {
    let store: DocumentStore
    let runs: ResyncRunCache

    /// Writes a batch.
    func write(_ batch: WriteBatch) async -> WriteReply {
        guard batch.target.mode == .update || batch.target.mode == .replace else { return await store.write(batch) }
        let members: [UInt8]
        switch await runs.members(for: batch.target.collection) {
        case .success(let known): members = known
        case .failure(let failure): return .failure(Self.notSent(failure))
        }
        guard !members.isEmpty else { return await store.write(batch) }
        return await store.write(batch, adding: members).asyncMap { outcomes in
            var outcomes = outcomes
            let stale = outcomes.indices.filter { outcomes[$0].isStale }
            guard !stale.isEmpty else { return outcomes }
            let stamped = await store.stamp(stale.map { batch.writes[$0].key }, in: batch.target.collection, with: members)
            // Not stamped is not settled: the write is stale again, and then it is stamped again.
            // And what is stored has another revision now.
            for (index, outcome) in zip(stale, stamped) { outcomes[index] = outcome == .written ? .stale : outcome }
            return outcomes
        }
    }

    /// Reads documents back: what is found may settle its message without another write.
    func read(_ batch: ReadBatch) async -> ReadReply {
        let members: [UInt8]
        switch await runs.members(for: batch.collection) {
        case .success(let known): members = known
        case .failure(let failure): return .failure(Self.notSent(failure))
        }
        let reply = await store.read(batch)
        guard !members.isEmpty, case .success(var states) = reply else { return reply }
        let found = states.indices.filter { states[$0].isFound }
        guard !found.isEmpty else { return .success(states) }
        let stamped = await store.stamp(found.map { batch.keys[$0] }, in: batch.collection, with: members)
        for (index, outcome) in zip(found, stamped) {
            switch outcome {
            case .written, .stale, .stored: break
            case .unavailable(let fault): return .failure(.outage(fault))
            case .conflict(let fault), .transient(let fault), .refused(let fault): states[index] = .unreadable(fault)
            }
        }
        return .success(states)
    }

    /// Which runs are on could not be read, so nothing was sent: no message's fault, and nothing is in doubt.
    private static func notSent(_ failure: RequestFailure) -> RequestFailure {
        if case .configuration = failure { failure } else { .outage(failure.fault) }
    }
}

extension Outcome {
    fileprivate var isStale: Bool {
        switch self {
        case .stale, .stored(_, isStale: true): true
        case .written, .stored, .conflict, .transient, .unavailable, .refused: false
        }
    }
}

extension StoredState {
    fileprivate var isFound: Bool { if case .found = self { true } else { false } }
}

extension Result {
    fileprivate func asyncMap<Value>(_ transform: (Success) async -> Value) async -> Result<Value, Failure> {
        switch self {
        case .success(let value): .success(await transform(value))
        case .failure(let failure): .failure(failure)
        }
    }
}
