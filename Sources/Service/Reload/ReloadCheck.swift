internal import Broker
internal import Settings
internal import Store

/// Asks the servers, before anything changes, whether the new settings work with them.
struct ReloadCheck {
    let plan: ReloadPlan
    let settings: Settings

    /// Objections, a line each; empty if there are none. `store` is opened with the new settings.
    func reasons(against store: DocumentStore) async -> [String] {
        await brokerReasons() + databaseReasons(store)
    }

    /// If RabbitMQ is reached in another way: whether it lets us in.
    private func brokerReasons() async -> [String] {
        guard plan.needsNewBroker else { return [] }
        do throws(BrokerError) {
            _ = try await Topology.check([], settings: settings.rabbitmq)
            return []
        } catch {
            return ["\(error)"]
        }
    }

    private func databaseReasons(_ store: DocumentStore) async -> [String] {
        let concerned = plan.writesElsewhere
        let inspected = plan.needsNewDatabase ? settings.processors : settings.processors.filter { concerned.contains($0.name) }
        guard !inspected.isEmpty else { return [] }
        return await store.missing(ProvisionPlan(processors: inspected)).filter(\.isCertain).map(\.description)
    }
}
