import ArgumentParser
import ControlMessages
import Formats

/// `warren dead replay`
struct DeadReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Publishes dead letters to their queue again, and takes them out of the dead-letter queue.",
        discussion: """
            Nothing can be lost: each is confirmed by RabbitMQ in its queue before it is taken out here. If something ends the replay in between,
            some are there twice, which versions make harmless. What is reported as done RabbitMQ has confirmed. A message goes home as it was sent:
            delivery mode and expiration are put back, and its time to live begins anew. What fails again is parked again, with `warren-replays`
            one higher and another id.

            A quorum queue of RabbitMQ before 4.3 counts each letter that is looked at and stays behind, also in a --dry-run, as delivered once
            more. None is ended by it: one near the delivery limit goes to the end of the queue as a new copy with the same id.

            Examples:
              warren dead replay company-updated --all --dry-run
              warren dead replay company-updated --reason refused-by-database
              warren dead replay company-updated --reason retry-exhausted --limit 10
              warren dead replay company-updated --id 3fa94c07d1e2
            """)

    @OptionGroup var service: ServiceOption
    @OptionGroup var choice: DeadLetterChoice
    @Flag(help: "Only count them.")
    var dryRun = false
    @Flag(help: "The report as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String

    func run() throws { try order("replay", name, choice, dryRun: dryRun, json: json, service.client) }
}

/// Sends an order about dead letters, and tells what became of it. One that ended early is a failure.
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
