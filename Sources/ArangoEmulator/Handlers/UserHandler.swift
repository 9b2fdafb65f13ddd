/// `/_api/user`: users (ArangoDB.md section 9). Nothing of it is recorded; this follows the server's
/// `arangod/RestHandler/RestUsersHandler.cpp` [S] and what the Python drivers expect [P].
extension ServerState {
    mutating func answerUser(_ request: Request) throws(ArangoError) -> Response {
        let path = Array(request.segments.dropFirst(2))
        switch (request.method, path.count) {
        case ("GET", 0):
            guard access.isAdministrator(caller) else { throw .userForbidden }
            let users = access.users.values.sorted { $0.name < $1.name }.map { JSONValue.object($0.json) }
            return Response(status: 200, json: ["error": false, "code": 200, "result": .array(users)])
        case ("GET", 1):
            guard mayAsk(about: path[0]) else { throw .userForbidden }
            guard let user = access.users[path[0]] else { throw .userNotFound }
            return Self.answer(user, status: 200)
        case ("POST", 0): return try createUser(request)
        case ("POST", 1):
            // Whether that is the user's password.
            guard let body = try request.json().object,
                access.accepted(path[0], secret: body["passwd"]?.string ?? "", now: clock.now) != nil
            else { throw .userNotFound }
            return Response(status: 200, json: ["error": false, "code": 200, "result": true])
        case ("PUT", 1), ("PATCH", 1): return try changeUser(path[0], request)
        case ("DELETE", 1):
            guard access.isAdministrator(caller) else { throw .forbidden("forbidden") }
            try access.removeUser(path[0])
            return Response(status: 202, json: ["error": false, "code": 202])
        case (_, 2...) where path[1] == "database": return try answerGrants(request, path)
        case ("GET", _), ("POST", _), ("PUT", _), ("PATCH", _), ("DELETE", _): throw .badUserParameter
        default: throw ArangoError(status: 400, errorNum: 405, message: "method not supported")
        }
    }

    /// Everybody may ask about oneself.
    func mayAsk(about user: String) -> Bool { user == caller.user || access.isAdministrator(caller) }

    private mutating func createUser(_ request: Request) throws(ArangoError) -> Response {
        guard access.isAdministrator(caller) else { throw .forbidden("forbidden") }
        guard let body = try request.json().object, let name = body["user"]?.string, !name.isEmpty else {
            throw ArangoError(status: 400, errorNum: 1700, message: "invalid user name")
        }
        var user = User(name: name, password: "")
        user.change(by: body, replacing: true)
        guard access.add(user) else { throw ArangoError(status: 409, errorNum: 1702, message: "duplicate user") }
        return Self.answer(user, status: 201)
    }

    /// `PUT` replaces password, state and extra; `PATCH` changes what it names.
    private mutating func changeUser(_ name: String, _ request: Request) throws(ArangoError) -> Response {
        guard mayAsk(about: name) else { throw .forbidden("forbidden") }
        let body = try request.json().object ?? JSONObject()
        let isReplacing = request.method == "PUT"
        let user = try access.changeUser(name) { user throws(ArangoError) in user.change(by: body, replacing: isReplacing) }
        return Self.answer(user, status: 200)
    }

    private static func answer(_ user: User, status: Int) -> Response {
        var answer = user.json
        answer.append("error", false)
        answer.append("code", .int(status))
        return Response(status: status, json: .object(answer))
    }
}

extension User {
    /// Takes over what `/_api/user` and the users of a new database may say.
    mutating func change(by body: JSONObject, replacing: Bool) {
        if replacing { (password, isActive, extra) = ("", true, JSONObject()) }
        if let value = body["passwd"]?.string { password = value }
        if let value = body["active"]?.bool { isActive = value }
        // The driver expects a patch to be merged [P]; the source that was read replaces it.
        for member in body["extra"]?.object?.members ?? [] {
            extra.members.removeAll { $0.name.hasSameBytes(as: member.name) }
            extra.append(member.name, member.value)
        }
    }
}

extension ArangoError {
    /// The handler's own form for reading requests.
    static let userForbidden = ArangoError(status: 403, errorNum: 403, message: "forbidden")
    static let badUserParameter = ArangoError(status: 400, errorNum: 10, message: "bad parameter")
}
