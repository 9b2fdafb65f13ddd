public import Logging

/// Hands log lines to where the configuration wants them.
public struct ServiceLog: LogHandler {
    /// Facts that every line of this logger carries.
    public var metadata: Logger.Metadata = [:]
    /// Lines below it are not written. Setting it is for this logger alone; others follow the threshold.
    public var logLevel: Logger.Level {
        get { ownLevel ?? threshold.level }
        set { ownLevel = newValue }
    }
    private var ownLevel: Logger.Level?
    private let threshold: LogThreshold
    private let output: LogOutput

    /// A handler that follows the process's threshold.
    package init(threshold: LogThreshold, output: LogOutput) {
        self.threshold = threshold
        self.output = output
    }

    /// One fact of all lines.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the line.
    public func log(event: LogEvent) {
        output.write(event.level, "\(event.message)", event.metadata.map { metadata.merging($0) { $1 } } ?? metadata)
    }
}
