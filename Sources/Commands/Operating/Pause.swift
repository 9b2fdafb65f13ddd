import ArgumentParser
import ControlMessages

/// `warren pause`
struct Pause: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stops taking new messages; they stay in their queue.",
        discussion: """
            Warren finishes what the processor holds. The pause outlives reconnections, outages and reloads. It ends with `warren resume`, and with the \
            process: after a restart or an upgrade the processor takes messages again.

            Examples:
              warren pause company-sync
              warren pause --all
            """)

    @OptionGroup var processors: ChangeProcessors

    func run() throws {
        try processors.perform("pause") { $0.changed ? "paused" : "already paused" }
    }
}

/// `warren resume`
struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes messages again after a pause or a drain.",
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
