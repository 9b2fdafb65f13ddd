/// `/_api/gharial`: named graphs. What is here is what ArangoDB's own tests expect of it (tests/js/client/http/api-gharial-spec.js) and
/// `arangod/RestHandler/RestGraphHandler.cpp` [S]; error numbers are of its list of errors [D].
extension ServerState {
    mutating func answerGharial(_ request: Request) throws(ArangoError) -> Response {
        let path = Array(request.segments.dropFirst(2))
        switch (request.method, path.count) {
        case ("GET", 0):
            return try withDatabase(of: request) { (database, _) in
                let graphs = database.graphs.values.sorted { $0.name < $1.name }.map(\.json)
                return Response(status: 200, json: ["error": false, "code": 200, "graphs": .array(graphs)])
            }
        case ("POST", 0): return try createGraph(request)
        case ("GET", 1): return Self.answer(try graph(path[0], of: request), status: 200)
        case ("DELETE", 1): return try dropGraph(path[0], request)
        case ("GET", 2) where path[1] == "vertex": return Self.answer(try graph(path[0], of: request).vertices)
        case ("GET", 2) where path[1] == "edge":
            return Self.answer(try graph(path[0], of: request).edges.map(\.collection).sorted())
        case ("POST", 2) where path[1] == "vertex": return try addVertices(path[0], request)
        case ("DELETE", 3) where path[1] == "vertex": return try removeVertices(path[2], from: path[0], request)
        case ("POST", 2) where path[1] == "edge": return try addEdges(path[0], request)
        case ("PUT", 3) where path[1] == "edge": return try replaceEdges(path[2], of: path[0], request)
        case ("DELETE", 3) where path[1] == "edge": return try removeEdges(path[2], from: path[0], request)
        case (_, 3...4) where ["vertex", "edge"].contains(path[1]): return try answerGraphDocument(path, request)
        case (_, 0...2): throw .methodNotSupported(request.method)
        default: throw .unknownPath(request.path)
        }
    }

    /// Throws 404/1924.
    func graph(_ name: String, of request: Request) throws(ArangoError) -> GraphDefinition {
        guard let database = databases[request.database] else { throw .databaseNotFound }
        guard let graph = database.graphs[name] else {
            throw ArangoError(status: 404, errorNum: 1924, message: "graph '\(name)' not found")
        }
        return graph
    }

    private mutating func createGraph(_ request: Request) throws(ArangoError) -> Response {
        let body = try request.json().object ?? JSONObject()
        guard let name = body["name"]?.string, isLegalName(name, limit: 254) else {
            throw ArangoError(status: 400, errorNum: 1922, message: "missing graph name")
        }
        var graph = GraphDefinition(name: name, edges: [], revision: clock.revision())
        for definition in body["edgeDefinitions"]?.array ?? [] {
            let edges = try GraphDefinition.Edges(definition)
            guard !graph.edges.contains(where: { $0.collection == edges.collection }) else { throw .multiUse(edges.collection) }
            graph.change(edges.collection, to: edges)
        }
        graph.orphans = (body["orphanCollections"]?.array ?? []).compactMap(\.string).filter { !graph.joined.contains($0) }
        if configuration.isCluster {
            let options = body["options"]?.object
            graph.options = [
                "numberOfShards": options?["numberOfShards"] ?? 1, "replicationFactor": options?["replicationFactor"] ?? 1,
                "isSmart": body["isSmart"] ?? false, "isDisjoint": body["isDisjoint"] ?? false,
            ]
        }
        let status = request.flag("waitForSync") ? 201 : 202
        return try withDatabase(of: request) { (database, clock) throws(ArangoError) in
            guard database.graphs[name] == nil else {
                throw ArangoError(status: 409, errorNum: 1925, message: "graph already exists: \(name)")
            }
            try database.provideCollections(of: graph, &clock)
            database.graphs[name] = graph
            return Self.answer(graph, status: status)
        }
    }

    /// With `dropCollections` go the collections that no other graph uses.
    private mutating func dropGraph(_ name: String, _ request: Request) throws(ArangoError) -> Response {
        let graph = try graph(name, of: request)
        return try withDatabase(of: request) { (database, _) in
            database.graphs[name] = nil
            if request.flag("dropCollections") {
                for collection in graph.vertices + graph.edges.map(\.collection) { database.dropUnlessUsed(collection) }
            }
            return Response(status: 202, json: ["error": false, "code": 202, "removed": true])
        }
    }

    static func answer(_ graph: GraphDefinition, status: Int) -> Response {
        let json: JSONValue = ["error": false, "code": .int(status), "graph": graph.json]
        return Response(status: status, headers: status == 200 ? [] : [("etag", graph.revision.text)], json: json)
    }

    private static func answer(_ collections: [String]) -> Response {
        Response(status: 200, json: ["error": false, "code": 200, "collections": .array(collections.map(JSONValue.string))])
    }
}

extension Database {
    /// A graph's collections that do not exist are created with it. Throws 400/1921 for an edge collection that another graph joins otherwise.
    mutating func provideCollections(of graph: GraphDefinition, _ clock: inout Clock) throws(ArangoError) {
        for edges in graph.edges {
            let others = graphs.values.filter { $0.name != graph.name }.flatMap(\.edges)
            guard !others.contains(where: { $0.collection == edges.collection && $0 != edges }) else {
                throw ArangoError(status: 400, errorNum: 1921, message: "\(edges.collection) is already used by another graph")
            }
        }
        let needed = graph.edges.map { ($0.collection, StoredCollection.Kind.edge) } + graph.vertices.map { ($0, .document) }
        for (name, kind) in needed {
            if let known = collections[name] {
                guard known.kind == kind || kind == .document else { throw .collectionTypeMismatch }
            } else {
                collections[name] = StoredCollection(id: clock.id(), name: name, kind: kind)
            }
        }
    }

    mutating func dropUnlessUsed(_ collection: String) {
        guard !graphs.values.contains(where: { $0.vertices.contains(collection) || $0.edges.contains { $0.collection == collection } })
        else { return }
        collections[collection] = nil
    }
}

extension ArangoError {
    static func multiUse(_ collection: String) -> ArangoError {
        ArangoError(status: 400, errorNum: 1920, message: "multi use of edge collection in edge def: \(collection)")
    }
    static func edgesNotUsed(_ collection: String) -> ArangoError {
        ArangoError(status: 404, errorNum: 1930, message: "edge collection not used in graph: \(collection)")
    }
    static func verticesNotUsed(_ collection: String) -> ArangoError {
        ArangoError(
            status: 404, errorNum: 1926, message: "vertex collection does not exist or is not part of the graph: \(collection)")
    }
}
