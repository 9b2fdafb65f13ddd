import ArgumentParser
import ControlMessages

/// `warren dead`
struct Dead: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists, shows, replays and drops messages that could not be written.",
        discussion: """
            Warren parks a message that it cannot write in <queue>.dead, with the reason in its headers. These commands ask the running service; no \
            processor has to be paused for them.

            Examples:
              warren dead list company-updated                            by reason, with counts and age
              warren dead show company-updated 3fa94c07d1e2               headers and body of one letter
              warren dead replay company-updated --reason bad-version --dry-run
              warren dead replay company-updated --reason bad-version     publishes them to company.updated again
              warren dead drop company-updated --reason not-json
            """,
        subcommands: [DeadList.self, DeadShow.self, DeadReplay.self, DeadDrop.self])
}

/// Which dead letters: `--id`, `--reason`, `--limit` or `--all`.
struct DeadLetterChoice: ParsableArguments {
    @Option(help: "Only the letter with this id, as `warren dead list` shows it. Eight digits or more are enough if no other id begins so.")
    var id: String?
    @Option(help: "Only letters with this reason, as `warren dead list` shows it.")
    var reason: String?
    @Option(help: "At most this many letters, from the front of the queue; with --reason, of those with that reason.")
    var limit: Int?
    @Flag(help: "All letters.")
    var all = false

    func validate() throws {
        if let objection = order(dryRun: false).objection { throw ValidationError("\(objection) (--id, --reason, --limit, --all).") }
    }

    func order(dryRun: Bool) -> DeadLetterOrder {
        DeadLetterOrder(id: id, reason: reason, limit: limit, all: all ? true : nil, dryRun: dryRun ? true : nil)
    }
}
