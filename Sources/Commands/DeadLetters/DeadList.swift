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
            Looking changes nothing in a classic queue, nor in a quorum queue of RabbitMQ 4.3. Where RabbitMQ counts a look as a delivery of each
            letter, or does not tell of which type the queue is, nothing is looked at without --count-deliveries, because a delivery limit ends
            messages that are delivered too often. With it none is ended: a letter near the limit goes to the end of the queue as a new copy with
            the same id. That is for those who may operate.

            Examples:
              warren dead list company-updated
              warren dead list company-updated --limit 10000 --all
              warren dead list company-updated --json | jq '.reasons'
            """)

    @OptionGroup var service: ServiceOption
    @Option(help: "Look at no more than so many, from the front of the queue; 1…\(DeadLetterListing.mostLimit).")
    var limit = DeadLetterListing.standardLimit
    @Flag(help: "Show each letter that was looked at.")
    var all = false
    @OptionGroup var consent: DeliveryConsent
    @Flag(help: "Everything as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String

    func run() throws {
        let client = service.client
        let path = "/v1/dead-letters/\(name.percentEncoded)?limit=\(limit)"
        let text = try consent.look(path, client, mayAsk: !json)
        guard !json else { return showJSON(text) }
        let listing = try asking { () throws(ClientError) in try client.decode(DeadLetterListing.self, text) }
        DeadLetterText.lines(listing, rows: all ? .max : DeadLetterText.rows).forEach { show($0) }
    }
}
