import ArgumentParser
import ControlMessages
import Glibc

/// `warren dead drop`
struct DeadDrop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Deletes dead letters for good.",
        discussion: """
            The command asks first, unless --yes is given. Without a terminal it needs --yes. Only root and the service user may drop.

            Examples:
              warren dead drop company-updated --reason not-json --dry-run
              warren dead drop company-updated --reason not-json
              warren dead drop company-updated --id 3fa94c07d1e2 --yes
            """)

    @OptionGroup var service: ServiceOption
    @OptionGroup var choice: DeadLetterChoice
    @Flag(help: "Only count the letters.")
    var dryRun = false
    @Flag(help: "Do not ask.")
    var yes = false
    @Flag(help: "Print the report as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String

    func run() throws {
        if !dryRun && !yes { try confirm() }
        try order("drop", name, choice, dryRun: dryRun, json: json, service.client())
    }

    private func confirm() throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("A drop cannot be undone. Give --yes, or try --dry-run first.")
        }
        let which = [
            choice.id.map { "the one with an id that begins with \($0)" }, choice.reason.map { "with reason \($0)" },
            choice.limit.map { "at most \($0)" },
            choice.all ? "all of them" : nil,
        ].compactMap(\.self).joined(separator: ", ")
        try writeOutput(Array("Delete dead letters of \(name) for good: \(which)? [y/N] ".utf8))
        guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
            complain("nothing was dropped")
            throw ExitCode.failure
        }
    }
}
