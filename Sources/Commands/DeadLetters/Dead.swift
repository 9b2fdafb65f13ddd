import ArgumentParser
import ControlMessages

/// `warren dead`
struct Dead: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at messages that could not be written, sends them back, or drops them.",
        discussion: """
            Warren parks what it cannot write in <queue>.dead, unchanged, with the reason in its headers. All of this goes through the running
            service; no processor has to be paused for it.

            Examples:
              warren dead list company-updated                            by reason, with counts and age
              warren dead show company-updated 3fa94c07d1e2               headers and body of the one whose id begins so
              warren dead replay company-updated --reason bad-version --dry-run
              warren dead replay company-updated --reason bad-version     publishes them to company.updated again
              warren dead drop company-updated --reason not-json
            """,
        subcommands: [DeadList.self, DeadShow.self, DeadReplay.self, DeadDrop.self])
}

/// Which dead letters: `--id`, `--reason`, `--limit` or `--all`.
struct DeadLetterChoice: ParsableArguments {
    @Option(help: "Only the one with this id, as `warren dead list` tells it; its first eight digits or more do where no other begins so.")
    var id: String?
    @Option(help: "Only those with this reason, as `warren dead list` tells it.")
    var reason: String?
    @Option(help: "At most so many, from the front of the queue; with --reason, of those with that reason.")
    var limit: Int?
    @Flag(help: "All of them.")
    var all = false

    func validate() throws {
        if let objection = order(dryRun: false).objection { throw ValidationError("\(objection) (--id, --reason, --limit, --all).") }
    }

    func order(dryRun: Bool) -> DeadLetterOrder {
        DeadLetterOrder(id: id, reason: reason, limit: limit, all: all ? true : nil, dryRun: dryRun ? true : nil)
    }
}
