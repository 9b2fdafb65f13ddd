import ArgumentParser
import Logging
import Service
import Settings

/// `warren run`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the service until SIGTERM or SIGINT; SIGHUP reads the configuration again.",
        discussion:
            "To stop, Warren takes no new messages, finishes what is in flight and returns the rest to RabbitMQ. A second signal stops it at once."
    )

    /// Made by `main`, before there is a second thread.
    static let signals = StopSignals()

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws {
        let settings = try configuration.load()
        let threshold = LogThreshold(configuration.level(settings))
        let output = configuration.output(settings)
        defer { output.flush() }
        let logger = Logger(label: "warren") { _ in ServiceLog(threshold: threshold, output: output) }
        do throws(StartError) {
            let clients = try FileLimit(settings).ensure()
            if clients < FileLimit.mostClients {
                logger.log(
                    .warning,
                    "The limit of open files is low; the control socket serves fewer clients. Raise the hard limit (ulimit -n)",
                    [.clients: clients])
            }
            await openTimers()
            // systemd names the directory (systemd.exec(5), StateDirectory=); several, separated by colons, are not ours.
            let environment = configuration.environment
            let daemon = try Daemon(
                settings: settings, logger: logger, stateDirectory: environment["STATE_DIRECTORY"],
                invocation: environment["INVOCATION_ID"], manager: ServiceManager(environment: environment),
                control: ControlContext(
                    version: Warren.version, threshold: threshold, environment: environment,
                    configuration: ServiceAddress.absolute(configuration.file), mostClients: clients),
                load: { [file = configuration.file] () throws(SettingsErrors) in
                    try SettingsLoader.load(file: file, environment: environment)
                })
            Self.signals.beginService()
            try await daemon.run { await Self.signals.first(logger: logger, flush: output.flush) { await daemon.reload() } }
        } catch {
            logger.log(.critical, "Cannot start", [.error: error])
            throw ExitCode.configuration
        }
    }

    /// Swift's pool opens the descriptors of its timers when they are first used, and traps if there are none left then.
    private func openTimers() async {
        try? await Task.sleep(for: .microseconds(1), clock: .continuous)
        try? await Task.sleep(for: .microseconds(1), clock: .suspending)
    }
}
