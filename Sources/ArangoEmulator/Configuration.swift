extension ArangoEmulator {
    /// How the emulator is set up.
    public struct Configuration: Sendable {
        /// What kind of server it says it is.
        public enum Role: String, Sendable {
            /// One server.
            case single = "SINGLE"
            /// A coordinator of a cluster; only `/_admin/status` differs.
            case coordinator = "COORDINATOR"
        }

        /// Address to listen on.
        public var host: String
        /// Port to listen on; 0 takes a free one.
        public var port: Int
        /// Password of `root`; nil: authentication is off.
        public var password: String?
        /// True: document writes are answered as if each were new, and not kept. Costs as little as possible.
        public var isNull: Bool
        /// Speaks as this version; below 3.12 `versionAttribute` is ignored silently, as those servers do. Must begin with two numbers.
        public var version: String
        /// What `/_admin/status` tells.
        public var role: Role
        /// `--server.harden`: who is no administrator is not told the version, and nothing of status and licence (ArangoDB.md section 10).
        public var isHardened: Bool
        /// How long a token from `/_open/auth` is good (`--server.session-timeout`).
        public var sessionLifetime: Duration

        /// The defaults are those of `arango-emulator` without options, with a free port.
        public init(
            host: String = "127.0.0.1", port: Int = 0, password: String? = nil, isNull: Bool = false, version: String = "3.12.10",
            role: Role = .single, isHardened: Bool = false, sessionLifetime: Duration = .seconds(3600)
        ) {
            self.host = host
            self.port = port
            self.password = password
            self.isNull = isNull
            self.version = version
            self.role = role
            self.isHardened = isHardened
            self.sessionLifetime = sessionLifetime
        }

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
