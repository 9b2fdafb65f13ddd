import ArgumentParser
import ControlMessages
import Glibc

/// `warren dead drop`
struct DeadDrop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Takes dead letters out of the queue for good. There is no way back.",
        discussion: """
            Asks before it does, unless told --yes; without a terminal to ask at, --yes is needed. Only root and the service user may.

            Examples:
              warren dead drop company-updated --reason not-json --dry-run
              warren dead drop company-updated --reason not-json
              warren dead drop company-updated --id 3fa94c07d1e2 --yes
            """)

    @OptionGroup var service: ServiceOption
    @OptionGroup var choice: DeadLetterChoice
    @Flag(help: "Only count them.")
    var dryRun = false
    @Flag(help: "Do not ask.")
    var yes = false
    @Flag(help: "The report as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String

    func run() throws {
        if !dryRun && !yes { try confirm() }
        try order("drop", name, choice, dryRun: dryRun, json: json, service.client)
    }

    private func confirm() throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("Dropping is for good: say --yes, or try --dry-run first.")
        }
        let which = [
            choice.id.map { "the one whose id begins with \($0)" }, choice.reason.map { "with reason \($0)" },
            choice.limit.map { "at most \($0)" },
            choice.all ? "all of them" : nil,
        ].compactMap(\.self).joined(separator: ", ")
        try writeOutput(Array("Drop dead letters of \(name) for good: \(which)? [y/N] ".utf8))
        guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
            complain("nothing was dropped")
            throw ExitCode.failure
        }
    }
}
