/// Changes of a named graph's definition: edge definitions, and document collections that none of them joins.
extension ServerState {
    mutating func addEdges(_ name: String, _ request: Request) throws(ArangoError) -> Response {
        let definition = try GraphDefinition.Edges(try request.json())
        return try changeGraph(name, request) { (graph, _) throws(ArangoError) in
            guard !graph.edges.contains(where: { $0.collection == definition.collection }) else { throw .multiUse(definition.collection) }
            graph.change(definition.collection, to: definition)
        }
    }

    mutating func replaceEdges(_ collection: String, of name: String, _ request: Request) throws(ArangoError) -> Response {
        let definition = try GraphDefinition.Edges(try request.json())
        return try changeGraph(name, request) { (graph, _) throws(ArangoError) in
            guard graph.edges.contains(where: { $0.collection == collection }), definition.collection == collection else {
                throw .edgesNotUsed(collection)
            }
            graph.change(collection, to: definition)
        }
    }

    /// With `dropCollections` goes the edge collection as well, unless another graph uses it.
    mutating func removeEdges(_ collection: String, from name: String, _ request: Request) throws(ArangoError) -> Response {
        let isDropped = request.flag("dropCollections") || request.flag("dropCollection")
        return try changeGraph(name, request, dropping: isDropped ? collection : nil) { (graph, _) throws(ArangoError) in
            guard graph.edges.contains(where: { $0.collection == collection }) else { throw .edgesNotUsed(collection) }
            graph.change(collection, to: nil)
        }
    }

    mutating func addVertices(_ name: String, _ request: Request) throws(ArangoError) -> Response {
        guard let collection = try request.json().object?["collection"]?.string, isLegalName(collection, limit: 256) else {
            throw .badParameter("a collection is needed")
        }
        return try changeGraph(name, request) { (graph, database) throws(ArangoError) in
            guard !graph.orphans.contains(collection) else {
                throw ArangoError(status: 400, errorNum: 1938, message: "collection used in orphans")
            }
            guard !graph.joined.contains(collection) else {
                throw ArangoError(status: 400, errorNum: 1929, message: "collection already used in edge def")
            }
            guard database.collections[collection]?.kind != .edge else {
                throw ArangoError(status: 400, errorNum: 1927, message: "collection not a vertex collection")
            }
            graph.orphans.append(collection)
        }
    }

    /// Only an orphan can go; the status of 1928 is untried.
    mutating func removeVertices(_ collection: String, from name: String, _ request: Request) throws(ArangoError) -> Response {
        let isDropped = request.flag("dropCollection")
        return try changeGraph(name, request, dropping: isDropped ? collection : nil) { (graph, _) throws(ArangoError) in
            guard graph.vertices.contains(collection) else { throw .verticesNotUsed(collection) }
            guard let index = graph.orphans.firstIndex(of: collection) else {
                throw ArangoError(status: 400, errorNum: 1928, message: "collection is not in list of orphan collections")
            }
            graph.orphans.remove(at: index)
        }
    }

    /// - Parameter dropping: a collection that goes as well, unless another graph uses it.
    private mutating func changeGraph(
        _ name: String, _ request: Request, dropping: String? = nil,
        _ change: (inout GraphDefinition, inout Database) throws(ArangoError) -> Void
    ) throws(ArangoError) -> Response {
        var graph = try graph(name, of: request)
        return try withDatabase(of: request) { (database, clock) throws(ArangoError) in
            try change(&graph, &database)
            try database.provideCollections(of: graph, &clock)
            graph.revision = clock.revision()
            database.graphs[name] = graph
            if let dropping { database.dropUnlessUsed(dropping) }
            return Self.answer(graph, status: 202)
        }
    }
}
