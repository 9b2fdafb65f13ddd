import ArgumentParser
import ControlMessages
import Formats

/// `warren why`
struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows the last decisions about a document: when, by which processor, about which message, and with what outcome.",
        discussion: """
            The service remembers its last 8192 decisions about all documents. A restart forgets them.

            Examples:
              warren why companies 4711
              warren why companies 4711 --json | jq '.decisions[0]'
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "Print everything as JSON.")
    var json = false
    @Argument(help: "The document's collection.")
    var collection: String
    @Argument(help: "The document's key.")
    var key: String

    func run() throws {
        let client = try service.client()
        let path = "/v1/history/\(collection.percentEncoded)/\(key.percentEncoded)"
        let text = try asking { () throws(ClientError) in try client.text(.get, path) }
        guard !json else { return showJSON(text) }
        ObservationText.lines(try asking { () throws(ClientError) in try client.decode(HistoryReport.self, text) }).forEach { show($0) }
    }
}
