internal import Broker
internal import ControlMessages
internal import Logging
internal import Messages
internal import Settings

/// Partitions are shared out among the instances: see ``PartitionBalance``.
extension Supervisor {
    /// Between two looks at the shares.
    static let balanceTime: Duration = .seconds(1)

    /// Hands over what is more than this instance's share, until it is cancelled.
    func balance() async {
        var balances: [String: PartitionBalance] = [:]
        while (try? await Task.sleep(for: Self.balanceTime)) != nil {
            guard isStarted, !isStopping, !isReloading else { continue }
            let table = engine.registry.table
            for (processor, subscriptions) in zip(table.settings.processors, table.groups) {
                guard processor.balances, pauses[processor.name] == nil,
                    let state = context.status.partitions(of: subscriptions), let instances = state.consumers
                else { continue }
                let random = Double.random(in: 0..<1)
                let numbers = balances[processor.name, default: PartitionBalance()].look(
                    held: state.held, partitions: state.count, instances: instances, random: random, now: .now)
                for number in numbers where subscriptions.indices.contains(number) {
                    // A stop, a pause or a reload meanwhile has itself set what is consumed.
                    guard !isStopping, !isReloading, pauses[processor.name] == nil,
                        engine.registry.table.ids(of: processor.name) == subscriptions
                    else { break }
                    await handOver(subscriptions[number], of: processor.name)
                }
            }
        }
    }

    /// Finishes what is held of a partition, leaves it, and waits for it again, behind all others.
    private func handOver(_ subscription: SubscriptionID, of name: String) async {
        let engine = engine
        let queue = engine.registry.table.queues[subscription]
        logger.log(.notice, "Handing a partition over to another instance", [.processor: name, .queue: queue.name])
        engine.consumer.setPaused(true, processors: [subscription])
        await engine.release(subscription, upTo: engine.settings.service.drain)
        // The service stops, and accepts nothing any more.
        guard !Task.isCancelled else { return }
        // A pause or a reload may have changed it meanwhile, and has itself set what is consumed.
        let table = engine.registry.table
        guard pauses[name] == nil, table.ids(of: name).contains(subscription), table.queues[subscription] == queue else { return }
        engine.consumer.setPaused(false, processors: [subscription])
    }
}
