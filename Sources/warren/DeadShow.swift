import ArgumentParser
import Control

/// `warren dead show`
struct DeadShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one dead letter: properties, headers and body.",
        discussion: """
            Numbers are places in the queue, from 1, as `warren dead list` tells them; they change when letters before go.

            Examples:
              warren dead show company-updated 1
              warren dead show company-updated 1 --redact      to show it to somebody who may not see the content
              warren dead show company-updated 1 --body > message.json
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "Without what the sender wrote: sizes instead of the body, the properties and all headers but Warren's.")
    var redact = false
    @Flag(help: "Only the body, as it is; for `warren explain`.")
    var body = false
    @Flag(help: "Everything as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String
    @Argument(help: "The letter's number.")
    var number: Int

    func validate() throws {
        guard !(redact && body) else { throw ValidationError("--redact hides what --body shows.") }
    }

    func run() throws {
        let client = service.client
        let path = "/v1/dead-letters/\(PercentEncoding.encode(name))?number=\(number)\(redact ? "&redact=true" : "")"
        let text = try asking { () throws(ClientError) in try client.text(.get, path, timeout: .seconds(300)) }
        if json { return print(String(decoding: text, as: UTF8.self), terminator: "") }
        let detail = try asking { () throws(ClientError) in try client.decode(DeadLetterDetail.self, text) }
        guard body else { return DeadLetterText.lines(detail).forEach { print($0) } }
        guard !detail.isBodyCut else {
            complain("warren: the body is larger than what is shown; take it out of the queue with another tool")
            throw ExitCode.failure
        }
        try writeOutput(detail.bodyEncoding == .base64 ? base64Decoded(detail.body) : Array(detail.body.utf8))
    }
}
