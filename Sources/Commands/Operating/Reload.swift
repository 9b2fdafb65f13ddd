import ArgumentParser
import ControlMessages

/// `warren reload`
struct Reload: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reads the configuration again and applies it, all or nothing.",
        discussion: """
            A configuration with mistakes changes nothing, and the command prints every mistake. Processors whose settings are the same are not disturbed. \
            SIGHUP and `systemctl reload warren` do the same, but cannot print what changed.

            systemd gives a service its credentials when it starts it. A credential that was changed since takes a restart: root is told which one, others \
            that there may be one.

            Examples:
              warren check && warren reload
              warren reload --json
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() throws {
        let client = try service.client()
        let text = try asking { () throws(ClientError) in try client.text(.post, "/v1/reload", timeout: .seconds(300)) }
        guard !json else { return showJSON(text) }
        let report = try asking { () throws(ClientError) in try client.decode(ReloadReport.self, text) }
        var lines =
            report.added.map { "\($0): added" } + report.removed.map { "\($0): removed" } + report.changed.map { "\($0): changed" }
            + report.notes
        if lines.isEmpty { lines = ["nothing changed"] }
        lines += CredentialChange.lines(of: report.credentials ?? [], unit: unit(client))
        show(lines.map(TerminalText.escaped).joined(separator: "\n"))
    }

    /// The unit that the service is.
    private func unit(_ client: ControlClient) -> UnitEnvironment? {
        service.configuration(of: client).flatMap { UnitEnvironment.running($0, environment: [:]) }
    }
}
