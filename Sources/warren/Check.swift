import ArgumentParser
import Broker
import Service
import Settings
import Store

/// `warren check`
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks the configuration: all mistakes at once, with file, line and key.",
        discussion: "With --live it also asks both servers for what the configuration needs. Nothing is changed.")

    @OptionGroup var configuration: ConfigurationOption
    @Flag(help: "Connect, and check queues, rights, collections and indexes.")
    var live = false

    func run() async throws {
        let settings = try configuration.load()
        settings.summary.forEach { print($0) }
        guard live else { return print("The configuration is right.") }
        // Both are asked, so that one run tells all that is wrong.
        let broker = await checkBroker(settings)
        let database = await checkDatabase(settings)
        if let failure = broker ?? database { throw failure }
        print("The configuration is right, and both servers have what it needs.")
    }

    /// Nil: all is there.
    private func checkBroker(_ settings: Settings) async -> ExitCode? {
        let names = QueueDeclarations(settings: settings).queues.map(\.name)
        do throws(BrokerError) {
            let states = try await Topology.check(names, settings: settings.rabbitmq)
            let faults = states.compactMap { state -> BrokerError? in
                switch state {
                case .present: nil
                case .missing(let error), .refused(let error): error
                }
            }
            faults.forEach { complain("\($0)") }
            return faults.isEmpty ? nil : .unavailable
        } catch {
            complain("\(error)")
            return ExitCode(error)
        }
    }

    private func checkDatabase(_ settings: Settings) async -> ExitCode? {
        guard let store = openStore(settings) else { return .configuration }
        let shortcomings = await store.missing(ProvisionPlan(processors: settings.processors))
        await store.close()
        shortcomings.forEach { complain("\($0)") }
        return switch shortcomings.first {
        case nil: nil
        case .tooOld, .notADocumentCollection: .configuration
        case .notPermitted, .noAccess: .notPermitted
        default: .unavailable
        }
    }
}
