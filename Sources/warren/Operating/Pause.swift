import ArgumentParser
import Control

/// `warren pause`
struct Pause: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stops consuming; messages stay in their queues.",
        discussion: """
            What a processor holds goes back to its queue. It stays paused through reconnections, until `warren resume` or a restart.

            Examples:
              warren pause company-sync
              warren pause --all
            """)

    @OptionGroup var processors: ChangeProcessors

    func run() throws {
        try processors.perform("pause") { $0.changed ? "paused" : "was paused already" }
    }
}
