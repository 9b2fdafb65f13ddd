import ArgumentParser
import ControlMessages
import Formats
import Glibc

/// `warren dead show`
struct DeadShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one dead letter: properties, headers and body.",
        discussion: """
            Letters are named by the ids that `warren dead list` tells: an id stays the same however often it is looked at. Its first eight digits
            or more do where no other begins so. Anybody may have written the header that an id stands in: if two letters have one name, both are
            told of, with what tells them apart, and none is shown. Only the first 10,000 letters of a queue are looked at.

            Examples:
              warren dead show company-updated 3fa94c07d1e2
              warren dead show company-updated 3fa94c07d1e2 --redact      to show it to somebody who may not see the content
              warren dead show company-updated 3fa94c07d1e2 --body > message.json
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "Without what the sender wrote: sizes instead of the body, the properties and all headers but Warren's.")
    var redact = false
    @Flag(help: "Only the body, as it is; for `warren explain`.")
    var body = false
    @OptionGroup var consent: DeliveryConsent
    @Flag(help: "Everything as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String
    @Argument(help: "The letter's id, or how it begins.")
    var id: String

    func validate() throws {
        guard !(redact && body) else { throw ValidationError("--redact hides what --body shows.") }
    }

    func run() throws {
        let client = service.client
        let path = "/v1/dead-letters/\(name.percentEncoded)?id=\(id.percentEncoded)\(redact ? "&redact=true" : "")"
        let text = try consent.look(path, client, mayAsk: !json && !body)
        if json { return showJSON(text) }
        let detail = try asking { () throws(ClientError) in try client.decode(DeadLetterDetail.self, text) }
        guard body else { return DeadLetterText.lines(detail).forEach { show($0) } }
        guard !detail.isBodyCut else {
            complain("warren: the body is larger than what is shown; take it out of the queue with another tool")
            throw ExitCode.failure
        }
        let bytes = detail.bodyEncoding == .base64 ? base64Decoded(detail.body) : Array(detail.body.utf8)
        // A file or another program gets the bytes as they are; somebody who looks at them gets what can be looked at.
        guard isatty(STDOUT_FILENO) == 0 else { return show(String(decoding: bytes, as: UTF8.self)) }
        try writeOutput(bytes)
    }
}
