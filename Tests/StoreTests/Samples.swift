import Messages
import Settings
import TestDatabase

@testable import Store

/// A write of `{"_key":key,"a":1}`.
func plannedWrite(_ key: String, in target: WriteTarget = .companies(), members: String = #""a":1"#) -> PlannedWrite {
    let route = Route(exchange: "", routingKey: "company.updated")
    let delivery = Delivery(
        tag: 1, redelivered: false, route: route, contentEncoding: .identity, timestamp: nil, bytes: [], bodyBytes: 0)
    let source = Array(members.utf8)
    return PlannedWrite(
        processor: 0, delivery: delivery, target: target, key: DocumentKey(legal: key), version: nil,
        document: DocumentText(source: source, runs: source.isEmpty ? [] : [0..<source.count], additions: []))
}

func writeBatch(_ keys: String..., to target: WriteTarget = .companies()) -> WriteBatch {
    WriteBatch(id: 1, target: target, writes: keys.map { plannedWrite($0, in: target) })
}

func readBatch(_ keys: String..., versionAttribute: String? = "version") -> ReadBatch {
    ReadBatch(id: 1, collection: "companies", versionAttribute: versionAttribute, keys: keys.map(DocumentKey.init(legal:)))
}

extension WriteTarget {
    static func companies(_ mode: Mode = .update, version: String? = "version") -> WriteTarget {
        WriteTarget(collection: "companies", mode: mode, versionAttribute: version)
    }
}

extension ArangoDBSettings {
    /// Short times, one connection, basic authentication.
    static func testing(_ endpoints: String..., change: (inout ArangoDBSettings) -> Void = { _ in }) -> ArangoDBSettings {
        var settings = ArangoDBSettings()
        settings.endpoints = endpoints
        settings.timeout = .seconds(30)
        settings.connections = 1
        change(&settings)
        return settings
    }

    /// The same, for a database of the test's own and whoever may do everything in it.
    static func testing(_ database: TestDatabase, change: (inout ArangoDBSettings) -> Void = { _ in }) -> ArangoDBSettings {
        testing(database.url) {
            ($0.database, $0.username, $0.password) = (database.name, database.username, Secret(database.password))
            change(&$0)
        }
    }
}

extension Answer {
    init(_ status: Int, _ body: String) { self.init(status: status, body: Array(body.utf8), endpoint: "http://db:8529") }
}

/// The answer of a server that took these documents.
func accepted(_ keys: String..., oldRevision: String? = nil, revision: String = "_new") -> String {
    let elements = keys.map { key in
        #"{"_id":"companies/\#(key)","_key":"\#(key)","_rev":"\#(revision)"\#(oldRevision.map { #","_oldRev":"\#($0)""# } ?? "")}"#
    }
    return "[\(elements.joined(separator: ","))]"
}

extension Result {
    var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
    var value: Success? { try? get() }
}

/// A failure without its words.
enum FailureKind: Equatable, Sendable { case outage, collection, configuration, unknown, rejected, failing }

extension RequestFailure {
    var kind: FailureKind {
        switch self {
        case .outage: .outage
        case .collection: .collection
        case .configuration: .configuration
        case .unknown: .unknown
        case .rejected: .rejected
        case .failing: .failing
        }
    }
}

/// An outcome without its words.
enum OutcomeKind: Equatable, Sendable { case written, stale, conflict, transient, unavailable, refused }

extension Outcome {
    var kind: OutcomeKind {
        switch self {
        case .written: .written
        case .stale: .stale
        case .stored(_, let isStale): isStale ? .stale : .written
        case .conflict: .conflict
        case .transient: .transient
        case .unavailable: .unavailable
        case .refused: .refused
        }
    }
}
