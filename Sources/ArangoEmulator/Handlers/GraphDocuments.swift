/// Documents and edges through a named graph: the document API with the graph's checks, and another wrapping (ArangoDB.md section 8 [R]).
extension ServerState {
    /// `POST /_api/gharial/{graph}/{vertex|edge}/{collection}`, and `GET`, `PUT`, `PATCH`, `DELETE` with a key behind it.
    mutating func answerGraphDocument(_ path: [String], _ request: Request) throws(ArangoError) -> Response {
        let graph = try graph(path[0], of: request)
        let isEdge = path[1] == "edge", collection = path[2]
        guard (path.count == 3) == (request.method == "POST"), ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(request.method) else {
            throw .methodNotSupported(request.method)
        }
        if isEdge {
            guard graph.edges.contains(where: { $0.collection == collection }) else { throw .edgesNotUsed(collection) }
            if ["POST", "PUT", "PATCH"].contains(request.method) { try checkEnds(of: try request.json(), in: graph, request) }
        } else {
            guard graph.vertices.contains(collection) else { throw .verticesNotUsed(collection) }
        }
        var inner = request
        inner.segments = ["_api", "document"] + path.dropFirst(2)
        inner.path = "/" + inner.segments.map(percentEncoded).joined(separator: "/")
        let response = try answerDocument(inner)
        guard response.status < 300, response.status != 304 else { return response }
        if request.method == "DELETE", !isEdge { removeEdges(at: "\(collection)/\(path[3])", request) }
        return try Self.wrap(response, as: path[1], request)
    }

    /// Both ends have to be in collections of the graph: otherwise 400/1947. They have to be there: otherwise 404/1202, which is untried.
    private func checkEnds(of body: JSONValue, in graph: GraphDefinition, _ request: Request) throws(ArangoError) {
        for name in ["_from", "_to"] {
            guard let end = body.object?[name] else {
                if request.method == "PATCH" { continue }
                throw .invalidEdge
            }
            let parts = (end.string ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw .invalidEdge }
            guard graph.vertices.contains(parts[0]) else {
                throw ArangoError(
                    status: 400, errorNum: 1947, message: "referenced \(name) collection '\(parts[0])' is not part of the graph")
            }
            guard databases[request.database]?.collections[parts[0]]?.documents[parts[1]] != nil else { throw .documentNotFound }
        }
    }

    /// With a document go its edges, in all graphs that know its collection [D].
    private mutating func removeEdges(at vertex: String, _ request: Request) {
        let collection = String(vertex.prefix { $0 != "/" })
        _ = try? withDatabase(of: request) { (database, _) throws(ArangoError) in
            for edges in database.graphs.values.filter({ $0.vertices.contains(collection) }).flatMap(\.edges) {
                guard let stored = database.collections[edges.collection] else { continue }
                for key in stored.edges.outgoing(vertex).union(stored.edges.incoming(vertex)) {
                    // Removing violates no unique index.
                    try? database.collections[edges.collection]?.put(nil, replacing: stored.documents[key])
                }
            }
        }
    }

    /// The answer of the document API as this one tells it: `etag` without quotes, `removed` for what is gone, 200 for a change that is synced [S].
    private static func wrap(_ response: Response, as name: String, _ request: Request) throws(ArangoError) -> Response {
        guard let document = try? JSONParser.parse(response.body).object else { return response }
        let status = response.status == 201 && request.method != "POST" ? 200 : response.status
        var object: JSONObject = ["error": false, "code": .int(status)]
        let parts = request.method == "GET" ? [] : document.members.filter { ["old", "new"].contains($0.name) }
        if request.method == "DELETE" {
            object.append("removed", true)
        } else {
            let isPart = { (member: JSONObject.Member) in parts.contains { $0.name == member.name } }
            object.append(name, .object(JSONObject(members: document.members.filter { !isPart($0) })))
        }
        let headers = response.headers.filter { $0.name == "etag" }.map { ($0.name, $0.value.filter { $0 != "\"" }) }
        return Response(status: status, headers: headers, json: .object(JSONObject(members: object.members + parts)))
    }
}
