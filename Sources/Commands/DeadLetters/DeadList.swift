import ArgumentParser
import ControlMessages
import ControlServer
import Formats

/// `warren dead list`
struct DeadList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists dead letters by reason, with counts and age.",
        discussion: """
            A look changes nothing in a classic queue, nor in a quorum queue of RabbitMQ 4.3. In other queues RabbitMQ counts a look as a delivery of \
            each letter, or Warren cannot find out the type of the queue. A delivery limit ends messages that were delivered too often, so there Warren \
            looks only with --count-deliveries, which needs the right to operate. Even then no letter ends: Warren moves one that is near the limit to \
            the end of the queue, as a new copy with the same id.

            Examples:
              warren dead list company-updated
              warren dead list company-updated --limit 10000 --all
              warren dead list company-updated --json | jq '.reasons'
            """)

    @OptionGroup var service: ServiceOption
    @Option(help: "Look at this many letters at most, from the front of the queue; 1 to \(DeadLetterListing.mostLimit).")
    var limit = DeadLetterListing.standardLimit
    @Flag(help: "Show every letter that was looked at.")
    var all = false
    @OptionGroup var consent: DeliveryConsent
    @Flag(help: "Print everything as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String

    func run() throws {
        let client = try service.client()
        let path = "/v1/dead-letters/\(name.percentEncoded)?limit=\(limit)"
        let text = try consent.look(path, client, mayAsk: !json)
        guard !json else { return showJSON(text) }
        let listing = try asking { () throws(ClientError) in try client.decode(DeadLetterListing.self, text) }
        DeadLetterText.lines(listing, rows: all ? .max : DeadLetterText.rows).forEach { show($0) }
    }
}
