import ArgumentParser
import ControlMessages
import Formats
import Glibc

/// `warren drain`
struct Drain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stops taking new messages, finishes those that are held, and then pauses.",
        discussion: """
            The command waits until nothing is held. Interrupting it does not interrupt the drain.

            Examples:
              warren drain company-sync
              warren drain --all --no-wait
            """)

    @OptionGroup var processors: ChangeProcessors
    @Flag(inversion: .prefixedNo, help: "Wait until nothing is held.")
    var wait = true

    func run() throws {
        try processors.perform("drain") { $0.state == .paused ? "drained" : "draining, \(HumanFormat.count($0.held)) held" }
        guard wait else { return }
        let client = processors.service.client
        for name in try processors.targets() {
            var processor: ProcessorStatus
            repeat {
                processor = try asking { () throws(ClientError) in
                    try client.send(.get, "/v1/processors/\(name.percentEncoded)")
                }
                if processor.state == .draining { usleep(200_000) }
            } while processor.state == .draining
            show("\(name): \(processor.state == .paused ? "drained" : "\(processor.state.rawValue): it was resumed meanwhile")")
        }
    }
}
