internal import Glibc
public import Logging
public import Settings

/// Where log lines go.
public enum LogOutput: Sendable {
    /// To standard error, by one thread, so that lines of several threads never mix and none of them waits; see ``LineWriter``.
    case standardError(LogStyle)
    /// To journald, with the facts as fields.
    case journal(JournalWriter)

    /// The output that `format` asks for, given where standard error goes.
    public init(_ format: LogSettings.Format, environment: [String: String]) {
        switch format {
        case .text: self = .standardError(.text)
        case .json: self = .standardError(.json)
        case .journal: self = .toJournal
        case .auto where JournalStream(environment["JOURNAL_STREAM"])?.isAt(STDERR_FILENO) == true: self = .toJournal
        case .auto where isatty(STDERR_FILENO) == 1: self = .standardError(.text)
        case .auto: self = .standardError(.json)
        }
    }

    private static var toJournal: LogOutput { JournalSocket().map { .journal(JournalWriter($0)) } ?? .standardError(.journal) }

    /// Whether it is the journal that reads the lines.
    public var isJournal: Bool {
        switch self {
        case .standardError(.journal), .journal: true
        case .standardError: false
        }
    }

    /// Hands over one line, and never waits. A log without a reader must not stop the service: lines that cannot be written are counted and dropped.
    public func write(_ level: Logger.Level, _ text: String, _ facts: Logger.Metadata) {
        switch self {
        case .standardError(let style): LineWriter.standardError.write(level, text, facts, style)
        case .journal(let writer): writer.write(level, text, facts)
        }
    }

    /// Before the process ends: gives the reader a second for the lines that wait, and at most another one if lines of the journal had to go to
    /// standard error.
    public func flush() {
        if case .journal(let writer) = self { writer.flush() }
        LineWriter.standardError.flush()
    }
}
