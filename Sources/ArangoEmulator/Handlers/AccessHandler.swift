/// Logging in, and access tokens (API.md section 9).
extension ServerState {
    /// `POST /_open/auth`.
    mutating func answerLogin(_ request: Request) throws(ArangoError) -> Response {
        guard request.method == "POST" else { throw .methodNotSupported(request.method) }
        // Off: the path does not exist [D].
        guard access.password != nil else { throw .unknownPath(request.path) }
        guard let body = try? JSONParser.parse(request.body).object, let user = body["username"]?.string,
            let password = body["password"]?.string
        else { throw .badParameter("invalid JSON") }
        guard access.accepts(user: user, secret: password, now: clock.now) else { throw .wrongCredentials }
        return Response(status: 200, json: ["jwt": .string(access.openSession(user: user, now: clock.now))])
    }

    /// `GET` and `POST /_api/token/{user}`.
    mutating func answerToken(_ request: Request) throws(ArangoError) -> Response {
        guard request.segments.count == 3 else { throw .unknownPath(request.path) }
        let user = request.segments[2]
        switch request.method {
        case "GET":
            let tokens = access.tokens[user, default: []].map { JSONValue.object($0.description(now: clock.now)) }
            return Response(status: 200, json: ["tokens": .array(tokens)])
        case "POST":
            guard let body = try request.json().object, let name = body["name"]?.string else { throw .badParameter("a name is needed") }
            let validUntil = body["valid_until"]?.int ?? Int(clock.now / 1000) + 30 * 86_400
            let token = access.addToken(user: user, name: name, validUntil: validUntil, now: clock.now)
            var object = token.description(now: clock.now)
            object.append("token", .string(token.secret))
            return Response(status: 200, json: .object(object))
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
