internal import Broker
internal import Logging
internal import Messages
internal import Settings
internal import Threads

/// What administrators ask of single processors. A pause outlives reconnections, outages and reloads, and with a state directory the process, too:
/// it is on disk before it is in force, and before a verb answers.
///
/// A paused processor accepts nothing more from RabbitMQ, and finishes what it holds. If ArangoDB is away meanwhile, held deliveries are returned to
/// RabbitMQ after ``Pipeline``'s usual time, and stay there.
///
/// A pause of a processor with partitions hands those it has over to other instances, each when what it held of it is finished.
extension Supervisor {
    /// Stops taking messages of a processor; what it holds is finished. Returns false if it was paused already; at most its
    /// reason is another one now.
    func pause(_ name: String, _ request: PauseRequest = PauseRequest()) async throws(ProcessorRefusal) -> Bool {
        _ = try subscriptions(of: name)
        if let pause = pauses[name], pause.state == .paused { return try await explain(pause, of: name, request) }
        if pauses[name] == nil { try await makeSureOfQueues(of: name) }
        // Meanwhile another request may have asked for the same, or a reload may have moved it.
        _ = try subscriptions(of: name)
        guard pauses[name]?.state != .paused else { return false }
        try await set(Pause(.paused, request: pauses[name]?.request.updated(by: request) ?? request), of: name)
        releasePartitions(of: name)
        logger.log(.notice, "Processor paused", [.processor: name, .user: request.who, .reason: request.reason ?? "none given"])
        return true
    }

    /// A processor that is paused gets another reason, if there is one. Returns false.
    private func explain(_ pause: Pause, of name: String, _ request: PauseRequest) async throws(ProcessorRefusal) -> Bool {
        guard let reason = request.reason, reason != pause.request.reason else { return false }
        try await set(Pause(pause.state, since: pause.since, request: pause.request.updated(by: request)), of: name)
        logger.log(.notice, "The reason of a pause has changed", [.processor: name, .user: request.who, .reason: reason])
        return false
    }

    /// Takes messages again. Returns false if it was not paused.
    func resume(_ name: String) async throws(ProcessorRefusal) -> Bool {
        _ = try subscriptions(of: name)
        guard pauses[name] != nil else { return false }
        try await set(nil, of: name)
        logger.log(.notice, "Processor resumed", [.processor: name])
        return true
    }

    /// Begins to drain a processor: pauses it, and logs when it holds nothing any more. Returns after `time` at the latest, whether it is done or
    /// not; draining then continues. Returns false if it was paused and held nothing already.
    func drain(_ name: String, _ request: PauseRequest = PauseRequest(), waiting time: Duration) async throws(ProcessorRefusal) -> Bool {
        _ = try subscriptions(of: name)
        if pauses[name] == nil { try await makeSureOfQueues(of: name) }
        let subscriptions = try subscriptions(of: name)
        let engine = engine
        if let pause = pauses[name], await engine.areIdle(subscriptions) { return try await explain(pause, of: name, request) }
        let begun = Pause(.draining, request: pauses[name]?.request.updated(by: request) ?? request)
        try await set(begun, of: name)
        releasePartitions(of: name)
        logger.log(.notice, "Processor draining", [.processor: name, .user: request.who, .reason: request.reason ?? "none given"])
        let draining = Task {
            for subscription in subscriptions { await engine.drained(subscription) }
            self.drained(name, begun)
        }
        _ = await within(time) { await draining.value }
        return true
    }

    /// The drain that began so is over, unless something else was asked for meanwhile.
    private func drained(_ name: String, _ begun: Pause) {
        guard pauses.finishDrain(begun, of: name) else { return }
        logger.log(.notice, "Processor drained; it holds no messages", [.processor: name])
    }

    /// Records a pause, or its end, and brings it into force. Throws if it cannot be recorded; then nothing has changed.
    private func set(_ pause: Pause?, of name: String) async throws(ProcessorRefusal) {
        do throws(PauseRecord.Fault) {
            try await onBlockingThread(named: "pauses") { [pauses] () throws(PauseRecord.Fault) in try pauses.set(pause, of: name) }
        } catch {
            throw .notRecorded(
                "\(name) stays as it is: Warren cannot write down which processors are paused (\(error)), so a restart would undo the change. "
                    + "Give the state directory to the service user, or make room on its disk")
        }
        guard !engine.registry.table.ids(of: name).isEmpty else {
            // A reload has removed it meanwhile.
            enforcePauses()
            let settings = engine.settings
            throw ProcessorRefusal.unknown(name, known: settings.processors.map(\.name), disabled: settings.disabled)
        }
        enforcePause(of: name)
    }

    /// What the consumer takes follows from the pauses, here and where an engine begins.
    func enforcePause(of name: String) {
        engine.consumer.setPaused(pauses[name] != nil, processors: engine.registry.table.ids(of: name))
    }

    /// The same for all processors, after some of them have changed subscriptions. Pauses of processors that are gone are over; one that is switched
    /// off is paused when it is switched on again.
    func enforcePauses() {
        let names = engine.settings.processors.map(\.name)
        dropPauses(besides: Set(names + engine.settings.disabled))
        for name in names { enforcePause(of: name) }
    }

    /// Drops the pauses of processors that the configuration does not have, and says so.
    private func dropPauses(besides names: Set<String>) {
        let dropped = pauses.keep(names)
        guard !dropped.isEmpty else { return }
        for name in dropped {
            logger.log(.notice, "Pause dropped: the configuration has no such processor any more", [.processor: name])
        }
        // Should that fail, the next process drops them.
        Task { [pauses, logger] in
            do throws(PauseRecord.Fault) {
                try await onBlockingThread(named: "pauses") { () throws(PauseRecord.Fault) in try pauses.write() }
            } catch {
                logger.log(.warning, "Cannot write down which processors are paused", [.error: error])
            }
        }
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
        guard !subscriptions.isEmpty else {
            throw .unknown(name, known: table.settings.processors.map(\.name), disabled: table.settings.disabled)
        }
        return subscriptions
    }
}
