public import Messages

/// Edges without one of their documents.
public struct OrphanCount: Sendable, Equatable {
    /// Edges without one or both.
    public let orphans: Int
    /// Edges that were looked at.
    public let looked: Int
    /// Edges in the collection.
    public let total: Int

    /// A count by its numbers.
    package init(orphans: Int, looked: Int, total: Int) {
        self.orphans = orphans
        self.looked = looked
        self.total = total
    }
}

extension DocumentStore {
    /// Edges looked at for ``orphans(in:)``: each costs two look-ups.
    static let orphansLooked = 100_000

    /// Counts edges whose `_from` or `_to` does not exist, among the first ``orphansLooked`` of a collection.
    public func orphans(in collection: String) async -> Result<OrphanCount, RequestFailure> {
        let total: Int
        switch await number(.count(of: collection)) {
        case .success(let number): total = number
        case .failure(let failure): return .failure(failure)
        }
        return await number(.orphans(in: collection, looked: Self.orphansLooked)).map {
            OrphanCount(orphans: $0, looked: min(total, Self.orphansLooked), total: total)
        }
    }
}

extension Query {
    /// How many documents a collection has.
    static func count(of collection: String) -> Query {
        Query(query: "FOR d IN @@collection COLLECT WITH COUNT INTO n RETURN n", bindVars: ["@collection": .text(collection)])
    }

    /// How many of the first edges of a collection lack one of their documents. A person waits for it.
    static func orphans(in collection: String, looked: Int) -> Query {
        Query(
            query: "FOR d IN @@collection LIMIT @most FILTER DOCUMENT(d._from) == null OR DOCUMENT(d._to) == null "
                + "COLLECT WITH COUNT INTO n RETURN n",
            bindVars: ["@collection": .text(collection), "most": .whole(looked)], options: Options(maxRuntime: 30))
    }
}
