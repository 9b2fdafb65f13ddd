/// What the control interface needs to know of the process.
public struct ControlContext: Sendable {
    /// The program's version, for status.
    public var version: String
    /// What `warren log-level` changes.
    public var threshold: LogThreshold
    /// Of the process: systemd tells in it which sockets it has opened for us.
    public var environment: [String: String]

    /// A context by its parts.
    public init(version: String, threshold: LogThreshold, environment: [String: String]) {
        self.version = version
        self.threshold = threshold
        self.environment = environment
    }
}
