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
        case ("GET", "user"):
            let names = databases.keys.filter { access.level(of: caller, database: $0) > .none }.sorted()
            return Self.success(.array(names.map(JSONValue.string)))
        case _ where request.database != "_system": throw .systemDatabaseOnly
        case _ where request.method != "GET" && !access.isAdministrator(caller): throw .forbidden("forbidden")
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
        guard let body = try request.json().object, let name = body["name"]?.string, isLegalName(name, limit: 128) else {
            throw .illegalDatabaseName
        }
        guard databases[name] == nil else { throw .duplicateName(name) }
        databases[name] = Database(id: clock.id(), name: name, clock: &clock)
        for object in body["users"]?.array?.compactMap(\.object) ?? [] { addUser(object, of: name) }
        // Whoever creates a database administers it.
        if !caller.isSuperuser { allowAll(in: name, to: caller.user) }
        return Self.success(true, status: 201)
    }

    /// A user that a new database names; one who is there already keeps the password.
    private mutating func addUser(_ object: JSONObject, of database: String) {
        guard let name = object["username"]?.string ?? object["user"]?.string else { return }
        var user = User(name: name, password: "")
        user.change(by: object, replacing: true)
        _ = access.add(user)
        allowAll(in: database, to: name)
    }

    private mutating func allowAll(in database: String, to name: String) {
        // Fails only if there is no such user.
        _ = try? access.changeUser(name) { user throws(ArangoError) in
            user.grants.grant(.rw, database: database, collection: nil)
            user.grants.grant(.rw, database: database, collection: "*")
        }
    }

    private static func success(_ result: JSONValue, status: Int = 200) -> Response {
        Response(status: status, json: ["error": false, "code": .int(status), "result": result])
    }
}
