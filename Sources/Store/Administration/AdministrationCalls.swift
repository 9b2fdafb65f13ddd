internal import Formats
internal import Settings

// The calls around documents, each in one place, so that the proof tries what is sent (ArangoDB.md sections 6, 8 and 9).

extension Call {
    /// Creates a collection.
    static func createCollection(_ name: String, _ kind: ProvisionPlan.Kind, in database: String) -> Call {
        Call(Request(.post, database: database, "/_api/collection"), sending: CollectionDefinition(name: name, type: kind.rawValue))
    }

    /// Looks at a collection: its type, its keys, how it is sharded.
    static func properties(of collection: String, in database: String) -> Call {
        Call(Request(.get, database: database, "/_api/collection/\(collection.percentEncoded)/properties"))
    }

    /// Lists all collections but the server's own.
    static func collections(in database: String) -> Call {
        Call(Request(.get, database: database, "/_api/collection?excludeSystem=true"))
    }

    /// Removes a collection with all that is in it.
    static func removeCollection(_ name: String, from database: String) -> Call {
        Call(Request(.delete, database: database, "/_api/collection/\(name.percentEncoded)"))
    }

    /// Creates a TTL index.
    static func createExpiryIndex(on attribute: String, of collection: String, in database: String, expireAfter: Int = 0) -> Call {
        Call(
            Request(.post, database: database, "/_api/index?collection=\(collection.percentEncoded)"),
            sending: ExpiryIndexDefinition(fields: [attribute], expireAfter: expireAfter))
    }

    /// Lists the indexes of a collection.
    static func indexes(of collection: String, in database: String) -> Call {
        Call(Request(.get, database: database, "/_api/index?collection=\(collection.percentEncoded)"))
    }

    /// Creates a graph.
    static func createGraph(_ graph: GraphPlan, in database: String) -> Call {
        Call(
            Request(.post, database: database, "/_api/gharial"),
            sending: GraphDefinition(name: graph.name, edgeDefinitions: graph.definitions))
    }

    /// Looks at a graph.
    static func graph(_ name: String, in database: String) -> Call {
        Call(Request(.get, database: database, "/_api/gharial/\(name.percentEncoded)"))
    }

    /// Lists all graphs.
    static func graphs(in database: String) -> Call {
        Call(Request(.get, database: database, "/_api/gharial"))
    }

    /// Adds edges to a graph, or changes which ends they may have.
    static func define(_ definition: GraphPlan.Definition, isNew: Bool, inGraph graph: String, of database: String) -> Call {
        let path = "/_api/gharial/\(graph.percentEncoded)/edge"
        let request =
            isNew
            ? Request(.post, database: database, path)
            : Request(.put, database: database, "\(path)/\(definition.collection.percentEncoded)")
        return Call(request, sending: definition)
    }

    /// Removes a graph, and leaves its collections.
    static func removeGraph(_ name: String, from database: String) -> Call {
        Call(Request(.delete, database: database, "/_api/gharial/\(name.percentEncoded)"))
    }

    /// Asks what the server's clock shows. A database has to be named that the user may enter.
    static func time(in database: String) -> Call { Call(Request(.get, database: database, "/_admin/time")) }

    /// Asks for the rights of a user: to a database, or to a collection in it.
    static func rights(of user: String, to collection: String? = nil, in database: String) -> Call {
        let path = "/_api/user/\(user.percentEncoded)/database/\(database.percentEncoded)"
        return Call(Request(.get, path + (collection.map { "/\($0.percentEncoded)" } ?? ""), isReadOnly: true))
    }
}
