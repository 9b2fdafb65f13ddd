extension ArangoEmulator {
    /// How the emulator is set up.
    public struct Configuration: Sendable {
        /// What kind of server it says it is.
        public enum Role: String, Sendable {
            /// One server.
            case single = "SINGLE"
            /// A coordinator of a cluster.
            case coordinator = "COORDINATOR"
        }

        /// Address to listen on.
        public var host: String
        /// Port to listen on; 0 takes a free one.
        public var port: Int
        /// Password of `root`; `nil` if authentication is off.
        public var password: String?
        /// True: document writes are answered as if each were new, and not kept. Costs as little as possible.
        public var isNull: Bool
        /// Speaks as this version; below 3.12 `versionAttribute` is ignored silently, as those servers do. Must begin with two numbers.
        public var version: String
        /// Only administrators learn what the server is (`--server.harden`).
        public var isHardened: Bool
        /// What session tokens are signed with: a token that is signed with it and names no user may do everything. `nil` for a random one.
        public var tokenSecret: String?
        /// How many coordinators: each has a port of its own, and all one state. More than one is a cluster, whatever ``role`` is: cursors live for
        /// 600 s with the coordinator that opened them, collections have shard keys.
        public var coordinators: Int
        /// False: elements that fail have a number only. A coordinator leaves the message out where a whole shard failed, and nobody knows where
        /// else (ArangoDB.md section 2); ArangoDB's Python driver relies on it otherwise [P].
        public var tellsMessages: Bool
        /// What it says it is. A coordinator is a cluster with one of them.
        public var role: Role
        /// How long an array of documents takes to write. Until then its keys are taken: another array fails for them with 1200, and a request for
        /// one document waits, for a second at most (ArangoDB.md section 4). Zero: it takes no time, and nobody ever meets.
        public var writeTime: Duration
        /// How often documents whose time has come by a TTL index are removed (`--ttl.frequency`).
        public var expiryInterval: Duration
        /// How long a token from `/_open/auth` is good (`--server.session-timeout`).
        public var sessionLifetime: Duration

        /// The defaults are those of `arango-emulator` without options, with a free port.
        public init(
            host: String = "127.0.0.1", port: Int = 0, password: String? = nil, isNull: Bool = false, version: String = "3.12.10",
            isHardened: Bool = false, tokenSecret: String? = nil, coordinators: Int = 1, tellsMessages: Bool = true, role: Role = .single,
            writeTime: Duration = .zero, expiryInterval: Duration = .seconds(30), sessionLifetime: Duration = .seconds(3600)
        ) {
            self.host = host
            self.port = port
            self.password = password
            self.isNull = isNull
            self.version = version
            self.isHardened = isHardened
            self.tokenSecret = tokenSecret
            self.coordinators = coordinators
            self.tellsMessages = tellsMessages
            self.role = coordinators > 1 ? .coordinator : role
            self.writeTime = writeTime
            self.expiryInterval = expiryInterval
            self.sessionLifetime = sessionLifetime
        }

        var isCluster: Bool { role == .coordinator }

        /// ``version``, or 3.12.10 if it is none: ``ArangoEmulator/start(_:)`` has refused that before.
        var serverVersion: ServerVersion { ServerVersion(version) ?? .recorded }
    }
}

/// The same by its short name.
public typealias Configuration = ArangoEmulator.Configuration

extension ServerVersion {
    /// The version that the transcripts were recorded from.
    static let recorded = ServerVersion(text: "3.12.10", numbers: [3, 12, 10])
}
