internal import Broker
internal import Logging
internal import Messages
internal import Settings

/// What administrators ask of single processors. A pause outlives reconnections, outages and reloads; not the process.
///
/// A paused processor accepts nothing more from RabbitMQ, and finishes what it holds. If ArangoDB is away meanwhile, held deliveries are returned to
/// RabbitMQ after ``Pipeline``'s usual time, and stay there.
///
/// A pause of a processor with partitions hands those it has over to other instances, each when what it held of it is finished.
extension Supervisor {
    /// Stops taking messages of a processor; what it holds is finished. Returns false if it was paused already.
    func pause(_ name: String) async throws(ProcessorRefusal) -> Bool {
        _ = try subscriptions(of: name)
        guard pauses[name]?.state != .paused else { return false }
        if pauses[name] == nil { try await makeSureOfQueues(of: name) }
        // Meanwhile another request may have asked for the same, or a reload may have moved it.
        _ = try subscriptions(of: name)
        guard pauses[name]?.state != .paused else { return false }
        pauses[name] = Pause(.paused)
        enforcePause(of: name)
        releasePartitions(of: name)
        logger.log(.notice, "Processor paused", [.processor: name])
        return true
    }

    /// Takes messages again. Returns false if it was not paused.
    func resume(_ name: String) throws(ProcessorRefusal) -> Bool {
        _ = try subscriptions(of: name)
        guard pauses[name] != nil else { return false }
        pauses[name] = nil
        enforcePause(of: name)
        logger.log(.notice, "Processor resumed", [.processor: name])
        return true
    }

    /// Begins to drain a processor: pauses it, and logs when it holds nothing any more. Returns after `time` at the latest, whether it is done or
    /// not; draining then continues. Returns false if it was paused and held nothing already.
    func drain(_ name: String, waiting time: Duration) async throws(ProcessorRefusal) -> Bool {
        _ = try subscriptions(of: name)
        if pauses[name] == nil { try await makeSureOfQueues(of: name) }
        let subscriptions = try subscriptions(of: name)
        let engine = engine
        let isPaused = pauses[name] != nil
        if isPaused, await engine.areIdle(subscriptions) { return false }
        let begun = Pause(.draining)
        pauses[name] = begun
        enforcePause(of: name)
        releasePartitions(of: name)
        logger.log(.notice, "Processor draining", [.processor: name])
        let draining = Task {
            for subscription in subscriptions { await engine.drained(subscription) }
            self.drained(name, begun)
        }
        _ = await within(time) { await draining.value }
        return true
    }

    /// The drain that began so is over, unless something else was asked for meanwhile.
    private func drained(_ name: String, _ begun: Pause) {
        guard pauses[name] == begun else { return }
        pauses[name] = Pause(.paused)
        logger.log(.notice, "Processor drained; it holds no messages", [.processor: name])
    }

    /// What the consumer takes follows from the pauses, here and where an engine begins.
    func enforcePause(of name: String) {
        engine.consumer.setPaused(pauses[name] != nil, processors: engine.registry.table.ids(of: name))
    }

    /// The same for all processors, after some of them have changed subscriptions. Pauses of processors that are gone are over.
    func enforcePauses() {
        let names = engine.settings.processors.map(\.name)
        pauses.keep(Set(names))
        for name in names { enforcePause(of: name) }
    }

    /// For a processor that was paused: other instances wait for its partitions.
    private func releasePartitions(of name: String) {
        let engine = engine
        let table = engine.registry.table
        for subscription in table.ids(of: name) where table.queues[subscription].partition != nil {
            Task { await engine.release(subscription, upTo: engine.settings.service.drain) }
        }
    }

    /// A paused processor leaves its queues, and RabbitMQ deletes one that is auto-delete, with what waits in it, when its last consumer leaves.
    ///
    /// A broker that does not answer has no consumer of ours to lose.
    private func makeSureOfQueues(of name: String) async throws(ProcessorRefusal) {
        let table = engine.registry.table
        let queues = table.ids(of: name).map { table.queues[$0].name }
        let list: [Topology.Leaving]
        do throws(BrokerError) {
            list = try await Topology.leaving(queues, settings: engine.settings.rabbitmq)
        } catch {
            return logger.log(.info, "Cannot ask RabbitMQ whether a pause deletes a queue", [.processor: name, .error: error])
        }
        for (queue, leaving) in zip(queues, list) {
            switch leaving {
            case .stays: continue
            case .isDeleted:
                throw .destroysQueue(
                    "queue \(queue) is auto-delete: RabbitMQ would delete it, and the messages in it, when \(name) stops consuming. Declare it without"
                )
            case .unknown(let error):
                throw .destroysQueue(
                    "Warren cannot find out whether queue \(queue) is auto-delete; RabbitMQ would then delete it, and the messages in it, when \(name) stops "
                        + "consuming: \(error.fault). Give the user the right to configure this queue, which Warren uses only to look")
            }
        }
    }

    private func subscriptions(of name: String) throws(ProcessorRefusal) -> [SubscriptionID] {
        let table = engine.registry.table
        let subscriptions = table.ids(of: name)
        guard !subscriptions.isEmpty else { throw ProcessorRefusal.unknown(name, known: table.settings.processors.map(\.name)) }
        return subscriptions
    }
}
