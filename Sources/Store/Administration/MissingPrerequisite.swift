public import Messages

/// Something that keeps the processors from working, found by looking and not by writing.
public enum MissingPrerequisite: Sendable, Equatable, CustomStringConvertible {
    /// No coordinator answers, or none as ArangoDB does; nothing else could be looked at.
    case unreachable(Fault)
    /// Credentials or rights are wrong; nothing else could be looked at.
    case notPermitted(Fault)
    /// A processor has a version, and this server would ignore it silently.
    case tooOld(ServerVersion)
    /// There is no such database.
    case noDatabase(String)
    /// There is no such collection.
    case noCollection(String)
    /// It is an edge collection.
    case notADocumentCollection(String)
    /// It is a document collection.
    case notAnEdgeCollection(String)
    /// There is no such graph.
    case noGraph(String)
    /// The graph does not know how these edge collections are used.
    case graphLacks(String, collections: [String])
    /// It is there, but cannot be looked at or written to.
    case noAccess(collection: String, Fault)
    /// There is no TTL index that removes documents when the time in this attribute has passed.
    case noExpiryIndex(collection: String, attribute: String)

    /// What is missing, and what to do.
    public var description: String {
        switch self {
        case .unreachable(let fault): "ArangoDB cannot be reached: \(fault)"
        case .notPermitted(let fault): "ArangoDB does not let us in: \(fault)"
        case .tooOld(let version):
            "ArangoDB \(version) ignores versions silently: `version` needs 3.12 or later (upgrade, or remove `version` from the processors)"
        case .noDatabase(let name): "there is no database \"\(name)\": `warren provision` creates it"
        case .noCollection(let name): "there is no collection \"\(name)\": `warren provision` creates it"
        case .notADocumentCollection(let name): "collection \"\(name)\" is an edge collection, and the processor writes documents"
        case .notAnEdgeCollection(let name): "collection \"\(name)\" holds documents, and the processor writes edges to it"
        case .noGraph(let name): "there is no graph \"\(name)\": `warren provision` creates it"
        case .graphLacks(let name, let collections):
            "graph \"\(name)\" lacks edges that are written, of \(collections.joined(separator: ", ")): `warren provision` adds them"
        case .noAccess(let collection, let fault): "collection \"\(collection)\" cannot be written to: \(fault)"
        case .noExpiryIndex(let collection, let attribute):
            "collection \"\(collection)\" has no TTL index on \(attribute): `warren provision` creates it"
        }
    }
}
