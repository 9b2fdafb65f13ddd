internal import FoundationEssentials
internal import Messages
public import Settings

/// Proves on a server what Warren's promise rests on: in temporary collections that it removes, also those that an earlier proof has left behind.
///
/// What the server cannot do at present, or the user may not do, is not proven; nothing is concluded from it.
public struct Prover: Sendable {
    /// No experiment begins later. What is created counts as left behind after an hour (``SandboxNames/longestLife``).
    static let time: Duration = .seconds(300)

    private let settings: ArangoDBSettings
    private let plan: ProvisionPlan
    private let patience: Duration
    private let interval: Duration

    /// A proof with the rights and the coordinators of `settings`, also of the right to write what `plan` needs.
    public init(settings: ArangoDBSettings, plan: ProvisionPlan) {
        self.init(settings: settings, plan: plan, patience: ExpiryAssumptions.patience, interval: .seconds(1))
    }

    /// For tests: `patience` is how long a document may take to expire, `interval` the time between two looks.
    init(settings: ArangoDBSettings, plan: ProvisionPlan, patience: Duration, interval: Duration) {
        self.settings = settings
        self.plan = plan
        self.patience = patience
        self.interval = interval
    }

    /// The table, a line for each assumption. Takes as long as the server takes to remove an expired document: about half a minute. Throws what can be
    /// seen without a server.
    public func prove() async throws(StoreError) -> [ProofRow] {
        let store = try DocumentStore(settings: settings)
        var coordinators: [DocumentStore] = []
        for endpoint in settings.endpoints {
            var own = settings
            (own.endpoints, own.connections) = ([endpoint], 1)
            coordinators.append(try DocumentStore(settings: own))
        }
        let names = await store.sandboxNames()
        let leftovers = await store.removeLeftovers(now: names.seconds)
        let sandbox = Sandbox(settings: settings, names: names)
        var rows: [ProofRow] = []
        let obstacle = await store.open(sandbox)
        if let obstacle {
            let judgement = Judgement(obstacle: obstacle.failure)
            rows = Self.inSandbox(sandbox, patience: patience).map { $0.row(judgement) }
        } else {
            // Removing what has expired takes its time, and meanwhile the others are tried.
            async let expiry = tryAll(ExpiryAssumptions.all(sandbox, patience: patience), store, coordinators)
            rows = await tryAll(Self.atOnce(sandbox), store, coordinators)
            rows += await expiry
        }
        rows += await tryAll(Self.elsewhere(plan, settings), store, coordinators)
        let removal = if let obstacle { obstacle.removal } else { await store.close(sandbox) }
        rows.append(sandbox.row(removal, leftovers: leftovers))
        for coordinator in coordinators { await coordinator.close() }
        await store.close()
        return rows
    }

    /// Everything that is tried in the temporary collections.
    static func inSandbox(_ sandbox: Sandbox, patience: Duration = ExpiryAssumptions.patience) -> [Assumption] {
        atOnce(sandbox) + ExpiryAssumptions.all(sandbox, patience: patience)
    }

    /// The same without what takes its time.
    private static func atOnce(_ sandbox: Sandbox) -> [Assumption] {
        VersionAssumptions.all(sandbox) + ArrayAssumptions.all(sandbox) + MergeAssumptions.all(sandbox) + RevisionAssumptions.all(sandbox)
            + ReadingAssumptions.all(sandbox) + KeyAssumptions.all(sandbox) + EdgeAssumptions.all(sandbox) + QueryAssumptions.all(sandbox)
            + SyncAssumptions.all(sandbox) + AdministrationAssumptions.all(sandbox) + CoordinatorAssumptions.all(sandbox)
    }

    /// What needs no temporary collection.
    static func elsewhere(_ plan: ProvisionPlan, _ settings: ArangoDBSettings) -> [Assumption] {
        [QueryAssumptions.version(settings)] + RightsAssumptions.all(plan, settings: settings)
    }

    private func tryAll(_ assumptions: [Assumption], _ store: DocumentStore, _ coordinators: [DocumentStore]) async -> [ProofRow] {
        let end = ContinuousClock.now + Self.time
        var rows: [ProofRow] = []
        for assumption in assumptions {
            guard ContinuousClock.now < end else {
                rows.append(assumption.row(.notProven("the experiments before it took more than \(Self.time.components.seconds) s")))
                continue
            }
            let judgement = await store.judge(assumption, coordinators: coordinators, interval: interval)
            rows.append(assumption.row(judgement))
        }
        return rows
    }
}

extension Judgement {
    /// The temporary collections cannot be had.
    init(obstacle failure: RequestFailure) {
        let text = "the temporary collections cannot be created: \(failure.fault)"
        self = [401, 403].contains(failure.fault.status) ? .notPermitted(text) : .notProven(text)
    }
}

extension Sandbox {
    /// The last line of the table: that nothing is left.
    func row(_ removal: DocumentStore.Removal, leftovers: DocumentStore.Removal) -> ProofRow {
        var answer = "\(removal.removed.count) removed"
        if !leftovers.removed.isEmpty { answer += "; of an earlier proof that did not end: \(leftovers.removed.joined(separator: ", "))" }
        if !leftovers.kept.isEmpty { answer += "; of another proof, that may still run: \(leftovers.kept.joined(separator: ", "))" }
        let left = removal.left + leftovers.left
        if !left.isEmpty {
            answer =
                left.map { "\($0.name) is still there: \($0.fault)" }.joined(separator: "; ")
                + ". Remove it with DELETE /_db/\(database)/_api/collection/<name>"
        }
        return ProofRow(
            name: "cleanup", assumption: "Nothing of this proof is left, and nothing of those that were interrupted",
            done: "the temporary collections are removed, and those of proofs whose process is gone, or that are older than an hour",
            answer: answer,
            verdict: left.isEmpty ? .proven : .failed)
    }
}
