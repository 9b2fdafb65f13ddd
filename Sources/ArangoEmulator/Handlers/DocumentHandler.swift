/// `/_api/document/{collection}[/{key}]` (ArangoDB.md sections 3 and 4).
extension ServerState {
    mutating func answerDocument(_ request: Request) throws(ArangoError) -> Response {
        let path = request.segments.dropFirst(2)
        guard path.count <= 2 else { throw ArangoError(status: 400, errorNum: 601, message: "superfluous suffix in \(request.path)") }
        guard let name = path.first ?? request.parameter("collection"), !name.isEmpty else {
            throw ArangoError(status: 400, errorNum: 1204, message: "'collection' is missing: /_api/document/<collection>")
        }
        let key = path.dropFirst().first
        switch (request.method, key) {
        case ("POST", nil):
            if configuration.isNull { return try acceptDocuments(request, collection: name) }
            return try write(.insert, in: name, request, options: .insert(request, version: configuration.serverVersion))
        case ("PUT", nil) where request.parameter("onlyget") != nil:
            // Its presence counts, `onlyget=false` included [S].
            return try readDocuments(in: name, request)
        case ("PUT", nil), ("PATCH", nil):
            if configuration.isNull { return try acceptDocuments(request, collection: name) }
            let options = WriteOptions.modify(request, version: configuration.serverVersion)
            return try write(request.method == "PUT" ? .replace : .update, in: name, request, options: options)
        case ("DELETE", nil): return try write(.remove, in: name, request, options: .remove(request))
        case ("GET", let key?), ("HEAD", let key?): return try readDocument(key, in: name, request)
        case ("PUT", let key?), ("PATCH", let key?), ("DELETE", let key?): return try writeDocument(key, in: name, request)
        case ("GET", nil), ("HEAD", nil):
            throw ArangoError(status: 404, errorNum: 1203, message: "expecting GET /_api/document/<collection>/<key>")
        default: throw .methodNotSupported(request.method)
        }
    }

    /// Calls without a key in the path: one document or selector, or an array of them.
    private mutating func write(
        _ operation: DocumentWrite, in name: String, _ request: Request, options: WriteOptions
    ) throws(ArangoError) -> Response {
        let body = try request.json()
        if case .array(let elements) = body { return try apply(operation, to: elements, in: name, request, options: options) }
        switch operation {
        // Not an array [S].
        case .replace, .update: throw .invalidType
        case .remove:
            guard case .object = body else { throw .badParameter("Request body not parseable") }
        case .insert: break
        }
        return try applyAlone(operation, to: body, in: name, request, options: options)
    }

    /// `PUT`, `PATCH` and `DELETE` with a key in the path, which wins over `_key` in the body.
    private mutating func writeDocument(_ key: String, in name: String, _ request: Request) throws(ArangoError) -> Response {
        var options = request.method == "DELETE" ? .remove(request) : WriteOptions.modify(request, version: configuration.serverVersion)
        var object = JSONObject()
        if request.method != "DELETE" {
            guard case .object(let body) = try request.json() else { throw .invalidType }
            object = body
        }
        object.members.removeAll { $0.name == "_key" }
        object.append("_key", .string(key))
        if let revision = request.expectedRevision("if-match") {
            options.ignoreRevs = false
            object.members.removeAll { $0.name == "_rev" }
            object.append("_rev", .string(revision))
        }
        let operation: DocumentWrite = request.method == "DELETE" ? .remove : request.method == "PUT" ? .replace : .update
        return try applyAlone(operation, to: .object(object), in: name, request, options: options)
    }
}
