import ArgumentParser
import ControlMessages
import Formats

/// `warren dead replay`
struct DeadReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Publishes dead letters to their queue again, and takes them out of the dead-letter queue.",
        discussion: """
            A replay loses nothing: RabbitMQ confirms each letter in its queue before Warren takes it out of the dead-letter queue. If something \
            interrupts a replay, some letters may be in both queues; versions make the second copy harmless. RabbitMQ has confirmed every letter that \
            is reported as done. A message has the delivery mode and the expiration again that its sender gave it, and its time to live begins anew. \
            Warren parks what fails again under another id, with `warren-replays` one higher.

            In a quorum queue of RabbitMQ before 4.3, every letter that Warren looks at and leaves there counts as delivered once more, also with \
            --dry-run. The delivery limit ends no letter: Warren moves one that is near the limit to the end of the queue, as a new copy with the \
            same id.

            Examples:
              warren dead replay company-updated --all --dry-run
              warren dead replay company-updated --reason refused-by-database
              warren dead replay company-updated --reason retry-exhausted --limit 10
              warren dead replay company-updated --id 3fa94c07d1e2
            """)

    @OptionGroup var service: ServiceOption
    @OptionGroup var choice: DeadLetterChoice
    @Flag(help: "Only count the letters.")
    var dryRun = false
    @Flag(help: "Print the report as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String

    func run() throws { try order("replay", name, choice, dryRun: dryRun, json: json, service.client()) }
}

/// Sends an order about dead letters and prints the result. An order that ended early is a failure.
func order(
    _ verb: String, _ name: String, _ choice: DeadLetterChoice, dryRun: Bool, json: Bool, _ client: ControlClient
) throws(ExitCode) {
    let order = choice.order(dryRun: dryRun)
    let path = "/v1/dead-letters/\(name.percentEncoded)/\(verb)"
    let text = try asking { () throws(ClientError) in try client.text(.post, path, body: order, timeout: .seconds(3600)) }
    let report = try asking { () throws(ClientError) in try client.decode(DeadLetterReport.self, text) }
    if json {
        showJSON(text)
    } else {
        DeadLetterText.lines(report).forEach { show($0) }
    }
    if report.failure != nil { throw .unavailable }
}
