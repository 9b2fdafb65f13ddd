import ArgumentParser
import ControlMessages

/// `warren resume`
struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Consumes again after a pause or a drain.",
        discussion: """
            Examples:
              warren resume company-sync
              warren resume --all
            """)

    @OptionGroup var processors: ChangeProcessors

    func run() throws {
        try processors.perform("resume") { $0.changed ? "resumed" : "was not paused" }
    }
}
