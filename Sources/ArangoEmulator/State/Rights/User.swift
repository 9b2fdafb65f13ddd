/// Somebody who may log in.
struct User: Sendable {
    let name: String
    var password: String
    var isActive = true
    /// What a client keeps here about the user.
    var extra = JSONObject()
    var grants = Grants()

    /// As `/_api/user` tells of it.
    var json: JSONObject { ["user": .string(name), "active": .bool(isActive), "extra": .object(extra)] }
}

/// Who sends a request.
struct Caller: Sendable, Equatable {
    /// Name of the user. Empty for one who has the servers' secret.
    var user: String
    /// True if nothing is refused: authentication is off, or a token shows the servers' secret and names no user.
    var isSuperuser: Bool

    static let anybody = Caller(user: Access.root, isSuperuser: true)
    static let server = Caller(user: "", isSuperuser: true)
}
