import ArgumentParser
import CLinux
import ControlMessages
import Formats
import Service
import Settings

/// `warren explain`
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows the exact requests to ArangoDB that a message would lead to, or why it would be refused. Sends nothing.",
        discussion: """
            The command reads the message from standard input. With --config it explains the message with that file, and needs no service. Without \
            --config the running service explains it with the configuration that is in force, which needs the right to operate.

            Exit code 0: the message would be written. 65: it would be refused.

            Examples:
              warren explain company-updated < message.json
              warren explain company-updated --config ./warren.toml < message.json
              warren dead show company-updated 3fa94c07d1e2 --body | warren explain company-updated
              gzip -c message.json | warren explain company-updated --encoding gzip
            """)

    /// More than the service accepts, so that the service itself refuses it.
    private static let longestAsked = 8 << 20

    @Option(help: "The control socket of the service.")
    var socket: String?
    @Option(help: "Ask the instance NAME of warren@NAME.service.")
    var instance: String?
    @Option(help: "Explain with this configuration file, without the service.")
    var config: String?
    @Option(help: "The message's content-encoding, such as gzip.")
    var encoding: String?
    @Option(help: "The message's timestamp property, in seconds since 1970.")
    var timestamp: UInt64?
    @Flag(help: "Print the explanation as JSON.")
    var json = false
    @Argument(help: "A processor's name.", completion: .processorNames)
    var name: String

    func validate() throws {
        guard [socket, instance, config].count(where: { $0 != nil }) < 2 else {
            throw ValidationError("--socket and --instance ask a service, and --config explains without one: give only one of them.")
        }
    }

    func run() throws {
        let explanation = try config.map { try explain(file: $0) } ?? ask()
        if json {
            showJSON(try ControlJSON.encode(explanation))
        } else {
            ObservationText.lines(explanation).forEach { show($0) }
        }
        if explanation.refusal != nil { throw ExitCode.refusedMessage }
    }

    private func explain(file: String) throws(ExitCode) -> Explanation {
        // Its own initialisers leave out what the command line gives.
        guard let option = try? ConfigurationOption.parse(["--config", file]) else { throw .configuration }
        let settings = try option.load()
        let message = try readInput(limit: settings.rabbitmq.maxMessageBytes)
        return try asking { () throws(ClientError) in
            do throws(ControlError) {
                return try Explainer.explain(
                    message, for: name, contentEncoding: encoding, timestamp: timestamp, settings: settings, bounds: .command)
            } catch { throw .refused(error) }
        }
    }

    private func ask() throws(ExitCode) -> Explanation {
        let message = try readInput(limit: Self.longestAsked)
        let request = ExplainRequest(
            processor: name, body: Base64.encode(message), contentEncoding: encoding, timestamp: timestamp)
        let service = (socket.map { ["--socket", $0] } ?? []) + (instance.map { ["--instance", $0] } ?? [])
        guard let option = try? ServiceOption.parse(service) else { throw .validationFailure }
        let client = try option.client()
        do throws(ClientError) {
            return try client.send(.post, "/v1/explain", body: request)
        } catch {
            complain("warren: \(error)")
            switch error {
            case .notRunning, .notPermitted: complain("without the service: warren explain \(name) --config \(SettingsLoader.defaultFile)")
            default: break
            }
            throw ExitCode(error)
        }
    }
}
