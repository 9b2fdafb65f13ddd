internal import Formats
internal import Messages
internal import Settings

/// The temporary collections in which a proof writes, and the wording of its requests.
struct Sandbox: Sendable {
    /// The attribute that ArangoDB compares.
    static let version = "version"

    /// How Warren would send.
    let settings: ArangoDBSettings
    /// Where to.
    let names: SandboxNames
    /// False: there is the collection of documents alone.
    var hasEdges = true

    var database: String { settings.database }
    /// What it takes: creating collections needs the right to write to the database, which reaches to what is created there.
    var grants: [Grant] { [Grant(user: settings.grantee, database: database, .readWrite)] }

    /// Writes to the collection of documents, or to that of edges: keys, and the other members as JSON text.
    func batch(
        _ mode: WriteTarget.Mode, version: String? = Sandbox.version, inEdges: Bool = false, needsRevisions: Bool = false,
        _ documents: [(String, String)]
    ) -> WriteBatch {
        let target = WriteTarget(
            collection: inEdges ? names.edges : names.documents, mode: mode, versionAttribute: mode == .remove ? nil : version)
        let writes = documents.map { key, members in
            let source = Array(members.utf8)
            return PlannedWrite(
                processor: 0, delivery: Self.delivery, target: target, key: DocumentKey(legal: key), version: nil,
                document: DocumentText(source: source, runs: source.isEmpty ? [] : [source.indices], additions: []))
        }
        return WriteBatch(id: 1, target: target, writes: writes, needsRevisions: needsRevisions)
    }

    /// Sends a batch.
    func write(_ batch: WriteBatch) -> Call { .write(batch, settings: settings) }

    /// Reads documents of the collection back.
    func read(_ keys: [String], inEdges: Bool = false) -> Call { .read(reading(keys, inEdges: inEdges), database: database) }

    /// The same as a batch.
    func reading(_ keys: [String], inEdges: Bool = false, needsRevisions: Bool = false) -> ReadBatch {
        ReadBatch(
            id: 1, collection: inEdges ? names.edges : names.documents, versionAttribute: Self.version,
            keys: keys.map(DocumentKey.init(legal:)), needsRevisions: needsRevisions)
    }

    /// An experiment in the sandbox, with calls that depend on no answer.
    func assumption(
        _ name: String, _ statement: String, experiment: String, _ calls: [Call], judge: @escaping @Sendable ([Answer]) -> Judgement
    ) -> Assumption {
        assumption(name, statement, experiment: experiment, steps: calls.map { .fixed($0) }, judge: judge)
    }

    /// The same with calls that do.
    func assumption(
        _ name: String, _ statement: String, experiment: String, steps: [Assumption.Step],
        judge: @escaping @Sendable ([Answer]) -> Judgement
    ) -> Assumption {
        Assumption(name, statement, experiment: experiment, grants: grants, steps: steps, judge: judge)
    }

    private static let delivery = Delivery(
        tag: 1, redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: .identity, timestamp: nil, bytes: [],
        bodyBytes: 0)
}
