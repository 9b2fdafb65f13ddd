public import Settings

/// What a reload did.
public struct ReloadOutcome: Sendable, Equatable {
    /// What is different in the configuration.
    public let change: SettingsChange
    /// Keys of certificates whose files were renewed in place.
    public let renewedFiles: [String]
    /// Processors that were started again; with ``hasNewConnections`` all of them were.
    public let restarted: [String]
    /// Processors that the reload does not affect.
    public let unchanged: [String]
    /// Connections and sessions were replaced, after a drain.
    public let hasNewConnections: Bool
    /// Keys that are changed, but come into force only when the service is restarted.
    public let needsRestart: [String]
}

/// Why a reload changed nothing.
public enum ReloadError: Error, Sendable, CustomStringConvertible {
    /// The configuration is wrong: every mistake in it.
    case invalid(SettingsErrors)
    /// The configuration is right by itself, but a server, file or library does not fit it: one line each.
    case refused([String])
    /// Another reload is under way.
    case busy
    /// The service is stopping.
    case stopping

    /// What and why, a line each.
    public var description: String {
        switch self {
        case .invalid(let errors): errors.description
        case .refused(let reasons): reasons.joined(separator: "\n")
        case .busy: "another reload is under way; try again when it is done"
        case .stopping: "the service is stopping"
        }
    }
}
