internal import Broker
internal import Logging
internal import Messages
internal import Pipeline
internal import Settings

/// Adds, removes and changes processors without interrupting the others.
extension Engine {
    /// Brings `settings` into force, which differ from those in force by `plan`, and by nothing that needs a new engine. It cannot fail.
    ///
    /// Processors that leave or change take nothing more and finish what they hold, up to `[service] drain`; RabbitMQ delivers the rest again, to
    /// the changed ones too, so that the order of their queues stays.
    func apply(_ plan: ReloadPlan, _ settings: Settings) async {
        let before = registry.table
        let leaving = (plan.change.removed + plan.restarted).flatMap { before.ids(of: $0) }
        await withTaskGroup { group in
            for subscription in leaving { group.addTask { await retire(subscription, upTo: settings.service.drain) } }
        }
        var table = before
        var staying = Set(plan.unchanged)
        // A subscription that still holds something, of a channel that is gone, is not reused: the processor gets another one.
        for name in plan.restarted {
            var areVacant = true
            for subscription in before.ids(of: name) where await !isVacant(subscription) { areVacant = false }
            if areVacant { staying.insert(name) }
        }
        var vacancies: [SubscriptionID] = []
        let removed = plan.change.removed.flatMap { before.ids(of: $0) }
        for subscription in before.vacancies + removed where await isVacant(subscription) { vacancies.append(subscription) }
        table.adopt(settings, staying: staying, vacancies: vacancies)
        // Before the pipeline knows of new subscriptions: from then on everything it reports, and asks, may be about them. Only vacant ones change
        // hands.
        registry.table = table
        status.adopt(table)
        await pipeline.reconfigure(table.expanded, subscriptions: table.ids)
        feeders.adopt(settings)
        let coming = Set(plan.change.added + plan.restarted)
        for subscription in table.subscriptions {
            let name = table.processors[subscription.processor].name
            guard coming.contains(name) else { continue }
            consumer.setPaused(pauses[name] != nil, processors: [subscription.processor])
            await consumer.add(subscription)
        }
        // Last, because a connection whose queue does not answer takes its time to close.
        let letterQueues = Set(table.ids.map { Exact(DeadLetter.queue(of: table.processors[$0], settings)) })
        let exchanges = Set(settings.exchanges.map { Exact($0) })
        async let lettersKept = within(Self.closingTime) { await letters.keep(letterQueues) }
        async let exchangesKept = within(Self.closingTime) { await onwardPublishers.keep(exchanges) }
        _ = await (lettersKept, exchangesKept)
    }

    /// Lets a processor finish what it holds, and closes its channel.
    private func retire(_ subscription: SubscriptionID, upTo time: Duration) async {
        consumer.setPaused(true, processors: [subscription])
        if !(await within(time) { await drained(subscription) }) {
            logger.log(
                .warning, "Not all messages were finished in time; RabbitMQ redelivers the rest", [.processor: registry[subscription].name])
            await part(with: [subscription])
        }
        _ = await within(Self.closingTime) { await consumer.remove(subscription) }
    }

    /// After a pause: returns when nothing of this processor is held any more.
    func drained(_ subscription: SubscriptionID) async {
        await consumer.deliveriesEnded(of: subscription)
        await pipeline.idle(of: subscription)
    }

    /// After a pause: when nothing of this partition is held any more, or after `time`, the next instance may have it. RabbitMQ delivers the rest to
    /// that one.
    func release(_ subscription: SubscriptionID, upTo time: Duration) async {
        if !(await within(time) { await drained(subscription) }) {
            // The service stops meanwhile, and finishes what is held of all partitions.
            guard !Task.isCancelled else { return }
            logger.log(
                .warning, "Not all of the partition's messages were finished in time; RabbitMQ redelivers the rest",
                [.processor: registry[subscription].name, .queue: registry.queue(of: subscription)])
            await part(with: [subscription])
        }
        _ = await within(Self.closingTime) { await consumer.release(subscription) }
    }

    /// These subscriptions hold nothing.
    func areIdle(_ subscriptions: [SubscriptionID]) async -> Bool {
        for subscription in subscriptions where await !pipeline.isIdle(subscription) { return false }
        return true
    }

    private func isVacant(_ subscription: SubscriptionID) async -> Bool {
        guard await !consumer.hasSubscription(subscription) else { return false }
        return await pipeline.isIdle(subscription)
    }
}
