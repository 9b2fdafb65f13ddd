import ArgumentParser
import Broker
import CLinux
import FoundationEssentials
import Glibc
import Logging
internal import Messages
import Service
import Settings
import Store

/// `--config`, the same for every command, and what follows from it.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .long,
        help: "The configuration file (default: \(SettingsLoader.defaultFile)). Warren also reads conf.d/*.toml beside it.",
        completion: .file(extensions: ["toml"]))
    var config: String?
    @Option(name: .long, help: "The instance NAME of warren@NAME.service: its configuration file and control socket.")
    var instance: String?

    func validate() throws {
        guard instance == nil || config == nil else {
            throw ValidationError("--instance names the configuration file, so it does not take --config.")
        }
        try InstanceOption.check(instance)
    }

    /// The file that is meant.
    var file: String { config ?? instance.map { UnitFiles.configuration(ofInstance: $0) } ?? SettingsLoader.defaultFile }

    /// The configuration; with `unit`, as that service has it. Throws every mistake in it.
    func settings(of unit: UnitEnvironment? = nil) throws(SettingsErrors) -> Settings {
        // Before the first name look-up of a static binary.
        _ = clinux_use_builtin_name_lookup()
        SecretMemory.protect()
        return try SettingsLoader.load(file: file, environment: environment(of: unit), credentials: unit?.credentials ?? [:])
    }

    /// The same with the origin of each value.
    func effective(of unit: UnitEnvironment?) throws(SettingsErrors) -> EffectiveConfiguration {
        SecretMemory.protect()
        return try SettingsLoader.effective(file: file, environment: environment(of: unit), credentials: unit?.credentials ?? [:])
    }

    /// The configuration, or exit 78 with every mistake in it.
    func load(of unit: UnitEnvironment? = nil) throws(ExitCode) -> Settings {
        try loaded { () throws(SettingsErrors) in try settings(of: unit) }
    }

    /// What `body` makes of the configuration, or exit 78 with every mistake in it.
    func loaded<Value>(_ body: () throws(SettingsErrors) -> Value) throws(ExitCode) -> Value {
        do throws(SettingsErrors) {
            return try body()
        } catch {
            report(error)
            throw .configuration
        }
    }

    /// What the unit that runs this configuration has from systemd; `nil` if no unit runs it, or if systemd gave this process credentials itself.
    func unitEnvironment() -> UnitEnvironment? { UnitEnvironment.running(file, environment: environment) }

    /// That of the process, over what `unit` has.
    func environment(of unit: UnitEnvironment?) -> [String: String] { unit?.variables(over: environment) ?? environment }

    /// That of the process; for an instance with what its unit sets.
    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        if let instance, environment["WARREN_CONTROL_SOCKET"] == nil {
            environment["WARREN_CONTROL_SOCKET"] = UnitFiles.socket(ofInstance: instance)
        }
        return environment
    }

    /// The least severe level that is logged at first.
    func level(_ settings: Settings) -> Logger.Level { Logger.Level(settings.log.level) }

    /// Where the configuration wants log lines to go.
    func output(_ settings: Settings) -> LogOutput { LogOutput(settings.log.format, environment: environment) }

    /// All mistakes at once, up to a bound. In the journal each is an entry of its own, so that it can be searched for.
    private func report(_ errors: SettingsErrors) {
        let output = LogOutput(.auto, environment: environment)
        guard output.isJournal else {
            let count = errors.errors.count
            return complain("\(errors)\n\(count) \(count == 1 ? "error" : "errors")")
        }
        for line in errors.lines { output.write(.error, line, [:]) }
        output.flush()
    }
}

/// The database, not connected yet; `nil` if the settings cannot be used, after an error message.
func openStore(_ settings: Settings) -> DocumentStore? {
    do throws(StoreError) {
        return try DocumentStore(settings: settings.arangodb)
    } catch {
        complain("\(error)")
        return nil
    }
}

/// One line or more to standard error.
func complain(_ text: String) {
    let line = Array("\(TerminalText.escapedLines(text))\n".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
}
