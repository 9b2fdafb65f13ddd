import ArgumentParser
import ControlMessages
import Formats

/// `warren why`
struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells the last decisions about a document: when, by whom, which message, and what became of it.",
        discussion: """
            The running service remembers some thousand decisions, the newest; a restart begins anew.

            Examples:
              warren why companies 4711
              warren why companies 4711 --json | jq '.decisions[0]'
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "Everything as JSON.")
    var json = false
    @Argument(help: "The document's collection.")
    var collection: String
    @Argument(help: "The document's key.")
    var key: String

    func run() throws {
        let client = service.client
        let path = "/v1/history/\(collection.percentEncoded)/\(key.percentEncoded)"
        let text = try asking { () throws(ClientError) in try client.text(.get, path) }
        guard !json else { return showJSON(text) }
        ObservationText.lines(try asking { () throws(ClientError) in try client.decode(HistoryReport.self, text) }).forEach { show($0) }
    }
}
