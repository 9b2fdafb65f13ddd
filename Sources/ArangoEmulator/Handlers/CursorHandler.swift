/// `/_api/cursor` and `/_api/explain` (ArangoDB.md section 8), for the queries that ``CollectionQuery`` and ``DriverQuery`` understand.
///
/// No recording of this exists here: it stands on what ArangoDB.md section 8 says of cursors.
extension ServerState {
    mutating func answerCursor(_ request: Request) throws(ArangoError) -> Response {
        let path = Array(request.segments.dropFirst(2))
        switch (request.method, path.count) {
        case ("POST", 0): return try openCursor(request)
        case ("POST", 1), ("PUT", 1): return try continueCursor(path[0], batch: nil, request)
        case ("POST", 2):
            guard let batch = Int(path[1]) else { throw .badParameter("batch id must be a number") }
            return try continueCursor(path[0], batch: batch, request)
        case ("DELETE", 1):
            let headers = try find(path[0], request)
            cursors[path[0]] = nil
            return Response(status: 202, headers: headers, json: ["id": .string(path[0]), "error": false, "code": 202])
        case ("DELETE", _), ("PUT", _): throw .badParameter("expecting /_api/cursor/<cursor-id>")
        default: throw .methodNotSupported(request.method)
        }
    }

    /// Says how a query would run: nodes as the text has clauses, no estimates. Throws what running it throws.
    mutating func answerExplain(_ request: Request) throws(ArangoError) -> Response {
        guard request.method == "POST" else { throw .methodNotSupported(request.method) }
        let query = try query(of: try body(of: request))
        guard let database = databases[request.database] else { throw .databaseNotFound }
        if let collection = query.collection { _ = try database.index(of: collection) }
        let types = ["SingletonNode"] + (query.collection == nil ? ["CalculationNode"] : ["EnumerateCollectionNode"]) + ["ReturnNode"]
        let nodes = types.enumerated().map { (number, type) -> JSONValue in ["type": .string(type), "id": .int(number + 1)] }
        let collections = query.collection.map { [["name": .string($0), "type": "read"] as JSONValue] } ?? []
        return Response(
            status: 200,
            json: [
                "plan": [
                    "nodes": .array(nodes), "rules": [], "collections": .array(collections), "variables": [], "estimatedCost": 1,
                    "estimatedNrItems": 1, "isModificationQuery": false,
                ],
                "cacheable": .bool(query.collection != nil), "warnings": [],
                "stats": ["rulesExecuted": 0, "rulesSkipped": 0, "plansCreated": 1],
                "error": false, "code": 200,
            ])
    }

    private mutating func openCursor(_ request: Request) throws(ArangoError) -> Response {
        let body = try body(of: request)
        let query = try query(of: body)
        guard let database = databases[request.database] else { throw .databaseNotFound }
        let lifetime = try lifetime(body["ttl"])
        let rows = try query.rows(in: database, version: configuration.serverVersion.text)
        var cursor = Cursor(rows: rows, body: body, lifetime: lifetime, coordinator: request.coordinator, now: clock.now)
        let first = try cursor.take(batch: nil, now: clock.now)
        let id = String(clock.id())
        if cursor.hasMore { cursors[id] = cursor }
        return Self.answer(first, of: cursor, status: 201, id: cursor.hasMore ? id : nil)
    }

    private mutating func continueCursor(_ id: String, batch: Int?, _ request: Request) throws(ArangoError) -> Response {
        let headers = try find(id, request)
        guard var cursor = cursors[id] else { throw .cursorNotFound }
        let rows = try cursor.take(batch: batch, now: clock.now)
        cursors[id] = cursor.isKept ? cursor : nil
        var response = Self.answer(rows, of: cursor, status: 200, id: cursor.isKept ? id : nil)
        response.headers = headers
        return response
    }

    /// Throws 404/1600 for a cursor that is not there, has expired, or was held by a coordinator that is away. Another coordinator's is asked for
    /// there, which a header tells [D].
    private mutating func find(_ id: String, _ request: Request) throws(ArangoError) -> [(name: String, value: String)] {
        guard let cursor = cursors[id], cursor.end > clock.now, !coordinatorsAway.contains(cursor.coordinator) else {
            cursors[id] = nil
            throw .cursorNotFound
        }
        guard cursor.coordinator != request.coordinator else { return [] }
        return [("x-arango-request-forwarded-to", Self.coordinatorID(cursor.coordinator))]
    }

    /// An empty body is an empty query [T].
    private func body(of request: Request) throws(ArangoError) -> JSONObject {
        guard !request.body.isEmpty, let body = try request.json().object else { throw .queryIsEmpty }
        return body
    }

    private func query(of body: JSONObject) throws(ArangoError) -> any RunnableQuery {
        guard let text = body["query"]?.string, !text.allSatisfy(\.isWhitespace) else { throw .queryIsEmpty }
        let bindVars = body["bindVars"] ?? [:]
        guard let bindVars = bindVars == .null ? JSONObject() : bindVars.object else {
            throw ArangoError(status: 400, errorNum: 1550, message: "AQL: invalid structure of bind parameters")
        }
        if let query = try DriverQuery(text, bindVars: bindVars) { return query }
        return try CollectionQuery(text, bindVars: bindVars)
    }

    /// In milliseconds: what the client asks for in seconds, otherwise 30 s, of a coordinator 600 s [S].
    private func lifetime(_ value: JSONValue?) throws(ArangoError) -> UInt64 {
        guard let value, value != .null else { return configuration.isCluster ? 600_000 : 30_000 }
        guard case .number(let text) = value, let seconds = Double(text), seconds > 0, seconds < 1e9 else {
            throw .badParameter("expecting a positive ttl")
        }
        return UInt64(seconds * 1000)
    }

    private static func answer(_ rows: [JSONValue], of cursor: Cursor, status: Int, id: String?) -> Response {
        var answer: JSONObject = ["result": .array(rows), "hasMore": .bool(cursor.hasMore)]
        if let id { answer.append("id", .string(id)) }
        if let next = cursor.nextBatch { answer.append("nextBatchId", .string(String(next))) }
        if let count = cursor.count { answer.append("count", .int(count)) }
        let extra: JSONValue = ["warnings": [], "stats": statistics(lookups: .int(rows.count), cursors: 1)]
        for (name, value) in [("cached", false), ("extra", extra), ("error", false), ("code", .int(status))] as [(String, JSONValue)] {
            answer.append(name, value)
        }
        return Response(status: status, json: .object(answer))
    }
}

extension ArangoError {
    fileprivate static let cursorNotFound = ArangoError(status: 404, errorNum: 1600, message: "cursor not found")
    fileprivate static let queryIsEmpty = ArangoError(status: 400, errorNum: 1502, message: "query is empty")
}
