import ArgumentParser
import ControlMessages
import Formats
import Glibc

/// `warren drain`
struct Drain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stops taking new messages, finishes those that are held, and then pauses.",
        discussion: """
            The command waits until nothing is held. Interrupting it does not interrupt the drain. The pause lasts until `warren resume`, also over \
            restarts. With --json the command prints each change, and then each processor as `warren status NAME --json` does.

            Examples:
              warren drain company-sync --reason "new mapping"
              warren drain --all --no-wait
            """)

    @OptionGroup var processors: ChangeProcessors
    @OptionGroup var reason: PauseReason
    @Flag(inversion: .prefixedNo, help: "Wait until nothing is held.")
    var wait = true

    func run() throws {
        let client = try processors.service.client()
        try processors.perform("drain", reason.order, client) {
            PauseText.line($0, done: $0.state == .paused ? "drained" : "draining, \(HumanFormat.count($0.held)) held")
        }
        guard wait else { return }
        for name in try processors.targets(client) {
            let path = "/v1/processors/\(name.percentEncoded)"
            var (text, processor) = try status(path, client)
            while processor.state == .draining {
                usleep(200_000)
                (text, processor) = try status(path, client)
            }
            if processors.json {
                showJSON(text)
            } else {
                show("\(name): \(processor.state == .paused ? "drained" : "\(processor.state.rawValue): it was resumed meanwhile")")
            }
        }
    }

    private func status(_ path: String, _ client: ControlClient) throws(ExitCode) -> ([UInt8], ProcessorStatus) {
        try asking { () throws(ClientError) in
            let text = try client.text(.get, path)
            return (text, try client.decode(ProcessorStatus.self, text))
        }
    }
}
