/// What the control interface needs to know of the process.
public struct ControlContext: Sendable {
    /// The program's version, for status.
    public var version: String
    /// What `warren log-level` changes.
    public var threshold: LogThreshold
    /// The configuration file, as an absolute path, for status; `nil` if there is none.
    public var configuration: String?
    /// The environment of the process, in which systemd names the sockets that it has opened for us.
    public var environment: [String: String]
    /// The longest that a write of any instance can be on its way; `nil` for as long as the timeout of `[arangodb]` allows. Tests know that nothing
    /// is on its way, and need not wait for it when a resynchronisation begins.
    public var longestWrite: Duration?
    /// Clients of the control socket at once, at most.
    public var mostClients: Int

    /// A context by its parts.
    package init(
        version: String, threshold: LogThreshold, environment: [String: String], configuration: String? = nil,
        longestWrite: Duration? = nil, mostClients: Int = FileLimit.mostClients
    ) {
        self.configuration = configuration
        self.mostClients = mostClients
        self.version = version
        self.threshold = threshold
        self.environment = environment
        self.longestWrite = longestWrite
    }
}
