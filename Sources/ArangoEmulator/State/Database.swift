/// A database and its collections.
struct Database: Sendable {
    let id: UInt64
    let name: String
    /// By name.
    var collections: [String: StoredCollection] = [:]
    /// By name.
    var graphs: [String: GraphDefinition] = [:]

    /// Where the collection of that name or id (ArangoDB.md section 3) is; throws 1203.
    func index(of nameOrID: String) throws(ArangoError) -> Dictionary<String, StoredCollection>.Index {
        if let index = collections.index(forKey: nameOrID) { return index }
        if let id = UInt64(nameOrID), let index = collections.firstIndex(where: { $0.value.id == id }) { return index }
        throw .collectionNotFound(nameOrID)
    }

    /// A database as it is after its creation: with the collections ArangoDB makes for itself
    /// [T RestCollectionGetAllCollections lists those of `_system`; the others have fewer, D].
    init(id: UInt64, name: String, clock: inout Clock) {
        self.id = id
        self.name = name
        let ordinary = ["_analyzers", "_appbundles", "_apps", "_aqlfunctions", "_frontend", "_graphs", "_jobs", "_queues"]
        let systemOnly = ["_statistics", "_statistics15", "_statisticsRaw", "_users"]
        for name in name == "_system" ? ordinary + systemOnly : ordinary {
            collections[name] = StoredCollection(id: clock.id(), name: name, kind: .document)
        }
    }
}

/// An extended name, the default of 3.12 [D, contested]: UTF-8 without `/`, `:` and control characters, no blank at either end, not beginning
/// with `.`, `_` or a digit, up to `limit` bytes (ArangoDB.md section 6).
func isLegalName(_ name: String, limit: Int) -> Bool {
    guard let first = name.unicodeScalars.first, let last = name.unicodeScalars.last, name.utf8.count <= limit else { return false }
    return first != " " && last != " " && first != "." && first != "_" && !("0"..."9").contains(first)
        && !name.unicodeScalars.contains { $0 == "/" || $0 == ":" || $0.value < 0x20 || $0.value == 0x7f }
}
