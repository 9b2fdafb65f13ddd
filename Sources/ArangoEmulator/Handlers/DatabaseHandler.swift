/// `/_api/database` (ArangoDB.md section 6).
extension ServerState {
    mutating func answerDatabase(_ request: Request) throws(ArangoError) -> Response {
        let name = request.segments.dropFirst(2).first
        switch (request.method, name) {
        case ("GET", "current"):
            return try withDatabase(of: request) { (database, _) in
                Self.success([
                    "id": .string(String(database.id)), "name": .string(database.name), "isSystem": .bool(database.name == "_system"),
                    "path": "none",
                ])
            }
        case ("GET", "user"): return Self.success(databaseNames)
        case _ where request.database != "_system": throw .systemDatabaseOnly
        case ("GET", nil): return Self.success(databaseNames)
        case ("POST", nil): return try createDatabase(request)
        case ("DELETE", let name?):
            guard name != "_system" else { throw ArangoError(status: 403, errorNum: 11, message: "_system cannot be dropped") }
            guard databases.removeValue(forKey: name) != nil else { throw .databaseNotFound }
            return Self.success(true)
        default: throw .methodNotSupported(request.method)
        }
    }

    private var databaseNames: JSONValue { .array(databases.keys.sorted().map(JSONValue.string)) }

    private mutating func createDatabase(_ request: Request) throws(ArangoError) -> Response {
        guard let name = try request.json().object?["name"]?.string, isLegalName(name, limit: 128) else { throw .illegalDatabaseName }
        guard databases[name] == nil else { throw .duplicateName(name) }
        databases[name] = Database(id: clock.id(), name: name, clock: &clock)
        return Self.success(true, status: 201)
    }

    private static func success(_ result: JSONValue, status: Int = 200) -> Response {
        Response(status: status, json: ["error": false, "code": .int(status), "result": result])
    }
}
