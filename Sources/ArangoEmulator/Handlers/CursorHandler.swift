/// `/_api/cursor` (ArangoDB.md section 8), for the queries that ``CollectionQuery`` understands.
///
/// No recording of this exists here: it stands on what ArangoDB.md section 8 says of cursors.
extension ServerState {
    mutating func answerCursor(_ request: Request) throws(ArangoError) -> Response {
        let id = request.segments.dropFirst(2).first
        switch (request.method, id) {
        case ("POST", nil): return try openCursor(request)
        case ("POST", let id?), ("PUT", let id?):
            guard var cursor = cursors[id] else { throw .cursorNotFound }
            let rows = cursor.take()
            cursors[id] = cursor.isEmpty ? nil : cursor
            return Self.answer(rows, status: 200, id: cursor.isEmpty ? nil : id)
        case ("DELETE", let id?):
            guard cursors.removeValue(forKey: id) != nil else { throw .cursorNotFound }
            return Response(status: 202, json: ["id": .string(id), "error": false, "code": 202])
        default: throw .methodNotSupported(request.method)
        }
    }

    private mutating func openCursor(_ request: Request) throws(ArangoError) -> Response {
        let body = try request.json().object ?? JSONObject()
        guard let text = body["query"]?.string, !text.isEmpty else {
            throw ArangoError(status: 400, errorNum: 1502, message: "query is empty")
        }
        guard let database = databases[request.database] else { throw .databaseNotFound }
        // Of a real server no answer to this is known [?].
        if text == "RETURN VERSION()" { return Self.answer([.string(configuration.serverVersion.text)], status: 201, id: nil) }
        let query = try CollectionQuery(text, bindVars: body["bindVars"]?.object ?? JSONObject())
        var cursor = Cursor(rows: try query.rows(in: database), batchSize: max(1, body["batchSize"]?.int ?? 1000))
        let first = cursor.take()
        guard !cursor.isEmpty else { return Self.answer(first, status: 201, id: nil) }
        let id = String(clock.id())
        cursors[id] = cursor
        return Self.answer(first, status: 201, id: id)
    }

    private static func answer(_ rows: [JSONValue], status: Int, id: String?) -> Response {
        var answer: JSONObject = ["result": .array(rows), "hasMore": .bool(id != nil)]
        if let id { answer.append("id", .string(id)) }
        for (name, value) in [("cached", false), ("extra", ["warnings": []]), ("error", false), ("code", .int(status))]
            as [(String, JSONValue)]
        {
            answer.append(name, value)
        }
        return Response(status: status, json: .object(answer))
    }
}

/// Rows that have not been fetched yet. All were found when the query ran: a change since then does not show.
struct Cursor: Sendable {
    private var rows: ArraySlice<JSONValue>
    private let batchSize: Int

    init(rows: [JSONValue], batchSize: Int) {
        self.rows = rows[...]
        self.batchSize = batchSize
    }

    var isEmpty: Bool { rows.isEmpty }

    mutating func take() -> [JSONValue] {
        defer { rows = rows.dropFirst(batchSize) }
        return Array(rows.prefix(batchSize))
    }
}

extension ArangoError {
    fileprivate static let cursorNotFound = ArangoError(status: 404, errorNum: 1600, message: "cursor not found")
}
