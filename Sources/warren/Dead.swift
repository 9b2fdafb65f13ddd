import ArgumentParser

/// `warren dead`
struct Dead: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at messages that could not be written, sends them back, or drops them.",
        discussion: """
            Warren parks what it cannot write in <queue>.dead, unchanged, with the reason in its headers. All of this goes through the running
            service; no processor has to be paused for it.

            Examples:
              warren dead list company-updated                            by reason, with counts and age
              warren dead show company-updated 3                          headers and body of the third
              warren dead replay company-updated --reason bad-version --dry-run
              warren dead replay company-updated --reason bad-version     publishes them to company.updated again
              warren dead drop company-updated --reason not-json
            """,
        subcommands: [DeadList.self, DeadShow.self, DeadReplay.self, DeadDrop.self])
}

/// Which dead letters: `--reason`, `--number`, `--limit`.
struct DeadLetterChoice: ParsableArguments {
    @Option(help: "Only those with this reason, as `warren dead list` tells it.")
    var reason: String?
    @Option(help: "Only the one with this number, as `warren dead list` tells it.")
    var number: Int?
    @Option(help: "At most so many, from the front of the queue.")
    var limit: Int?

    func validate() throws {
        for value in [number, limit] {
            if let value, value < 1 { throw ValidationError("--number and --limit take whole numbers from 1 on.") }
        }
    }
}
