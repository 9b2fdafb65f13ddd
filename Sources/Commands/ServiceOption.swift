import ArgumentParser
import ControlMessages
import FoundationEssentials
import Settings

/// `--socket`, `--instance` and `--config`: which running service a command talks to.
struct ServiceOption: ParsableArguments {
    @Option(name: .long, help: "The control socket of the service, instead of the one that the configuration names.", completion: .file())
    var socket: String?
    @Option(name: .long, help: "The instance NAME of warren@NAME.service, instead of warren.service.")
    var instance: String?
    @Option(
        name: .long,
        help:
            "The configuration file that the service runs (default: \(SettingsLoader.defaultFile)). A service with another one is refused.",
        completion: .file(extensions: ["toml"]))
    var config: String?

    func validate() throws {
        guard instance == nil || socket == nil && config == nil else {
            throw ValidationError("--instance says which service is meant, so it takes neither --socket nor --config.")
        }
        try InstanceOption.check(instance)
    }

    /// A client of that service. Exits if the configuration that was named cannot tell which service runs it, or if another one listens there:
    /// what is meant for one service must never reach another.
    func client() throws(ExitCode) -> ControlClient {
        let address = try address()
        let client = ControlClient(socket: address.socket, group: address.group)
        guard let meant = address.configuration, let running = configuration(of: client), !ServiceAddress.isSame(meant, running) else {
            return client
        }
        complain(
            "warren: the service at \(client.socket) runs \(running), not \(meant), so nothing was asked of it. "
                + "Name the service that is meant with --instance NAME or --socket PATH")
        throw .configuration
    }

    private func address() throws(ExitCode) -> ServiceAddress {
        let environment = ProcessInfo.processInfo.environment
        if let instance { return .instance(instance, environment: environment) }
        guard let config, socket == nil else {
            var address = ServiceAddress.usual(environment: environment, file: config ?? SettingsLoader.defaultFile)
            if let socket { address.socket = socket }
            return address
        }
        do throws(ServiceAddress.Fault) {
            return try .running(config, environment: environment)
        } catch {
            switch error {
            case .invalid(let errors): complain("\(errors)")
            case .unreadable(let file):
                complain("warren: cannot read \(file): permission denied. Name the service with --instance NAME or --socket PATH")
                throw .notPermitted
            }
            throw .configuration
        }
    }

    /// Which file it runs; `nil` if it does not answer, or is of a version that does not tell: then the request itself says so.
    func configuration(of client: ControlClient) -> String? {
        struct Answer: Decodable {
            struct Service: Decodable { let configuration: String? }
            let service: Service
        }
        let answer: Answer? = try? client.send(.get, "/v1/status", timeout: .seconds(5))
        return answer?.service.configuration
    }
}

/// `--instance`, as commands without a running service take it.
enum InstanceOption {
    /// Throws unless it can be an instance's name.
    static func check(_ name: String?) throws {
        guard let name, !UnitFiles.isInstanceName(name) else { return }
        throw ValidationError("\(name) cannot be the NAME of warren@NAME.service: letters, digits and any of :-_.\\ can.")
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
