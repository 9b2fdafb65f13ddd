import ArgumentParser
import ControlMessages
import Formats

/// `warren status`
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what the running service does: processors, queues, servers, and what is wrong.",
        discussion: """
            Exit code 0: healthy, which means that Warren consumes and makes progress. 3: running, but degraded. 4: not running. With --all the exit \
            code is the highest of all instances: warren.service and each warren@NAME.service that runs, is enabled, or has failed.

            Examples:
              warren status                    a table of all processors
              warren status company-sync       one in full
              warren status --json | jq .service.health
              warren status --all              a line for each instance on this host
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "Print the whole report as JSON.")
    var json = false
    @Flag(help: "Show all instances on this host: those with a socket in /run, those that are enabled, and those that have failed.")
    var all = false
    @Argument(help: "A processor's name. Without one, the command shows all.", completion: .processorNames)
    var name: String?

    func validate() throws {
        guard !all || name == nil && service.socket == nil && service.instance == nil && service.config == nil else {
            throw ValidationError("--all shows all instances, so it takes neither a processor's name nor --socket, --instance or --config.")
        }
    }

    func run() throws {
        guard !all else { return try showAll() }
        let client = try service.client()
        let path = name.map { "/v1/processors/\($0.percentEncoded)" } ?? "/v1/status"
        let text = try asking { () throws(ClientError) in try client.text(.get, path) }
        if json { showJSON(text) }
        if name != nil {
            let processor = try message(ProcessorStatus.self, text, client)
            if !json { StatusText.lines(processor).forEach { show($0) } }
            if [.failed, .outage].contains(processor.state) { throw ExitCode.degraded }
        } else {
            let report = try message(StatusReport.self, text, client)
            if !json { StatusText.lines(report).forEach { show($0) } }
            if report.service.health.status == .degraded { throw ExitCode.degraded }
        }
    }

    private func showAll() throws {
        let answers = ServiceInstance.all(units: ServiceUnits.all()).map { $0.ask(timeout: .seconds(5)) }
        if json {
            showJSON(try ControlJSON.encode(HostReport(answers)))
        } else if answers.isEmpty {
            complain(
                "warren: no instance has a control socket in /run/warren or /run/warren-NAME, is enabled or has failed. See systemctl status 'warren*'"
            )
        } else {
            HostText.lines(answers).forEach { show($0) }
        }
        let worst = answers.map(\.exitCode.rawValue).max() ?? ExitCode.notRunning.rawValue
        if worst != 0 { throw ExitCode(worst) }
    }

    private func message<Message: Decodable>(
        _ type: Message.Type, _ bytes: [UInt8], _ client: ControlClient
    ) throws(ExitCode) -> Message {
        try asking { () throws(ClientError) in try client.decode(type, bytes) }
    }
}

extension InstanceAnswer {
    /// As `warren status` would end for this instance alone.
    fileprivate var exitCode: ExitCode {
        switch result {
        case .success(let report): report.service.health.status == .degraded ? .degraded : .success
        case .failure(let error): ExitCode(error)
        }
    }
}
