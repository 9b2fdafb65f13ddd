/// A collection and its documents.
struct StoredCollection: Sendable {
    /// As in `type`: 2 holds documents, 3 edges.
    enum Kind: Int, Sendable { case document = 2, edge = 3 }

    let id: UInt64
    var name: String
    let kind: Kind
    var waitForSync = false
    var cacheEnabled = false
    var keyOptions = KeyOptions()
    /// `nil` on a single server.
    var sharding: Sharding?
    var schema: Schema?
    var computedValues = JSONValue.null
    private(set) var documents: [String: Document] = [:]
    private(set) var edges = EdgeIndex()
    /// Secondary indexes; the primary and the edge index are implied.
    var indexes: [SecondaryIndex] = []

    var isSystem: Bool { name.hasPrefix("_") }

    init(id: UInt64, name: String, kind: Kind) {
        self.id = id
        self.name = name
        self.kind = kind
    }

    /// All documents in the order of their keys, so that answers repeat.
    var sortedDocuments: [Document] { documents.values.sorted { $0.key < $1.key } }

    /// Those of these keys that are there, in the order of the keys.
    func documents(_ keys: Set<String>) -> [Document] { keys.sorted().compactMap { documents[$0] } }

    /// The document, for reading; throws 1202, or 1200 if it has another revision.
    func document(_ key: String, revision: String? = nil) throws(ArangoError) -> Document {
        guard let document = documents[key] else { throw .documentNotFound }
        if let revision, revision != document.revision.text { throw .revisionConflict }
        return document
    }

    /// Puts `new` where `old` was; either may be missing. Throws 1210 and changes nothing if a unique index forbids it.
    mutating func put(_ new: Document?, replacing old: Document?) throws(ArangoError) {
        for index in indexes { try index.check(new) }
        for position in indexes.indices { indexes[position].change(from: old, to: new) }
        edges.change(from: old, to: new)
        if let new {
            documents[new.key] = new
        } else if let old {
            documents[old.key] = nil
        }
    }

    /// Adds an index over the documents that are here. Throws 400/1210 and changes nothing if they violate it (ArangoDB.md section 6).
    mutating func add(_ index: SecondaryIndex) throws(ArangoError) {
        var index = index
        for document in documents.values {
            do throws(ArangoError) {
                try index.check(document)
            } catch {
                throw ArangoError(status: 400, errorNum: error.errorNum, message: error.message)
            }
            index.change(from: nil, to: document)
        }
        indexes.append(index)
    }

    mutating func truncate() {
        documents = [:]
        edges = EdgeIndex()
        for position in indexes.indices { indexes[position].clear() }
    }
}
