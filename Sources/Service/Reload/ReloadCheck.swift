internal import Broker
internal import Settings
internal import Store

/// Asks the servers, before anything changes, whether the new settings work with them.
struct ReloadCheck {
    let plan: ReloadPlan
    let settings: Settings

    /// What speaks against it, a line each; empty: nothing. `store` is opened with the new settings.
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
        let elsewhere = writesElsewhere
        let inspected = settings.processors.filter { elsewhere.contains($0.name) }
        if plan.needsNewDatabase { return await store.missing(ProvisionPlan(processors: settings.processors)).map(\.description) }
        guard !inspected.isEmpty else { return [] }
        return await store.missing(ProvisionPlan(processors: inspected)).map(\.description)
    }

    /// New processors, and those whose writes need something of the database that they did not need before.
    private var writesElsewhere: Set<String> {
        let keys = ["collection", "version", "operation", "on_invalidate"]
        return Set(plan.change.added).union(plan.change.changed.lazy.filter { !Set($0.keys).isDisjoint(with: keys) }.map(\.name))
    }
}
