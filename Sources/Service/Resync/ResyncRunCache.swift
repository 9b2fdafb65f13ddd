internal import ControlMessages
internal import Formats
internal import Messages
internal import Settings
internal import Store
internal import Synchronization

/// Which runs are on, as all instances read them from ArangoDB.
///
/// A write must carry the runs that are on, and another instance may have begun one. So what is known is valid for ``lease`` only; older knowledge is
/// renewed before the write is sent, and if that fails, the write waits as in any outage. An instance that begins a run waits longer than that before
/// it reports the beginning.
final class ResyncRunCache: Sendable {
    /// How long a look at the runs is good for, counted from when it was begun.
    static let lease: Duration = .seconds(3)

    /// What one look showed.
    struct Knowledge: Sendable {
        /// The processors that were asked for.
        let processors: [String]
        /// Their runs, those that are over included.
        let runs: [ResyncRun]
        let at: ContinuousClock.Instant

        func run(of processor: String) -> ResyncRun? { runs.first { $0.processor == processor } }
    }

    private let store: DocumentStore
    private let table: SubscriptionRegistry
    /// Receives what one look showed, and the one before.
    private let onLook: @Sendable (_ before: Knowledge?, _ now: Knowledge) -> Void
    private let known = Mutex<Knowledge?>(nil)

    init(store: DocumentStore, table: SubscriptionRegistry, onLook: @escaping @Sendable (_ before: Knowledge?, _ now: Knowledge) -> Void) {
        self.store = store
        self.table = table
        self.onLook = onLook
    }

    /// The processors that may have runs.
    var processors: [ProcessorSettings] { table.table.settings.processors.filter { $0.resync != nil } }

    /// What the last look showed, however old; `nil` if there was none.
    var last: Knowledge? { known.withLock { $0 } }

    /// The run of a processor that is on, by the last look; `nil` if there is none.
    func summary(of processor: String) -> ResyncSummary? {
        guard let run = last?.run(of: processor), run.state.isActive else { return nil }
        return ResyncSummary(run: run.id, state: run.state.rawValue, since: run.since)
    }

    /// Members that each document written to `collection` gets now, joined by commas; empty: no run is on there.
    func members(for collection: String) async -> Result<[UInt8], RequestFailure> {
        let own = processors.filter { $0.collection.isExactly(collection) }
        guard !own.isEmpty else { return .success([]) }
        let knowledge: Knowledge
        if let last, .now - last.at < Self.lease, own.allSatisfy({ last.processors.contains($0.name) }) {
            knowledge = last
        } else {
            switch await look() {
            case .success(let fresh): knowledge = fresh
            case .failure(let failure): return .failure(failure)
            }
        }
        let members = own.compactMap { processor -> String? in
            guard let run = knowledge.run(of: processor.name), run.state.isActive, let attribute = processor.resync?.attribute else {
                return nil
            }
            return "\(JSONString.text(attribute)):\(JSONString.text(run.id))"
        }
        return .success(Array(members.joined(separator: ",").utf8))
    }

    /// Looks now.
    func look() async -> Result<Knowledge, RequestFailure> {
        let names = processors.map(\.name)
        let begin = ContinuousClock.now
        return await store.records(names, in: ResyncSettings.runsCollection, as: ResyncRun.self).map { records in
            let knowledge = Knowledge(processors: names, runs: records.compactMap(\.self), at: begin)
            let before = known.withLock { known -> Knowledge? in
                let before = known
                // A look that was begun earlier and answered later shows less.
                if before.map({ $0.at < begin }) ?? true { known = knowledge }
                return before
            }
            if before.map({ $0.at < begin }) ?? true { onLook(before, knowledge) }
            return knowledge
        }
    }

    /// Stores a run that has changed, if no other instance was faster; `nil` if one was.
    func put(_ run: ResyncRun, isNew: Bool = false) async -> Result<ResyncRun?, RequestFailure> {
        let result = await store.put(run, isNew: isNew, in: ResyncSettings.runsCollection)
        _ = await look()
        return result.map { revision in
            guard let revision else { return nil }
            var stored = run
            stored.revision = revision
            return stored
        }
    }
}

extension ResyncRunCache {
    /// Objections to other settings while runs are on, a line each: messages that were handled without a run's attribute would count as missing, and
    /// a run with another scope means nothing.
    ///
    /// An engine that has just begun has not looked yet, and looks now. A database that cannot be asked is no reason: nothing is written then either.
    func reasons(against settings: Settings) async -> [String] {
        var runs = last?.runs ?? []
        if last == nil, !processors.isEmpty, case .success(let knowledge) = await look() { runs = knowledge.runs }
        return runs.filter(\.state.isActive).compactMap { run in
            let new = settings.processors.first { $0.name == run.processor }
            let scope = new.flatMap { RunScope(run: run.id, of: $0, in: settings) }?.description
            guard !scope.isExactly(run.scope) else { return nil }
            return "a resynchronisation of \(run.processor) is on, and its [processor.resync], set or collection would change: "
                + "end it before, or `warren resync cancel \(run.processor)`"
        }
    }
}
