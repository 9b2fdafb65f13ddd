internal import Broker
internal import Logging
internal import Mapping
internal import Pipeline
internal import Settings

/// Processors that come, go and change while the others go on.
extension Engine {
    /// Brings `settings` into force, which differ from those in force by `plan`, and by nothing that needs a new engine. It cannot fail.
    ///
    /// Processors that leave or change take nothing more and finish what they hold, up to `[service] drain`; RabbitMQ delivers the rest again, to
    /// the changed ones too, so that the order of their queues stays.
    func apply(_ plan: ReloadPlan, _ settings: Settings, paused: Set<String>) async {
        let before = board.roster
        let leaving = (plan.change.removed + plan.restarted).compactMap { before.place(of: $0) }
        await withTaskGroup { group in
            for place in leaving { group.addTask { await retire(place, upTo: settings.service.drain) } }
        }
        var roster = before
        var staying = Set(plan.unchanged)
        // A place where something is left, of a channel that is gone, is not given out: the processor gets another one.
        for name in plan.restarted {
            if let place = before.place(of: name), await isVacant(place) { staying.insert(name) }
        }
        var vacancies: [ProcessorIndex] = []
        let removed = plan.change.removed.compactMap { before.place(of: $0) }
        for place in before.vacancies + removed where await isVacant(place) { vacancies.append(place) }
        roster.adopt(settings, staying: staying, vacancies: vacancies)
        await pipeline.reconfigure(settings, places: roster.places)
        board.roster = roster
        await emitter.keep(Set(settings.exchanges))
        let coming = Set(plan.change.added + plan.restarted)
        for (subscription, processor) in zip(roster.subscriptions, settings.processors) where coming.contains(processor.name) {
            consumer.setPaused(paused.contains(processor.name), processors: [subscription.processor])
            await consumer.add(subscription)
        }
    }

    /// Lets a processor finish what it holds, and gives its channel up.
    private func retire(_ place: ProcessorIndex, upTo time: Duration) async {
        consumer.setPaused(true, processors: [place])
        if !(await within(time) { await drained(place) }) {
            logger.log(
                .warning, "Not all could be finished in time; RabbitMQ delivers the rest again", [.processor: board[place].name])
        }
        _ = await within(Self.farewellTime) { await consumer.remove(place) }
    }

    /// After a pause: returns when nothing of this processor is held any more.
    func drained(_ place: ProcessorIndex) async {
        await consumer.deliveriesEnded(of: place)
        await pipeline.idle(of: place)
    }

    private func isVacant(_ place: ProcessorIndex) async -> Bool {
        guard await !consumer.hasSubscription(place) else { return false }
        return await pipeline.isIdle(place)
    }
}

extension Roster {
    /// One for each processor, in their order.
    var subscriptions: [Subscription] {
        zip(places, settings.processors).map { place, processor in
            Subscription(processor: place, queue: processor.queue, prefetch: processor.prefetch ?? settings.rabbitmq.prefetch)
        }
    }
}
