import ArgumentParser
import ControlMessages

/// `--reason`: for those who find a processor paused.
struct PauseReason: ParsableArguments {
    @Option(help: "Why, for those who find the processor paused: one line. `warren status` shows it.")
    var reason: String?

    /// What the service is told; `nil` without a reason.
    var order: PauseOrder? { reason.map { PauseOrder(reason: $0) } }
}

/// `warren pause`
struct Pause: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stops taking new messages; they stay in their queue.",
        discussion: """
            Warren finishes what the processor holds. The pause lasts until `warren resume`: it outlives reconnections, outages, reloads, restarts and \
            upgrades. The command returns when the pause is on disk, and fails if it cannot be written there. A service without a state directory \
            cannot keep a pause over a restart; the command says so then. A reason for a processor that is paused already replaces the earlier one.

            Examples:
              warren pause company-sync --reason "schema change"
              warren pause --all
            """)

    @OptionGroup var processors: ChangeProcessors
    @OptionGroup var reason: PauseReason

    func run() throws {
        try processors.perform("pause", reason.order, processors.service.client()) { PauseText.line($0, done: "paused") }
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
        try processors.perform("resume", nil, processors.service.client()) { $0.changed ? "resumed" : "was not paused" }
    }
}
