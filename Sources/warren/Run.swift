import ArgumentParser
import Logging
import Service
import Settings

/// `warren run`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the service until SIGTERM or SIGINT; SIGHUP reads the configuration again.",
        discussion:
            "Stops in order: no new messages, what is in flight is finished, the rest goes back to RabbitMQ. A second signal stops at once."
    )

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws {
        let settings = try configuration.load()
        let threshold = LogThreshold(configuration.level(settings))
        let output = configuration.output(settings)
        defer { output.flush() }
        let logger = Logger(label: "warren") { _ in ServiceLog(threshold: threshold, output: output) }
        let signals = await StopSignals()
        do throws(StartError) {
            // systemd names the directory (systemd.exec(5), StateDirectory=); several, separated by colons, are not ours.
            let environment = configuration.environment
            let daemon = try Daemon(
                settings: settings, logger: logger, stateDirectory: environment["STATE_DIRECTORY"],
                invocation: environment["INVOCATION_ID"], manager: ServiceManager(environment: environment),
                control: ControlContext(version: Warren.version, threshold: threshold, environment: environment),
                load: { [config = configuration.config] () throws(SettingsErrors) in
                    try SettingsLoader.load(file: config, environment: environment)
                })
            try await daemon.run { await signals.first(logger: logger) { await daemon.reload() } }
        } catch {
            logger.log(.critical, "Cannot start", [.error: error])
            throw ExitCode.configuration
        }
    }
}
