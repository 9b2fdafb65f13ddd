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

    /// A user who may use the socket may not be allowed to read the configuration, with its passwords. Then the socket is expected at its usual place.
    private var control: ControlSettings {
        let environment = ProcessInfo.processInfo.environment
        if let settings = try? SettingsLoader.load(file: config, environment: environment) { return settings.control }
        var settings = ControlSettings()
        if let socket = environment["WARREN_CONTROL_SOCKET"] { settings.socket = socket }
        if let group = environment["WARREN_CONTROL_GROUP"] { settings.group = group }
        return settings
    }
}

/// Runs a request. If it fails, prints why, and throws the exit code.
func asking<Value>(_ request: () throws(ClientError) -> Value) throws(ExitCode) -> Value {
    do throws(ClientError) {
        return try request()
    } catch {
        complain("warren: \(error)")
        throw ExitCode(error)
    }
}

extension ExitCode {
    /// `warren status`: the service runs, but is degraded.
    static let degraded = ExitCode(3)
    /// `warren status`: the service does not run.
    static let notRunning = ExitCode(4)

    /// The exit code for a request that failed.
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
