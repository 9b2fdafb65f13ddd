public import Messages

/// Something that keeps the processors from working, found by looking and not by writing.
public enum MissingPrerequisite: Sendable, Equatable, CustomStringConvertible {
    /// No coordinator answers, or none as ArangoDB does; nothing else could be looked at.
    case unreachable(Fault)
    /// Something answers, and not as ArangoDB does, or not in a way that can be trusted; nothing else could be looked at.
    case unusable(Fault)
    /// Credentials or rights are wrong; nothing else could be looked at.
    case notPermitted(Fault)
    /// The credentials are right, and this user may not use the database. ArangoDB says the same of one that is not there.
    case noDatabaseAccess(String, user: String)
    /// A processor has a version, and this server would ignore it silently.
    case tooOld(ServerVersion)
    /// A processor has a version, and nothing shows that this server would not ignore it silently.
    case hiddenVersion(VersionObstacle)
    /// A processor has a version, and this server was seen to ignore it.
    case ignoresVersions(Fault)
    /// There is no such database.
    case noDatabase(String)
    /// There is no such collection.
    case noCollection(String)
    /// It is an edge collection.
    case notADocumentCollection(String)
    /// It is a document collection.
    case notAnEdgeCollection(String)
    /// It does not take the keys that Warren gives to documents, or not all of them.
    case refusesKeys(collection: String, KeyObstacle)
    /// There is no such graph.
    case noGraph(String)
    /// The graph does not know how these edge collections are used.
    case graphLacks(String, collections: [String])
    /// It is there, but cannot be looked at or written to.
    case noAccess(collection: String, Fault)
    /// There is no TTL index that removes documents when the time in this attribute has passed.
    case noExpiryIndex(collection: String, attribute: String)
    /// There is another one, and a collection has one at most.
    case otherExpiryIndex(collection: String, attribute: String, ExpiryIndex)

    /// False: it may be in nobody's way.
    public var isCertain: Bool { if case .refusesKeys(_, let obstacle) = self { obstacle.isCertain } else { true } }

    /// What is missing, and what to do.
    public var description: String {
        switch self {
        case .unreachable(let fault): "ArangoDB cannot be reached: \(fault)"
        case .unusable(let fault): "ArangoDB cannot be used: \(fault)"
        case .noDatabaseAccess(let database, let user):
            "user \(user) may not use the database \"\(database)\", or there is none: ArangoDB says the same of both (HTTP 401)"
        case .notPermitted(let fault): "ArangoDB does not let us in: \(fault)"
        case .tooOld(let version):
            "ArangoDB \(version) ignores versions silently: `version` needs 3.12 or later (upgrade, or remove `version` from the processors)"
        case .hiddenVersion(let obstacle): obstacle.description
        case .ignoresVersions(let fault):
            "ArangoDB does not keep an older version from overwriting a newer one: \(fault). `version` needs 3.12 or later (upgrade, or remove "
                + "`version` from the processors)"
        case .noDatabase(let name): "there is no database \"\(name)\": `warren provision` creates it"
        case .noCollection(let name): "there is no collection \"\(name)\": `warren provision` creates it"
        case .notADocumentCollection(let name): "collection \"\(name)\" is an edge collection, and the processor writes documents"
        case .notAnEdgeCollection(let name): "collection \"\(name)\" holds documents, and the processor writes edges to it"
        case .refusesKeys(let name, let obstacle): "collection \"\(name)\" \(obstacle)"
        case .noGraph(let name): "there is no graph \"\(name)\": `warren provision` creates it"
        case .graphLacks(let name, let collections):
            "graph \"\(name)\" lacks edges that are written, of \(collections.joined(separator: ", ")): `warren provision` adds them"
        case .noAccess(let collection, let fault): "collection \"\(collection)\" cannot be written to: \(fault)"
        case .noExpiryIndex(let collection, let attribute):
            "collection \"\(collection)\" has no TTL index on \(attribute): `warren provision` creates it"
        case .otherExpiryIndex(let collection, let attribute, let index):
            "collection \"\(collection)\" has another TTL index, \(index); `on_invalidate = \"expire\"` needs one on \(attribute) with expireAfter 0, "
                + "and a collection has one at most. If nobody else needs that one: DELETE /_api/index/\(index.id), then `warren provision`. Otherwise "
                + "set on_invalidate = \"mark\""
        }
    }
}

/// A TTL index that is there.
public struct ExpiryIndex: Sendable, Equatable, CustomStringConvertible {
    /// `companies/4711`.
    public let id: String
    /// The attribute with the time.
    public let attribute: String
    /// Seconds from that time on until the document goes.
    public let expireAfter: Double

    /// An index by its parts.
    public init(id: String, attribute: String, expireAfter: Double) {
        self.id = id
        self.attribute = attribute
        self.expireAfter = expireAfter
    }

    /// `on until with expireAfter 5`.
    public var description: String {
        let seconds = Int(exactly: expireAfter).map { "\($0)" } ?? "\(expireAfter)"
        return "on \(attribute) with expireAfter \(seconds)"
    }
}
