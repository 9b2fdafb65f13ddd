import ArgumentParser
import ControlMessages
import Formats

/// `NAME…` or `--all`, and what pause, resume and drain have in common.
struct ChangeProcessors: ParsableArguments {
    @OptionGroup var service: ServiceOption
    @Flag(help: "All processors.")
    var all = false
    @Argument(help: "Names of processors.", completion: .processorNames)
    var names: [String] = []

    func validate() throws {
        guard all == names.isEmpty else { throw ValidationError("Name the processors, or give --all.") }
    }

    /// Changes each processor, and prints the result. If one fails, the others are still changed.
    func perform(_ verb: String, telling text: (ProcessorChange) -> String) throws(ExitCode) {
        var failure: ExitCode?
        for name in try targets() {
            do throws(ClientError) {
                let path = "/v1/processors/\(name.percentEncoded)/\(verb)"
                let change: ProcessorChange = try service.client.send(.post, path)
                show("\(change.name): \(text(change))")
            } catch {
                complain("warren: \(error)")
                failure = failure ?? ExitCode(error)
            }
        }
        if let failure { throw failure }
    }

    /// The names that are meant.
    func targets() throws(ExitCode) -> [String] {
        guard all else { return names }
        let list: ProcessorList = try asking { () throws(ClientError) in try service.client.send(.get, "/v1/processors") }
        return list.processors.map(\.name)
    }
}
