internal import FoundationEssentials
internal import Glibc
public import Logging
internal import Synchronization

/// Writes log lines to standard error, one `write(2)` a line, so that lines of several threads never mix.
public struct StandardErrorLog: LogHandler {
    /// Facts that every line of this logger carries.
    public var metadata: Logger.Metadata = [:]
    /// Lines below it are not written. Setting it is for this logger alone; others follow the threshold.
    public var logLevel: Logger.Level {
        get { ownLevel ?? threshold.level }
        set { ownLevel = newValue }
    }
    private var ownLevel: Logger.Level?
    private let threshold: LogThreshold
    private let style: LogStyle

    /// A handler that follows the process's threshold.
    public init(threshold: LogThreshold, style: LogStyle) {
        self.threshold = threshold
        self.style = style
    }

    /// One fact of all lines.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the line. A log that nobody can read must not stop the service: a failing write is let go.
    public func log(event: LogEvent) {
        let facts = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        let line = Array(style.line(event.level, "\(event.message)", facts, at: Date()).utf8)
        _ = unsafe write(STDERR_FILENO, line, line.count)
    }
}
