import ArgumentParser
import ControlMessages

/// `warren tail`
struct Tail: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints events as they happen, one JSON object a line.",
        discussion: """
            Events of single messages are written, stale, retried, refused and parked. Events of the service are outage-begins, outage-ends, \
            consumer-lost, consuming and others. Warren reports at most a thousand single messages a second; a line `skipped` counts the others. It \
            disconnects a reader that is too slow, and never waits for one.

            Examples:
              warren tail
              warren tail --processor company-updated --outcome parked
              warren tail --key 4711
              warren tail | jq -r 'select(.latency_milliseconds > 1000) | .key'
            """)

    @OptionGroup var service: ServiceOption
    @Option(help: "Only events of this processor.", completion: .processorNames)
    var processor: String?
    @Option(help: "Only events about the document with this key.")
    var key: String?
    @Option(help: "Only this event, such as written or parked.")
    var outcome: String?

    func run() throws {
        let client = try service.client()
        let path = EventFilter(processor: processor, key: key, outcome: outcome).path
        try asking { () throws(ClientError) in
            try client.lines(path) { line in (try? writeOutput(TerminalText.escapedJSON(line) + [UInt8(ascii: "\n")])) != nil }
        }
        complain("warren: the service ended the stream: it was stopped, or this reader was too slow")
        throw ExitCode.unavailable
    }
}
