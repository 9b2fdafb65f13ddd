/// The `[arangodb]` section.
public struct ArangoDBSettings: Sendable, Equatable {
    /// How a request proves who sends it.
    public enum Authentication: String, Sendable, CaseIterable {
        /// User name and password with every request.
        case basic
        /// A session token from `/_open/auth`, refreshed before it expires (ArangoDB.md section 9).
        case jwt
    }

    /// Coordinators, as `http://host:port` or `https://host:port` without a path: spread, and moved on from after a connection error or 503.
    @Exact public var endpoints: [String] = ["http://127.0.0.1:8529"]
    /// The database all collections are in.
    @Exact public var database = "companies"
    /// The user; ignored with a token.
    @Exact public var username = "root"
    /// The user's password.
    public var password = Secret("")
    /// A ready-made token (systemd credential `arangodb.token`); used as bearer instead of logging in.
    public var token: Secret?
    /// How requests authenticate.
    public var authentication = Authentication.basic
    /// True: an acknowledged write is on disk. The collection's own property can only add to it.
    public var waitForSync = false
    /// Requests in flight, at most: while the database is slow there are fewer and larger ones. 1…64.
    public var connections = 4
    /// After this a request's outcome is unknown. 100 ms…10 min.
    public var timeout: Duration = .seconds(10)
    /// `[arangodb.tls]`, for `https` endpoints.
    public var tls = TLSSettings()

    /// The defaults.
    public init() {}
}
