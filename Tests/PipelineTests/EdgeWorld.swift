import Messages

@testable import Pipeline

/// A database of companies and the edges between them, as far as versions and revisions matter (ArangoDB.md sections 3, 4 and 8).
struct EdgeWorld {
    struct Company {
        var version: UInt64?
        /// Of the message that the edges are of, by attribute.
        var markers: [String: UInt64] = [:]
        /// Which message it holds.
        var message: Int
    }
    struct Edge {
        let owner: String
        let version: UInt64?
        let revision: Int
        let message: Int
    }

    private(set) var companies: [String: Company] = [:]
    private(set) var edges: [String: Edge] = [:]
    private var revision = 0

    /// One element of a write request, as the database does it: `versionAttribute` decides, a stale write changes nothing.
    mutating func apply(_ write: PlannedWrite, message: Int) -> Outcome {
        write.target.collection == "relations" ? applyEdge(write, message) : applyCompany(write, message)
    }

    private mutating func applyCompany(_ write: PlannedWrite, _ message: Int) -> Outcome {
        let stored = companies[write.key.text]
        if let version = write.version, let old = stored?.version, version <= old { return .stale }
        // Replacing drops what is not named; merging keeps it.
        var company = Company(
            version: write.version, markers: write.target.mode == .replace ? [:] : stored?.markers ?? [:], message: message)
        for marker in write.markers { company.markers[marker] = write.version }
        companies[write.key.text] = company
        return .written
    }

    private mutating func applyEdge(_ write: PlannedWrite, _ message: Int) -> Outcome {
        if let version = write.version, let old = edges[write.key.text]?.version, version <= old { return .stale }
        revision += 1
        let owner = write.key.text.split(separator: ":")[1]
        edges[write.key.text] = Edge(owner: String(owner), version: write.version, revision: revision, message: message)
        return .written
    }

    func state(of key: DocumentKey, in collection: String, marker: String?) -> StoredState {
        if collection == "relations" { return edges[key.text].map { .found(version: $0.version) } ?? .missing }
        guard let company = companies[key.text] else { return .missing }
        return .found(version: company.version, edgesVersion: marker.flatMap { company.markers[$0] })
    }

    /// The first half of a sweep: the edges to remove, with the revisions that were seen.
    func look(_ sweep: EdgeSweep) -> [(key: String, revision: Int)] {
        let owner = sweep.plan.vertex.split(separator: "/")[1]
        return edges.filter { key, edge in
            guard edge.owner == owner else { return false }
            return switch sweep.scope {
            case .below(let version, _): edge.version.map { $0 < version } ?? true
            case .besides(let kept): !kept.contains(key)
            }
        }.map { ($0.key, $0.value.revision) }
    }

    /// The second half: each by its revision.
    mutating func remove(_ seen: some Sequence<(key: String, revision: Int)>) -> Outcome {
        var outcome = Outcome.written
        for (key, revision) in seen {
            guard let edge = edges[key] else { continue }
            if edge.revision == revision { edges[key] = nil } else { outcome = .conflict(Fault(errorNum: 1200, message: "simulated")) }
        }
        return outcome
    }
}

extension PlannedWrite {
    /// Attributes in the document that say which message its edges are from.
    fileprivate var markers: [String] {
        let text = String(decoding: document.additions, as: UTF8.self)
        return text.matches(of: /"(edges_of_[a-z]+)":/).map { String($0.1) }
    }
}
