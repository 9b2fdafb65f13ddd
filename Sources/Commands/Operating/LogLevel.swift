import ArgumentParser
import ControlMessages

/// `warren log-level`
struct LogLevel: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows or sets the log level, until the service restarts.",
        discussion: """
            Levels: trace, debug, info, notice, warning, error, critical. Only root and the service user may set one.

            Examples:
              warren log-level
              warren log-level debug
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "Print the level as JSON.")
    var json = false
    @Argument(help: "The least severe level to log from now on.")
    var level: Level?

    /// The levels, for help and completions.
    enum Level: String, ExpressibleByArgument, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    func run() throws {
        let client = try service.client()
        let text = try asking { () throws(ClientError) in
            guard let level else { return try client.text(.get, "/v1/log-level") }
            return try client.text(.put, "/v1/log-level", body: LogLevelMessage(level: level.rawValue))
        }
        guard !json else { return showJSON(text) }
        show(try asking { () throws(ClientError) in try client.decode(LogLevelMessage.self, text) }.level)
    }
}
