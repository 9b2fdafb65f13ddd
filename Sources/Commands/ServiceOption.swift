import ArgumentParser
import ControlMessages
import FoundationEssentials
import Settings

/// `--socket` and `--config`: which running service a command talks to.
struct ServiceOption: ParsableArguments {
    @Option(name: .long, help: "The control socket of the service, instead of the one that the configuration names.", completion: .file())
    var socket: String?
    @Option(name: .long, help: "The configuration file, which names the control socket.", completion: .file(extensions: ["toml"]))
    var config = SettingsLoader.defaultFile

    /// A client of that service.
    var client: ControlClient {
        let settings = control
        return ControlClient(socket: socket ?? settings.socket, group: settings.group)
    }

    /// Whoever may use the socket need not be one who may read the passwords in the configuration: then it is where it usually is.
    private var control: ControlSettings {
        let environment = ProcessInfo.processInfo.environment
        if let settings = try? SettingsLoader.load(file: config, environment: environment) { return settings.control }
        var settings = ControlSettings()
        if let socket = environment["WARREN_CONTROL_SOCKET"] { settings.socket = socket }
        if let group = environment["WARREN_CONTROL_GROUP"] { settings.group = group }
        return settings
    }
}

/// Runs a request, and turns what went wrong into words and an exit code.
func asking<Value>(_ request: () throws(ClientError) -> Value) throws(ExitCode) -> Value {
    do throws(ClientError) {
        return try request()
    } catch {
        complain("warren: \(error)")
        throw ExitCode(error)
    }
}

extension ExitCode {
    /// `warren status`: it runs, and something is wrong.
    static let degraded = ExitCode(3)
    /// `warren status`: nobody listens.
    static let notRunning = ExitCode(4)

    /// A service that did not do what it was asked.
    init(_ error: ClientError) {
        switch error {
        case .notPermitted: self = .notPermitted
        case .notRunning, .lost, .notUnderstood: self = .unavailable
        case .refused(let error):
            self =
                switch error.status {
                case 400, 404: .validationFailure
                case 403: .notPermitted
                case 422: .configuration
                case 503: .unavailable
                default: .failure
                }
        }
    }
}
