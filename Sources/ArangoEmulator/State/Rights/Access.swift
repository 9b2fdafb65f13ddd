/// Who may come in: users with passwords, session tokens, access tokens (ArangoDB.md section 9).
struct Access: Sendable {
    /// Who can be created by nobody, and always has `rw` on `_system`.
    static let root = "root"

    struct Token: Sendable {
        var id: Int
        var name: String
        var secret: String
        /// Seconds since 1970.
        var validUntil: Int
        var createdAt: Int
    }

    /// False: nobody is asked for a password.
    let isOn: Bool
    private let sessionLifetime: Duration
    private let signature: TokenSignature
    private(set) var users: [String: User] = [:]
    /// By user.
    private(set) var tokens: [String: [Token]] = [:]

    /// - Parameter secret: the key that signs session tokens; a client that knows it is a superuser. `nil` for a random one.
    init(password: String?, secret: String?, sessionLifetime: Duration) {
        isOn = password != nil
        self.sessionLifetime = sessionLifetime
        signature = TokenSignature(secret: secret.map { Array($0.utf8) } ?? Self.random)
        var root = User(name: Self.root, password: password ?? "")
        for database in ["_system", "*"] {
            root.grants.grant(.rw, database: database, collection: nil)
            root.grants.grant(.rw, database: database, collection: "*")
        }
        users[Self.root] = root
    }

    /// Who sends the request; throws 401/11 unless it proves that.
    func caller(of request: Request, now: UInt64) throws(ArangoError) -> Caller {
        guard isOn else { return .anybody }
        let parts = request.header("authorization")?.split(separator: " ", maxSplits: 1) ?? []
        guard parts.count == 2 else { throw .notAuthorized }
        switch parts[0].lowercased() {
        case "basic":
            let pair = Base64.decode(parts[1]).split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw .notAuthorized }
            let name = String(decoding: pair[0], as: UTF8.self)
            guard let user = accepted(name, secret: String(decoding: pair[1], as: UTF8.self), now: now) else { throw .notAuthorized }
            return Caller(user: user, isSuperuser: false)
        case "bearer":
            guard let claims = signature.claims(of: String(parts[1])), claims["iss"] == "arangodb",
                claims["exp"]?.int.map({ $0 > Int(now / 1000) }) ?? true
            else { throw .notAuthorized }
            return claims["preferred_username"]?.string.map { Caller(user: $0, isSuperuser: false) } ?? .server
        default: throw .notAuthorized
        }
    }

    /// The user who has that password, or an access token that stands in for it; it may then be the token that names the user. `nil` for nobody.
    func accepted(_ name: String, secret: String, now: UInt64) -> String? {
        if let user = users[name] {
            guard user.isActive else { return nil }
            if secret == user.password { return name }
        }
        let candidates = name.isEmpty ? Array(tokens.keys) : [name]
        return candidates.first { candidate in
            users[candidate]?.isActive == true
                && tokens[candidate, default: []].contains { $0.secret == secret && $0.validUntil > Int(now / 1000) }
        }
    }

    /// A JSON Web Token for a session.
    func openSession(user: String, now: UInt64) -> String {
        let end = now + UInt64(clamping: sessionLifetime.milliseconds)
        return signature.token([
            "preferred_username": .string(user), "iss": "arangodb", "iat": .int(now / 1000), "exp": .int(end / 1000),
        ])
    }

    /// False if there is one of that name.
    mutating func add(_ user: User) -> Bool {
        guard users[user.name] == nil else { return false }
        users[user.name] = user
        return true
    }

    /// Throws 404/1703 for one who is not there.
    mutating func changeUser(_ name: String, _ change: (inout User) throws(ArangoError) -> Void) throws(ArangoError) -> User {
        guard var user = users[name] else { throw .userNotFound }
        try change(&user)
        users[name] = user
        return user
    }

    mutating func removeUser(_ name: String) throws(ArangoError) {
        guard name != Self.root else { throw .forbidden("cannot remove the user root") }
        guard users.removeValue(forKey: name) != nil else { throw .userNotFound }
        tokens[name] = nil
    }

    /// What a caller may do with a database.
    func level(of caller: Caller, database: String) -> AccessLevel {
        caller.isSuperuser ? .rw : users[caller.user]?.grants.level(database: database) ?? .none
    }

    /// What a caller may do with a collection.
    func level(of caller: Caller, database: String, collection: String) -> AccessLevel {
        caller.isSuperuser ? .rw : users[caller.user]?.grants.level(database: database, collection: collection) ?? .none
    }

    /// An administrator has `rw` on `_system` (`ExecContext::isAdminUser` [S]).
    func isAdministrator(_ caller: Caller) -> Bool { level(of: caller, database: "_system") == .rw }

    mutating func addToken(user: String, name: String, validUntil: Int, now: UInt64) -> Token {
        let token = Token(
            id: (tokens[user]?.last?.id ?? 0) + 1, name: name, secret: "v1." + Self.random.map { String($0, radix: 16) }.joined(),
            validUntil: validUntil, createdAt: Int(now / 1000))
        tokens[user, default: []].append(token)
        return token
    }

    /// False if there is none of that number.
    mutating func removeToken(user: String, id: Int) -> Bool {
        guard let index = tokens[user]?.firstIndex(where: { $0.id == id }) else { return false }
        tokens[user]?.remove(at: index)
        return true
    }

    private static var random: [UInt8] { (0..<32).map { _ in UInt8.random(in: 0...255) } }
}
