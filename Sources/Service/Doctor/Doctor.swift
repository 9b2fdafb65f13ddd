internal import Broker
public import Settings
internal import Store

/// Looks at both servers for what a configuration needs. Changes nothing.
public struct Doctor: Sendable {
    private let settings: Settings

    /// A doctor for a configuration.
    public init(settings: Settings) { self.settings = settings }

    /// All findings, those about RabbitMQ first. Both servers are asked, so that one run tells all that is wrong.
    public func examine() async -> [Finding] {
        async let broker = brokerFindings()
        async let database = databaseFindings()
        return await broker + database
    }

    private func brokerFindings() async -> [Finding] {
        let sources = settings.processors.flatMap(\.consumedQueues)
        let deadLetters = settings.deadLetter.enabled ? settings.processors.map { $0.queue + settings.deadLetter.suffix } : []
        do throws(BrokerError) {
            let instances = settings.processors.compactMap { $0.partitionNames?.instances }
            let examination = try await Topology.examine(
                sources: sources, others: deadLetters + instances, exchanges: settings.exchanges, settings: settings.rabbitmq)
            var findings = BrokerFindings(settings: settings, examination: examination)
            for partitioning in QueueDeclarations(settings: settings).partitionings {
                findings.dealings[partitioning.names.queue] = try await partitioning.examine()
            }
            return findings.all
        } catch {
            return [Self.finding(error)]
        }
    }

    private func databaseFindings() async -> [Finding] {
        do throws(StoreError) {
            let store = try DocumentStore(settings: settings.arangodb)
            let examination = await store.examine(ProvisionPlan(processors: settings.processors, graph: settings.graph.name))
            await store.close()
            return DatabaseFindings(settings: settings, examination: examination).all
        } catch {
            return [.error(.configuration, "ArangoDB", "\(error)")]
        }
    }

    private static func finding(_ error: BrokerError) -> Finding {
        let kind: Finding.Kind =
            switch error.reason {
            case .accessRefused, .vhostNotFound: .notPermitted
            case .unsupported: .configuration
            default: .unavailable
            }
        // An error that knows better says so itself.
        let advice = error.explanation == error.fault ? "look at [rabbitmq] endpoints, username, password and vhost" : nil
        return .error(kind, "RabbitMQ \(error.endpoint)", "\(error)", advice)
    }
}
