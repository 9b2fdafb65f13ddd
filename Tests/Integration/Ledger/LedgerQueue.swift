/// The queues of the ledger test, with versions and without.
enum LedgerQueue: String, CaseIterable, Sendable {
    case updated, invalidated, synced
    /// Updates with relations: edges are added to those of the same company, and only a `sync` or an invalidation takes some away.
    case linked
    /// Without versions, in a collection of its own: the last message of a document wins.
    case profiled

    static let companies = "companies", profiles = "profiles", relations = "relations"
    /// Whose the edges are: those of both queues that write some.
    static let stamp = "ledger"

    var name: String { "ledger.\(rawValue)" }
    var deadLetterName: String { name + ".dead" }
    var hasVersion: Bool { self != .profiled }
    /// Its messages name relations.
    var hasEdges: Bool { self == .synced || self == .linked }
    var collection: String { hasVersion ? Self.companies : Self.profiles }

    /// Its `[[processor]]`.
    var processor: String {
        let operation =
            switch self {
            case .updated, .linked, .profiled: "update"
            case .invalidated: "invalidate"
            case .synced: "sync"
            }
        return """
            [[processor]]
            name = "\(rawValue)"
            queue = "\(name)"
            operation = "\(operation)"
            collection = "\(collection)"
            key = "/id"
            \(hasVersion ? "version = \"/version\"" : "")
            \(edges)

            """
    }

    private var edges: String {
        if self == .invalidated { return "edges = \"remove\"" }
        guard hasEdges else { return "" }
        return """
            stamp = "\(Self.stamp)"
            [[processor.edges]]
            collection = "\(Self.relations)"
            each = "/relations"
            to = "/company_id"
            key = ["/type"]
            """
    }
}
