/// `/_api/gharial`: the definitions of named graphs. What is here is what ArangoDB's own tests expect of it
/// (tests/js/client/http/api-gharial-spec.js) [S]; edges and documents go the ordinary ways.
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
        case ("GET", 1): return try changeGraph(path[0], request, status: 200) { (_, _) throws(ArangoError) in }
        case ("POST", 2) where path[1] == "edge":
            let definition = try GraphDefinition.Edges(try request.json())
            return try changeGraph(path[0], request, status: 202) { (graph, database) throws(ArangoError) in
                guard !graph.edges.contains(where: { $0.collection == definition.collection }) else {
                    throw ArangoError(
                        status: 400, errorNum: 1920, message: "multi use of edge collection in edge def: \(definition.collection)")
                }
                graph.edges.append(definition)
            }
        case ("PUT", 3) where path[1] == "edge":
            let definition = try GraphDefinition.Edges(try request.json())
            return try changeGraph(path[0], request, status: 202) { (graph, database) throws(ArangoError) in
                guard let place = graph.edges.firstIndex(where: { $0.collection == path[2] }), definition.collection == path[2] else {
                    throw ArangoError(status: 404, errorNum: 1930, message: "edge collection not used in graph: \(path[2])")
                }
                graph.edges[place] = definition
            }
        default: throw .methodNotSupported(request.method)
        }
    }

    private mutating func createGraph(_ request: Request) throws(ArangoError) -> Response {
        let body = try request.json()
        guard let name = body.object?["name"]?.string, isLegalName(name, limit: 254) else { throw .badParameter("missing graph name") }
        var edges: [GraphDefinition.Edges] = []
        for definition in body.object?["edgeDefinitions"]?.array ?? [] { edges.append(try GraphDefinition.Edges(definition)) }
        return try withDatabase(of: request) { (database, clock) throws(ArangoError) in
            guard database.graphs[name] == nil else {
                throw ArangoError(status: 409, errorNum: 1925, message: "graph already exists: \(name)")
            }
            let graph = GraphDefinition(name: name, edges: edges, revision: clock.revision())
            try database.provideCollections(of: graph, &clock)
            database.graphs[name] = graph
            return Self.answer(graph, status: 202)
        }
    }

    private mutating func changeGraph(
        _ name: String, _ request: Request, status: Int,
        _ change: (inout GraphDefinition, inout Database) throws(ArangoError) -> Void
    ) throws(ArangoError) -> Response {
        try withDatabase(of: request) { (database, clock) throws(ArangoError) in
            guard var graph = database.graphs[name] else {
                throw ArangoError(status: 404, errorNum: 1924, message: "graph '\(name)' not found")
            }
            try change(&graph, &database)
            try database.provideCollections(of: graph, &clock)
            if status == 202 { graph.revision = clock.revision() }
            database.graphs[name] = graph
            return Self.answer(graph, status: status)
        }
    }

    private static func answer(_ graph: GraphDefinition, status: Int) -> Response {
        Response(status: status, json: ["error": false, "code": .int(status), "graph": graph.json])
    }
}

extension Database {
    /// A graph's collections that do not exist are created with it.
    fileprivate mutating func provideCollections(of graph: GraphDefinition, _ clock: inout Clock) throws(ArangoError) {
        for edges in graph.edges {
            for (name, kind) in [(edges.collection, StoredCollection.Kind.edge)] + (edges.from + edges.to).map({ ($0, .document) }) {
                if let known = collections[name] {
                    guard known.kind == kind || kind == .document else { throw .collectionTypeMismatch }
                } else {
                    collections[name] = StoredCollection(id: clock.id(), name: name, kind: kind)
                }
            }
        }
    }
}
