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
            `warren dead list` shows the ids. A letter keeps its id however often somebody looks. The first eight digits or more are enough if no \
            other id begins with them. Anybody can have written the header that holds an id: if two letters have the same one, Warren shows neither, \
            and says how to tell them apart. Warren looks at the first 10,000 letters of a queue only.

            Examples:
              warren dead show company-updated 3fa94c07d1e2
              warren dead show company-updated 3fa94c07d1e2 --redact      hides what the sender wrote
              warren dead show company-updated 3fa94c07d1e2 --body > message.json
            """)

    @OptionGroup var service: ServiceOption
    @Flag(help: "Hide what the sender wrote: show sizes instead of the body, the properties and all headers but Warren's.")
    var redact = false
    @Flag(help: "Print only the body, unchanged; for `warren explain`.")
    var body = false
    @OptionGroup var consent: DeliveryConsent
    @Flag(help: "Print everything as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String
    @Argument(help: "The letter's id, or its first digits.")
    var id: String

    func validate() throws {
        guard !(redact && body) else { throw ValidationError("--redact hides what --body shows.") }
    }

    func run() throws {
        let client = try service.client()
        let path = "/v1/dead-letters/\(name.percentEncoded)?id=\(id.percentEncoded)\(redact ? "&redact=true" : "")"
        let text = try consent.look(path, client, mayAsk: !json && !body)
        if json { return showJSON(text) }
        let detail = try asking { () throws(ClientError) in try client.decode(DeadLetterDetail.self, text) }
        guard body else { return DeadLetterText.lines(detail).forEach { show($0) } }
        guard !detail.isBodyCut else {
            complain("warren: the body is larger than Warren shows; fetch the message with another tool")
            throw ExitCode.failure
        }
        let bytes = detail.bodyEncoding == .base64 ? base64Decoded(detail.body) : Array(detail.body.utf8)
        // A file or another program gets the bytes unchanged; a terminal gets printable text.
        guard isatty(STDOUT_FILENO) == 0 else { return show(String(decoding: bytes, as: UTF8.self)) }
        try writeOutput(bytes)
    }
}
