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
        name: .long, help: "The configuration file. Warren also reads conf.d/*.toml beside it.", completion: .file(extensions: ["toml"]))
    var config = SettingsLoader.defaultFile

    /// The configuration, or exit 78 with every mistake in it.
    func load() throws(ExitCode) -> Settings {
        // Before the first name look-up of a static binary.
        _ = clinux_use_builtin_name_lookup()
        SecretMemory.protect()
        do throws(SettingsErrors) {
            return try SettingsLoader.load(file: config, environment: environment)
        } catch {
            report(error)
            throw .configuration
        }
    }

    var environment: [String: String] { ProcessInfo.processInfo.environment }

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

extension ExitCode {
    static let configuration = ExitCode(EX_CONFIG)
    static let unavailable = ExitCode(EX_UNAVAILABLE)
    static let notPermitted = ExitCode(EX_NOPERM)

    /// A broker that cannot be used.
    init(_ error: BrokerError) {
        switch error.reason {
        case .accessRefused, .vhostNotFound: self = .notPermitted
        case .unsupported: self = .configuration
        default: self = .unavailable
        }
    }

    /// A database that cannot be used.
    init(_ failure: RequestFailure) {
        if case .configuration(let fault) = failure {
            self = [401, 403].contains(fault.status) ? .notPermitted : .configuration
        } else {
            self = .unavailable
        }
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
