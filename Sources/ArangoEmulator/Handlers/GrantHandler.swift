/// `/_api/user/{user}/database[/{database}[/{collection}]]`: what users may do (`arangod/RestHandler/RestUsersHandler.cpp` [S]).
extension ServerState {
    mutating func answerGrants(_ request: Request, _ path: [String]) throws(ArangoError) -> Response {
        guard path.count <= 4 else { throw .badUserParameter }
        let user = path[0]
        let database = path.count > 2 ? path[2] : nil, collection = path.count > 3 ? path[3] : nil
        switch request.method {
        case "GET":
            guard mayAsk(about: user) else { throw .userForbidden }
            guard let database else { return try listGrants(of: user, inFull: request.flag("full")) }
            return Self.answer(level(of: user, database, collection, configured: request.flag("configured")))
        case "PUT", "DELETE":
            guard let database else { throw .badUserParameter }
            guard access.isAdministrator(caller) else { throw .forbidden("forbidden") }
            if let collection { try requireCollection(collection, in: database) }
            return request.method == "PUT"
                ? try grant(request, to: user, database, collection) : try revoke(from: user, database, collection)
        default: throw .badUserParameter
        }
    }

    private func level(of user: String, _ database: String, _ collection: String?, configured: Bool) -> String {
        guard let grants = access.users[user]?.grants else { return AccessLevel.none.rawValue }
        if configured { return grants.granted(database: database, collection: collection)?.rawValue ?? "undefined" }
        return (collection.map { grants.level(database: database, collection: $0) } ?? grants.level(database: database)).rawValue
    }

    private func requireCollection(_ collection: String, in database: String) throws(ArangoError) {
        guard database != "*" else { return }
        guard let stored = databases[database] else { throw .databaseNotFound }
        if collection != "*" { _ = try stored.index(of: collection) }
    }

    private mutating func grant(
        _ request: Request, to user: String, _ database: String, _ collection: String?
    ) throws(ArangoError) -> Response {
        guard let level = try request.json().object?["grant"]?.string.flatMap({ AccessLevel(rawValue: $0) }) else {
            throw .badUserParameter
        }
        if let collection, collection.hasPrefix("_") { throw .badGrant("Cannot set rights for system collections") }
        if database == "*", let collection, collection != "*" { throw .badGrant("Invalid database / collection pair") }
        if user == Access.root, database == "_system", collection == nil || collection == "*", level != .rw {
            throw .forbidden("Cannot lower access level of 'root' to _system")
        }
        _ = try access.changeUser(user) { user throws(ArangoError) in
            user.grants.grant(level, database: database, collection: collection)
        }
        var answer = JSONObject()
        answer.append(database + (collection.map { "/" + $0 } ?? ""), .string(level.rawValue))
        answer.append("error", false)
        answer.append("code", 200)
        return Response(status: 200, json: .object(answer))
    }

    private mutating func revoke(from user: String, _ database: String, _ collection: String?) throws(ArangoError) -> Response {
        if user == Access.root, database == "_system", collection == nil || collection == "*" {
            throw .forbidden("Cannot remove access level of 'root' to _system")
        }
        _ = try access.changeUser(user) { user throws(ArangoError) in user.grants.revoke(database: database, collection: collection) }
        return Response(status: 202, json: ["error": false, "code": 202])
    }

    /// In full: what was granted, for every database and collection. Otherwise the levels of the databases that the user may enter.
    private func listGrants(of user: String, inFull: Bool) throws(ArangoError) -> Response {
        guard let grants = access.users[user]?.grants else { throw .userNotFound }
        var result = JSONObject()
        for database in databases.values.sorted(by: { $0.name < $1.name }) {
            guard inFull else {
                let level = grants.level(database: database.name)
                if level > .none { result.append(database.name, .string(level.rawValue)) }
                continue
            }
            var collections = JSONObject()
            for name in database.collections.keys.sorted() + ["*"] {
                collections.append(name, .string(grants.granted(database: database.name, collection: name)?.rawValue ?? "undefined"))
            }
            let level = grants.granted(database: database.name)?.rawValue ?? "undefined"
            result.append(database.name, ["permission": .string(level), "collections": .object(collections)])
        }
        if inFull { result.append("*", ["permission": .string((grants.granted(database: "*") ?? .none).rawValue)]) }
        return Response(status: 200, json: ["error": false, "code": 200, "result": .object(result)])
    }

    private static func answer(_ level: String) -> Response {
        Response(status: 200, json: ["error": false, "code": 200, "result": .string(level)])
    }
}

extension ArangoError {
    fileprivate static func badGrant(_ message: String) -> ArangoError { ArangoError(status: 400, errorNum: 10, message: message) }
}
