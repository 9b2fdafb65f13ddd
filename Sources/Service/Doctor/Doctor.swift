internal import Broker
public import Settings
internal import Store

/// Looks at both servers for what a configuration needs. Changes nothing, unless it is to prove something.
public struct Doctor: Sendable {
    private let settings: Settings

    /// A doctor for a configuration.
    public init(settings: Settings) { self.settings = settings }

    /// All findings, those about RabbitMQ first. Both servers are asked, so that one run reports everything that is wrong.
    ///
    /// With `proving`, ArangoDB is also asked to show what Warren's promise rests on, in temporary collections: see ``Prover``.
    public func examine(proving: Bool = false) async -> [Finding] {
        async let broker = brokerFindings()
        async let database = databaseFindings(proving: proving)
        let tls = settings.tlsWarnings.map { Finding.warning("configuration", $0, "verify = false is for test systems only") }
        return await tls + broker + database
    }

    /// Findings about sources whose messages are dropped after several returns. None if RabbitMQ does not show it.
    public func deliveryLimits() async -> [Finding] {
        guard let findings = try? await brokerLook() else { return [] }
        return findings.limits
    }

    private func brokerFindings() async -> [Finding] {
        do throws(BrokerError) { return try await brokerLook().all } catch { return [Self.finding(error)] }
    }

    private func brokerLook() async throws(BrokerError) -> BrokerFindings {
        let sources = settings.processors.flatMap(\.consumedQueues)
        let deadLetters = settings.deadLetter.enabled ? settings.processors.map { $0.queue + settings.deadLetter.suffix } : []
        let instances = settings.processors.compactMap { $0.partitionNames?.instances }
        let examination = try await Topology.examine(
            sources: sources, others: deadLetters + instances, exchanges: settings.exchanges, settings: settings.rabbitmq)
        let management = await Management.ask(about: sources + deadLetters, settings.rabbitmq, at: examination.endpoint)
        var dealings: [String: Partitioning.Dealing] = [:]
        for partitioning in QueueDeclarations(settings: settings).partitionings {
            dealings[partitioning.names.queue] = try await partitioning.examine()
        }
        return BrokerFindings(settings: settings, examination: examination, management: management, dealings: dealings)
    }

    private func databaseFindings(proving: Bool) async -> [Finding] {
        do throws(StoreError) {
            let store = try DocumentStore(settings: settings.arangodb)
            let plan = ProvisionPlan(processors: settings.processors, graph: settings.graph.name)
            let examination = await store.examine(plan)
            await store.close()
            // A server that cannot be looked at has nothing proven; why is told once.
            var proof: [ProofRow] = []
            if proving, examination.version != nil { proof = try await Prover(settings: settings.arangodb, plan: plan).prove() }
            return DatabaseFindings(settings: settings, examination: examination, proof: proof).all
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
        // An error with a better advice brings its own.
        let advice = error.explanation == error.fault ? "look at [rabbitmq] endpoints, username, password and vhost" : nil
        return .error(kind, "RabbitMQ \(error.endpoint)", "\(error)", advice)
    }
}
