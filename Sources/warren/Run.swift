import ArgumentParser
import Logging
import Service

/// `warren run`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the service until SIGTERM or SIGINT.",
        discussion: "Stops in order: no new messages, what is in flight is finished, the rest goes back to RabbitMQ. A second signal stops at once.")

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws {
        let settings = try configuration.load()
        let logger = configuration.logger(settings)
        let signals = await StopSignals()
        do throws(StartError) {
            try await Daemon(settings: settings, logger: logger).run { await signals.first(logger: logger) }
        } catch {
            logger.log(.critical, "Cannot start", [.error: error])
            throw ExitCode.configuration
        }
    }
}
