import ArangoEmulator

/// Whether the stored edges are those of the model.
///
/// After a `sync` or an invalidation they are exactly what that says. An update only adds: all of its own must be there, and of older ones those
/// that came in time, each as its message said it.
struct EdgeJudgement {
    private(set) var complaints: [String] = []

    init(_ model: LedgerModel, _ stored: [String: StoredDocument]) {
        let byCompany = Dictionary(grouping: stored) { Self.company(of: $0.key) }
        for (key, messages) in model.versioned {
            guard let newest = messages.max(by: { $0.version < $1.version }) else { continue }
            judge(newest, among: messages, byCompany[key] ?? [])
        }
        let strays = byCompany.filter { model.versioned[$0.key] == nil }.flatMap { $0.value.map(\.key) }
        complaints += strays.sorted().map { "relations holds an edge of a company that nobody published: \($0)" }
    }

    private mutating func judge(_ newest: LedgerMessage, among messages: [LedgerMessage], _ stored: [(key: String, value: StoredDocument)])
    {
        let edges = Dictionary(uniqueKeysWithValues: stored)
        for relation in newest.relations {
            let key = relation.edgeKey(from: newest.key)
            if let problem = Self.problem(edges[key], as: relation, of: newest) { complaints.append("\(newest): edge \(key) \(problem)") }
        }
        let own = Set(newest.relations.map { $0.edgeKey(from: newest.key) })
        for (key, edge) in edges where !own.contains(key) {
            guard newest.queue == .updated || newest.queue == .linked else {
                complaints.append("\(newest): edge \(key) must be gone")
                continue
            }
            let isSomebodys = messages.contains { message in
                message.relations.contains { $0.edgeKey(from: message.key) == key && Self.problem(edge, as: $0, of: message) == nil }
            }
            if !isSomebodys { complaints.append("\(newest): edge \(key) is of no message of this company") }
        }
    }

    /// What is wrong with a stored edge; nil if it is as the message says it.
    private static func problem(_ edge: StoredDocument?, as relation: LedgerRelation, of message: LedgerMessage) -> String? {
        guard let edge else { return "is missing" }
        guard edge["n"] == "\(message.number)", edge["version"] == "\(message.version)" else {
            return "is of message \(edge["n"] ?? "none"), version \(edge["version"] ?? "none")"
        }
        let ends = (edge["_from"], edge["_to"])
        guard ends == ("\"\(LedgerQueue.companies)/\(message.key)\"", "\"\(LedgerQueue.companies)/\(relation.target)\"") else {
            return "goes from \(ends.0 ?? "nowhere") to \(ends.1 ?? "nowhere")"
        }
        return edge["written_by"] == "\"\(LedgerQueue.stamp)\"" ? nil : "is not stamped"
    }

    /// The company that an edge goes out from.
    private static func company(of key: String) -> String {
        let parts = key.split(separator: ":")
        return parts.count > 1 ? String(parts[1]) : ""
    }
}
