/// `GET /_api/edges/{collection}?vertex=...` (ArangoDB.md section 8).
extension ServerState {
    mutating func answerEdges(_ request: Request) throws(ArangoError) -> Response {
        guard request.method == "GET" else { throw .methodNotSupported(request.method) }
        guard request.segments.count == 3 else { throw .badParameter("expecting GET /_api/edges/<collection>?vertex=<id>") }
        guard let vertex = request.parameter("vertex"), vertex.contains("/") else { throw .illegalIdentifier }
        let direction = request.parameter("direction") ?? "any"
        guard ["any", "in", "out"].contains(direction) else { throw .badParameter("<direction> must be any, in or out") }
        return try withCollection(request.segments[2], of: request) { (collection, _) throws(ArangoError) in
            guard collection.kind == .edge else { throw .collectionTypeMismatch }
            let outgoing = direction == "in" ? [] : collection.documents(collection.edges.outgoing(vertex))
            let incoming =
                direction == "out"
                ? [] : collection.documents(collection.edges.incoming(vertex)).filter { direction == "in" || $0.ends?.from != vertex }
            var writer = JSONWriter()
            writer.append(raw: "{\"edges\":[")
            for (index, edge) in (outgoing + incoming).enumerated() {
                if index > 0 { writer.append(raw: ",") }
                writer.append(edge, in: collection.name)
            }
            writer.append(raw: "],")
            let lookups = JSONValue.int(outgoing.count + incoming.count)
            writer.append(
                members: [
                    .init(name: "error", value: false), .init(name: "code", value: 200),
                    .init(name: "stats", value: Self.statistics(lookups: lookups, cursors: direction == "any" ? 2 : 1)),
                ], isFirst: true)
            writer.append(raw: "}")
            return Response(status: 200, body: writer.bytes)
        }
    }

    /// What the query behind it counted [T RestEdgesReadEdgesAny].
    static func statistics(lookups: JSONValue, cursors: JSONValue) -> JSONValue {
        [
            "writesExecuted": 0, "writesIgnored": 0, "documentLookups": lookups, "seeks": 0, "scannedFull": 0, "scannedIndex": lookups,
            "searchParallelism": 1, "cursorsCreated": cursors, "cursorsRearmed": 0, "cacheHits": 0, "cacheMisses": cursors, "filtered": 0,
            "httpRequests": 0, "executionTime": .number("0.0001"), "peakMemoryUsage": 0, "intermediateCommits": 0,
        ]
    }
}
