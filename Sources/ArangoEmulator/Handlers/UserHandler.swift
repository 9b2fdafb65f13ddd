/// `/_api/user`: users and what they may. Nothing of it is recorded (ArangoDB.md section 9); this follows the server's
/// `arangod/RestHandler/RestUsersHandler.cpp` [S]. Only what `warren check --live` asks for, and what it takes to set that up.
extension ServerState {
    /// - `POST /_api/user` with `{"user","passwd"}`
    /// - `PUT /_api/user/{user}/database/{database}[/{collection}]` with `{"grant":"rw"|"ro"|"none"}`
    /// - `GET /_api/user/{user}/database/{database}[/{collection}]`, which users may ask about themselves
    mutating func answerUser(_ request: Request, by asker: String) throws(ArangoError) -> Response {
        let path = Array(request.segments.dropFirst(2))
        switch (request.method, path.count) {
        case ("POST", 0):
            guard asker == Access.root else { throw .forbidden }
            guard let body = try request.json().object, let user = body["user"]?.string else { throw .badUserParameter }
            guard access.addUser(user, password: body["passwd"]?.string ?? "") else { throw .duplicateUser }
            return Response(
                status: 201, json: ["user": .string(user), "active": true, "extra": [:], "error": false, "code": 201])
        case ("GET", 3), ("GET", 4):
            guard asker == Access.root || asker == path[0] else { throw .userForbidden }
            guard path[1] == "database" else { throw .badUserParameter }
            let level = access.level(of: path[0], database: path[2], collection: path.count > 3 ? path[3] : nil)
            return Response(status: 200, json: ["error": false, "code": 200, "result": .string(level.rawValue)])
        case ("PUT", 3), ("PUT", 4): return try grant(request, path, by: asker)
        default: throw .badUserParameter
        }
    }

    private mutating func grant(_ request: Request, _ path: [String], by asker: String) throws(ArangoError) -> Response {
        guard path[1] == "database" else { throw .badUserParameter }
        guard asker == Access.root else { throw .forbidden }
        guard let database = databases[path[2]] else { throw .databaseNotFound }
        if path.count > 3 { _ = try database.index(of: path[3]) }
        guard let level = try request.json().object?["grant"]?.string.flatMap({ AccessLevel(rawValue: $0) }) else {
            throw .badUserParameter
        }
        guard access.grant(level, to: path[0], database: path[2], collection: path.count > 3 ? path[3] : nil) else { throw .userNotFound }
        let place = path[2...].joined(separator: "/")
        var answer = JSONObject()
        answer.append(place, .string(level.rawValue))
        answer.append("error", false)
        answer.append("code", 200)
        return Response(status: 200, json: .object(answer))
    }

    /// Document requests need a level for their collection: without any it is 403/11, and who may only read gets 403/1004 for a write
    /// (`TransactionState::checkCollectionPermission` [S]), whatever the body holds.
    func authorize(_ request: Request, by user: String) throws(ArangoError) {
        guard user != Access.root, request.segments.first == "_api" else { return }
        let collection: String?
        switch request.segments.dropFirst().first {
        case "document": collection = request.segments.dropFirst(2).first ?? request.parameter("collection")
        case "import": collection = request.parameter("collection")
        default: return
        }
        let level = access.level(of: user, database: request.database, collection: collection)
        let isReading = ["GET", "HEAD"].contains(request.method) || request.flag("onlyget")
        let place = "\(collection ?? "") [\(isReading ? "read" : "write")]"
        guard level > .none else { throw ArangoError(status: 403, errorNum: 11, message: "forbidden: \(place)") }
        guard isReading || level == .rw else { throw ArangoError(status: 403, errorNum: 1004, message: "read only: \(place)") }
    }
}

extension ArangoError {
    fileprivate static let forbidden = ArangoError(status: 403, errorNum: 11, message: "forbidden")
    /// The handler's own form for reading requests.
    fileprivate static let userForbidden = ArangoError(status: 403, errorNum: 403, message: "forbidden")
    fileprivate static let badUserParameter = ArangoError(status: 400, errorNum: 10, message: "bad parameter")
    fileprivate static let duplicateUser = ArangoError(status: 409, errorNum: 1702, message: "duplicate user")
    fileprivate static let userNotFound = ArangoError(status: 404, errorNum: 1703, message: "user not found")
}
