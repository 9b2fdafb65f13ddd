import ArgumentParser
import Control

/// `warren status`
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what the running service does: processors, queues, servers, and what is wrong.",
        discussion: """
            Exit code 0: healthy, which means consuming and progressing. 3: running, but degraded. 4: not running.

            Examples:
              warren status                    a table of all processors
              warren status company-sync       one in full
              warren status --json | jq .service.health
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "The whole report as JSON.")
    var json = false
    @Argument(help: "A processor's name; without one, all.")
    var name: String?

    func run() throws {
        let text = try bytes()
        if json { print(String(decoding: text, as: UTF8.self), terminator: "") }
        if name != nil {
            let processor = try message(ProcessorStatus.self, text)
            if !json { StatusText.lines(processor).forEach { print($0) } }
            if [.failed, .outage].contains(processor.state) { throw ExitCode.degraded }
        } else {
            let report = try message(StatusReport.self, text)
            if !json { StatusText.lines(report).forEach { print($0) } }
            if report.service.health.status == .degraded { throw ExitCode.degraded }
        }
    }

    private func bytes() throws(ExitCode) -> [UInt8] {
        let path = name.map { "/v1/processors/\(PercentEncoding.encode($0))" } ?? "/v1/status"
        do throws(ClientError) {
            return try service.client.text(.get, path)
        } catch {
            complain("warren: \(error)")
            if case .notRunning = error { throw .notRunning }
            throw ExitCode(error)
        }
    }

    private func message<Message: Decodable>(_ type: Message.Type, _ bytes: [UInt8]) throws(ExitCode) -> Message {
        try asking { () throws(ClientError) in try service.client.decode(type, bytes) }
    }
}
