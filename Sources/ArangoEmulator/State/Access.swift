/// Who may come in: the password of `root`, other users, sessions, and access tokens (ArangoDB.md section 9).
struct Access: Sendable {
    /// Who may do everything.
    static let root = "root"

    private struct User: Sendable {
        let password: String
        var grants = Grants()
    }

    struct Token: Sendable {
        var id: Int
        var name: String
        var secret: String
        /// Seconds since 1970.
        var validUntil: Int
        var createdAt: Int
    }

    /// Nil: authentication is off.
    let password: String?
    private let sessionLifetime: Duration
    /// By session token: whose it is, and the end of its life in milliseconds since 1970.
    private var sessions: [String: (user: String, end: UInt64)] = [:]
    /// Those besides root.
    private var users: [String: User] = [:]
    /// By user.
    private(set) var tokens: [String: [Token]] = [:]

    init(password: String?, sessionLifetime: Duration) {
        self.password = password
        self.sessionLifetime = sessionLifetime
    }

    /// Who sends the request; throws 401/11 unless it proves that.
    func check(_ request: Request, now: UInt64) throws(ArangoError) -> String {
        guard password != nil else { return Self.root }
        let parts = request.header("authorization")?.split(separator: " ", maxSplits: 1) ?? []
        guard parts.count == 2 else { throw .notAuthorized }
        switch parts[0].lowercased() {
        case "basic":
            let pair = Base64.decode(parts[1]).split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw .notAuthorized }
            let user = String(decoding: pair[0], as: UTF8.self)
            guard accepts(user: user, secret: String(decoding: pair[1], as: UTF8.self), now: now) else { throw .notAuthorized }
            return user
        case "bearer":
            guard let session = sessions[String(parts[1])], session.end > now else { throw .notAuthorized }
            return session.user
        default: throw .notAuthorized
        }
    }

    /// True for the password, or an access token in its place.
    func accepts(user: String, secret: String, now: UInt64) -> Bool {
        if user == Self.root ? secret == password : secret == users[user]?.password { return true }
        return tokens[user, default: []].contains { $0.secret == secret && $0.validUntil > Int(now / 1000) }
    }

    /// A JSON Web Token whose signature is a random number: this server knows its tokens by heart, and nobody else checks them.
    mutating func openSession(user: String, now: UInt64) -> String {
        sessions = sessions.filter { $0.value.end > now }
        let end = now + UInt64(clamping: sessionLifetime.milliseconds)
        let payload: JSONValue = [
            "preferred_username": .string(user), "iss": "arangodb", "iat": .int(now / 1000), "exp": .int(end / 1000),
        ]
        let parts = [(["alg": "HS256", "typ": "JWT"] as JSONValue).bytes, payload.bytes, Self.random]
        let token = parts.map(Base64.encodeForURL).joined(separator: ".")
        sessions[token] = (user, end)
        return token
    }

    /// False if there is one of that name.
    mutating func addUser(_ name: String, password: String) -> Bool {
        guard name != Self.root, users[name] == nil else { return false }
        users[name] = User(password: password)
        return true
    }

    /// False if there is no such user.
    mutating func grant(_ level: AccessLevel, to user: String, database: String, collection: String?) -> Bool {
        users[user]?.grants.grant(level, database: database, collection: collection) != nil
    }

    /// What a user may; one who is not known may nothing.
    func level(of user: String, database: String, collection: String?) -> AccessLevel {
        user == Self.root ? .rw : users[user]?.grants.level(database: database, collection: collection) ?? .none
    }

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
