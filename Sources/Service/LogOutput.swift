internal import FoundationEssentials
internal import Glibc
public import Logging
public import Settings

/// Where log lines go.
public enum LogOutput: Sendable {
    /// To standard error, one `write(2)` a line, so that lines of several threads never mix.
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

    /// Writes one line. A log that nobody can read must not stop the service: a failing write is let go.
    public func write(_ level: Logger.Level, _ text: String, _ facts: Logger.Metadata) {
        switch self {
        case .standardError(let style): Self.writeToStandardError(style.line(level, text, facts, at: Date()))
        case .journal(let writer): writer.write(level, text, facts)
        }
    }

    /// Before the process ends: gives what the journal has not taken yet a second.
    public func flush() {
        if case .journal(let writer) = self { writer.flush() }
    }

    static func writeToStandardError(_ line: String) {
        let bytes = Array(line.utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
