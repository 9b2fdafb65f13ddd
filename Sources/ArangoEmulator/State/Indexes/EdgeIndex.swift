/// Which edges begin and end where, as ArangoDB's edge index knows it: looking at a vertex does not go through all edges.
struct EdgeIndex: Sendable {
    /// Keys of edges by the `_id` of the vertex at one end.
    private var byFrom: [String: Set<String>] = [:]
    private var byTo: [String: Set<String>] = [:]

    /// Keys of the edges that go out from a vertex.
    func outgoing(_ vertex: String) -> Set<String> { byFrom[vertex] ?? [] }

    /// Keys of the edges that come in to it.
    func incoming(_ vertex: String) -> Set<String> { byTo[vertex] ?? [] }

    /// A document replaces another one; either may be missing.
    mutating func change(from old: Document?, to new: Document?) {
        guard old?.ends != new?.ends || old?.key != new?.key else { return }
        if let old, let ends = old.ends {
            Self.remove(old.key, from: &byFrom, at: ends.from)
            Self.remove(old.key, from: &byTo, at: ends.to)
        }
        if let new, let ends = new.ends {
            byFrom[ends.from, default: []].insert(new.key)
            byTo[ends.to, default: []].insert(new.key)
        }
    }

    private static func remove(_ key: String, from index: inout [String: Set<String>], at vertex: String) {
        index[vertex]?.remove(key)
        if index[vertex]?.isEmpty == true { index[vertex] = nil }
    }
}
