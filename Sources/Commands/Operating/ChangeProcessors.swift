import ArgumentParser
import ControlMessages
import Formats

/// `NAME…` or `--all`, and what pause, resume and drain have in common.
struct ChangeProcessors: ParsableArguments {
    @OptionGroup var service: ServiceOption
    @Flag(help: "All processors.")
    var all = false
    @Flag(help: "Print each result as a JSON object on a line.")
    var json = false
    @Argument(help: "Names of processors.", completion: .processorNames)
    var names: [String] = []

    func validate() throws {
        guard all == names.isEmpty else { throw ValidationError("Name the processors, or give --all.") }
    }

    /// Changes each processor, and prints the result. If one fails, the others are still changed.
    func perform(
        _ verb: String, _ order: PauseOrder?, _ client: ControlClient, telling text: (ProcessorChange) -> String
    ) throws(ExitCode) {
        var failure: ExitCode?
        for name in try targets(client) {
            do throws(ClientError) {
                let answer = try client.text(.post, "/v1/processors/\(name.percentEncoded)/\(verb)", body: order)
                let change = try client.decode(ProcessorChange.self, answer)
                if json { showJSON(answer) } else { show("\(change.name): \(text(change))") }
            } catch {
                complain("warren: \(error)")
                failure = failure ?? ExitCode(error)
            }
        }
        if let failure { throw failure }
    }

    /// The names that are meant.
    func targets(_ client: ControlClient) throws(ExitCode) -> [String] {
        guard all else { return names }
        let list: ProcessorList = try asking { () throws(ClientError) in try client.send(.get, "/v1/processors") }
        return list.processors.map(\.name)
    }
}
