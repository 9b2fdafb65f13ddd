internal import Formats

/// The `[arangodb]` section.
public struct ArangoDBSettings: Sendable, Equatable {
    /// How a request authenticates its sender.
    public enum Authentication: String, Sendable, CaseIterable {
        /// User name and password with every request.
        case basic
        /// A session token from `/_open/auth`, refreshed before it expires (ArangoDB.md section 9).
        case jwt
    }

    /// What it takes to believe that the server honours versions (ArangoDB.md section 3).
    public enum VersionGuard: String, Sendable, CaseIterable {
        /// The server reports its version, or shows in a temporary collection that it honours versions. One that does neither gets no writes with versions.
        case probe
        /// The same, but a server that does neither, and was not seen to ignore versions, is trusted. The log says so at each start.
        case assume
    }

    /// Coordinators, as `http://host:port` or `https://host:port`: spread, and moved on from after a connection error or 503. Without a port it is
    /// ArangoDB's own, 8529. With the path of a reverse proxy, `https://web/arango`, it is 80 or 443.
    @Exact public var endpoints: [String] = ["http://127.0.0.1:8529"]
    /// The database all collections are in.
    @Exact public var database = "companies"
    /// The user; ignored with a JSON Web Token.
    @Exact public var username = "root"
    /// The user's password.
    public var password = Secret("")
    /// A ready-made token (systemd credential `arangodb.token`): a JSON Web Token, or an access token of the user. See ``bearer`` and ``passphrase``.
    public var token: Secret?
    /// How requests authenticate.
    public var authentication = Authentication.basic
    /// What it takes to believe that the server honours versions. A server that is known to be too old is refused in either case.
    public var versionGuard = VersionGuard.probe
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

extension ArangoDBSettings {
    /// The token if it is a JSON Web Token (RFC 7519): only such a one goes out as bearer, instead of user and password (ArangoDB.md section 9).
    public var bearer: Secret? { token.flatMap { $0.revealed.isJSONWebToken ? $0 : nil } }

    /// What is sent as the user's password: or an access token instead.
    public var passphrase: Secret { bearer == nil ? token ?? password : password }
}

extension String {
    /// Three parts, of which the first is an object in JSON. An access token, `v1.….…`, has three parts too.
    fileprivate var isJSONWebToken: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && Base64.decodeURLSafe(parts[0])?.first == UInt8(ascii: "{")
    }
}
