import ArgumentParser
import Broker
import Pipeline
import Service
import Settings
import Store

/// `warren provision`
struct Provision: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Creates what the configuration needs: queues, dead-letter queues, database, collections, indexes.",
        discussion: "What is there is left as it is, so it can be repeated.")

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws {
        let settings = try configuration.load()
        // Both are tried, so that one run tells all that is wrong.
        let broker = await provideQueues(settings)
        let database = await provideCollections(settings)
        if let failure = broker ?? database { throw failure }
    }

    private func provideQueues(_ settings: Settings) async -> ExitCode? {
        let queues = QueueDeclarations(settings: settings).queues
        do throws(BrokerError) {
            var failure: ExitCode?
            for (queue, declaration) in zip(queues, try await Topology.declare(queues, settings: settings.rabbitmq)) {
                switch declaration {
                case .created: print("queue \(queue.name): created")
                case .present: print("queue \(queue.name): was there")
                case .refused(let error):
                    complain("\(error)")
                    failure = failure ?? ExitCode(error)
                }
            }
            return failure
        } catch {
            complain("\(error)")
            return ExitCode(error)
        }
    }

    private func provideCollections(_ settings: Settings) async -> ExitCode? {
        guard let store = openStore(settings) else { return .configuration }
        let result = await store.provision(ProvisionPlan(processors: settings.processors, graph: settings.graph.name))
        await store.close()
        switch result {
        case .success(let steps):
            steps.forEach { print($0) }
            return nil
        case .failure(let failure):
            complain("ArangoDB: \(failure.fault)")
            return ExitCode(failure)
        }
    }
}
