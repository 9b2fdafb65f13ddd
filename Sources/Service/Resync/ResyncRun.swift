/// One full resynchronisation of a processor's documents, as it is written down in ArangoDB: what all instances know of it, and where a restart
/// continues. Its changes are decided here; they are safe because a change is stored only if no other instance was faster.
struct ResyncRun: Sendable, Equatable {
    /// How far it is.
    enum State: String, Sendable, Codable, CaseIterable {
        /// Not every instance is sure to know of it yet: what is handled now may go unseen.
        case beginning
        /// What is handled is seen.
        case running
        /// More documents are missing than may be removed without asking.
        case asking
        /// The missing documents are being removed or marked.
        case sweeping
        /// The sweep met something that an administrator must look at.
        case stopped
        /// All missing documents are removed or marked.
        case done
        /// An administrator cancelled it.
        case cancelled

        /// What is handled carries the run.
        var isActive: Bool { self != .done && self != .cancelled }
    }

    /// What was counted when the run was to end.
    struct Counts: Sendable, Equatable, Codable {
        /// Documents that the run answers for.
        var scope: Int
        /// Those of them that it has not seen.
        var missing: Int
        /// Keys of some of them.
        var samples: [String]
    }

    /// The processor.
    let processor: String
    /// Its id, different for each run.
    let id: String
    /// What it covers and does, as in ``RunScope/description``: with another configuration it means something else.
    let scope: String
    /// Of the record.
    var revision: String?
    private(set) var state = State.beginning
    /// Milliseconds since 1970.
    let begunAt: UInt64
    /// When the state was reached, or the sweep last made progress.
    private(set) var changedAt: UInt64
    private(set) var counts: Counts?
    /// The most documents that may be removed or marked.
    private(set) var approved = 0
    /// Documents removed or marked.
    private(set) var removed = 0
    /// Documents that changed between the look and the removal: left alone.
    private(set) var kept = 0
    /// Which instance sweeps.
    private(set) var sweeper: String?
    /// Why it stopped.
    private(set) var reason: String?

    /// A run that begins.
    init(processor: String, id: String, scope: String, at now: UInt64) {
        self.processor = processor
        self.id = id
        self.scope = scope
        begunAt = now
        changedAt = now
    }
}

/// Why a change cannot be made.
struct ResyncRefusal: Error, Equatable, CustomStringConvertible {
    let description: String
}

/// The transitions.
extension ResyncRun {
    /// Every instance knows of it now.
    mutating func begun(at now: UInt64) {
        guard state == .beginning else { return }
        change(to: .running, at: now)
    }

    /// Everything of the run is handled, and so many documents are missing. At most `limit` may be removed without asking; with `isConfirmed` also as
    /// many as were reported when it asked.
    mutating func end(_ counts: Counts, limit: Int, isConfirmed: Bool, sweeper: String, at now: UInt64) throws(ResyncRefusal) {
        switch state {
        case .running, .asking, .stopped: break
        case .beginning: throw ResyncRefusal(description: "the run has not begun on all instances yet; wait for `warren resync begin`")
        case .sweeping: throw ResyncRefusal(description: "the run is being ended already")
        case .done, .cancelled: throw ResyncRefusal(description: "the run is \(state.rawValue); `warren resync begin` begins another")
        }
        let told = state == .asking && isConfirmed ? self.counts?.missing ?? 0 : 0
        self.counts = counts
        approved = removed + counts.missing
        if counts.missing == 0 {
            change(to: .done, at: now)
        } else if counts.missing <= max(limit, told) {
            self.sweeper = sweeper
            change(to: .sweeping, at: now)
        } else {
            change(to: .asking, at: now)
        }
    }

    /// Another instance continues the sweep.
    mutating func takeOver(by sweeper: String, at now: UInt64) {
        self.sweeper = sweeper
        changedAt = now
    }

    /// Some more documents were removed or marked, and some left alone.
    mutating func swept(removed: Int, kept: Int, at now: UInt64) {
        self.removed += removed
        self.kept += kept
        changedAt = now
    }

    /// No document is missing any more.
    mutating func finish(at now: UInt64) { change(to: .done, at: now) }

    /// The sweep cannot continue by itself.
    mutating func stop(_ reason: String, at now: UInt64) {
        change(to: .stopped, at: now)
        self.reason = reason
    }

    /// Gives it up: what is removed or marked stays so, the rest is left alone.
    mutating func cancel(at now: UInt64) throws(ResyncRefusal) {
        guard state.isActive else { throw ResyncRefusal(description: "there is nothing to cancel: the run is \(state.rawValue)") }
        change(to: .cancelled, at: now)
    }

    private mutating func change(to state: State, at now: UInt64) {
        self.state = state
        changedAt = now
        reason = nil
    }
}

extension ResyncRun {
    /// Another instance may continue a sweep that made no progress for so long.
    static let takeOverMilliseconds: UInt64 = 10_000

    /// How many documents may still be removed or marked.
    var allowance: Int { max(0, approved - removed) }

    /// Whether `instance` may sweep: it did before, or the instance that did has made no progress.
    func isToSweep(by instance: String, at now: UInt64) -> Bool {
        sweeper == instance || changedAt + Self.takeOverMilliseconds < now
    }
}

extension ResyncRun: Codable {
    /// The end of the year 9999: a later time is none, and cannot be shown.
    static let latestMilliseconds: UInt64 = 253_402_300_799_999
    /// No collection has as many documents, and no sum of such numbers overflows.
    static let mostDocuments = 1 << 53

    private enum CodingKeys: String, CodingKey {
        case processor = "_key"
        case revision = "_rev"
        case id = "run"
        case scope, state, counts, approved, removed, kept, sweeper, reason
        case begunAt = "begun_at"
        case changedAt = "changed_at"
    }

    /// Any client with write access to the database may have written a record. Values that no instance of ours can have written are refused here, so
    /// that nothing else needs to check them.
    init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: CodingKeys.self)
        func time(_ key: CodingKeys) throws -> UInt64 {
            let time = try record.decode(UInt64.self, forKey: key)
            guard time <= Self.latestMilliseconds else {
                throw DecodingError.dataCorruptedError(forKey: key, in: record, debugDescription: "\(time) is no time")
            }
            return time
        }
        func count(_ key: CodingKeys) throws -> Int {
            let count = try record.decode(Int.self, forKey: key)
            guard (0...Self.mostDocuments).contains(count) else {
                throw DecodingError.dataCorruptedError(forKey: key, in: record, debugDescription: "\(count) documents")
            }
            return count
        }
        processor = try record.decode(String.self, forKey: .processor)
        id = try record.decode(String.self, forKey: .id)
        scope = try record.decode(String.self, forKey: .scope)
        revision = try record.decodeIfPresent(String.self, forKey: .revision)
        state = try record.decode(State.self, forKey: .state)
        (begunAt, changedAt) = (try time(.begunAt), try time(.changedAt))
        (approved, removed, kept) = (try count(.approved), try count(.removed), try count(.kept))
        sweeper = try record.decodeIfPresent(String.self, forKey: .sweeper)
        reason = try record.decodeIfPresent(String.self, forKey: .reason)
        counts = try record.decodeIfPresent(Counts.self, forKey: .counts)
        if let counts, !(0...Self.mostDocuments).contains(counts.scope) || !(0...Self.mostDocuments).contains(counts.missing) {
            throw DecodingError.dataCorruptedError(forKey: .counts, in: record, debugDescription: "impossible counts")
        }
    }
}
