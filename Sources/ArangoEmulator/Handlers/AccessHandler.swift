/// Logging in, and access tokens (ArangoDB.md section 9).
extension ServerState {
    /// `POST /_open/auth`.
    mutating func answerLogin(_ request: Request) throws(ArangoError) -> Response {
        guard request.method == "POST" else { throw .methodNotSupported(request.method) }
        // Off: the path does not exist [D].
        guard access.isOn else { throw .unknownPath(request.path) }
        guard let body = try? JSONParser.parse(request.body).object, let user = body["username"]?.string,
            let password = body["password"]?.string
        else { throw .badParameter("invalid JSON") }
        guard let user = access.accepted(user, secret: password, now: clock.now) else { throw .wrongCredentials }
        return Response(status: 200, json: ["jwt": .string(access.openSession(user: user, now: clock.now))])
    }

    /// `GET` and `POST /_api/token/{user}`, `DELETE /_api/token/{user}/{id}`.
    mutating func answerToken(_ request: Request) throws(ArangoError) -> Response {
        let path = request.segments.dropFirst(2)
        guard let user = path.first else { throw .badParameter("path parameter 'user' is missing") }
        guard mayAsk(about: user) else { throw .userForbidden }
        guard access.users[user] != nil else { throw .userNotFound }
        switch (request.method, path.count) {
        case ("GET", 1):
            let tokens = access.tokens[user, default: []].map { JSONValue.object($0.description(now: clock.now)) }
            return Response(status: 200, json: ["tokens": .array(tokens)])
        case ("POST", 1):
            guard let body = try request.json().object, let name = body["name"]?.string else { throw .badParameter("a name is needed") }
            // The driver expects an error [P]; the number is untried.
            guard !access.tokens[user, default: []].contains(where: { $0.name == name }) else {
                throw ArangoError(status: 409, errorNum: 1210, message: "unique constraint violated: there is a token named \(name)")
            }
            let validUntil = body["valid_until"]?.int ?? Int(clock.now / 1000) + 30 * 86_400
            let token = access.addToken(user: user, name: name, validUntil: validUntil, now: clock.now)
            var object = token.description(now: clock.now)
            object.append("token", .string(token.secret))
            return Response(status: 200, json: .object(object))
        case ("DELETE", 2):
            guard let id = path.last.flatMap({ Int($0) }), access.removeToken(user: user, id: id) else { throw .unknownPath(request.path) }
            return Response(status: 200, json: [:])
        default: throw .methodNotSupported(request.method)
        }
    }
}

extension Access.Token {
    /// [T RestAccessTokenList]
    fileprivate func description(now: UInt64) -> JSONObject {
        [
            "id": .int(id), "name": .string(name), "valid_until": .int(validUntil), "created_at": .int(createdAt),
            "fingerprint": .string("v1...\(secret.suffix(6))"), "active": .bool(validUntil > Int(now / 1000)),
        ]
    }
}
