internal import Messages
internal import Settings

/// Which processor has which subscription, and its rules. A reload assigns subscriptions anew while the machine runs.
extension PipelineMachine {
    /// Applies other settings; `subscriptions` has the id for each of their processors, in their order.
    ///
    /// A processor that leaves its subscription, gets one, writes elsewhere or verifies differently must hold nothing and have no open channel. The
    /// others are not interrupted: a shorter retry, for example, applies to what they hold as well.
    mutating func configure(_ settings: Settings, subscriptions: [SubscriptionID]) {
        holdBytes = settings.rabbitmq.holdBytes
        parks = settings.deadLetter.enabled
        queue.bounds = RequestQueue.Load(documents: settings.batch.documents, bytes: settings.batch.bytes)
        lanes.mergedBytes = settings.batch.bytes
        tellsRevisions = settings.processors.contains { $0.emit?.body == .event }
        for (subscription, own) in zip(subscriptions, settings.processors) {
            if subscription == processors.endIndex {
                processors.append(Processor())
                readiness.append(Readiness())
                parking.addLine()
                onwardQueue.addLine()
            }
            let verify = own.verify ?? settings.verify
            let isSame =
                processors[subscription].name == own.name && processors[subscription].verify == verify
                && lanes.collection(of: subscription).isExactly(own.collection)
            precondition(
                isSame || held(of: subscription) == 0 && processors[subscription].session == nil,
                "a subscription that holds something is not given to another processor")
            if !isSame {
                history.forget(subscription)
                onwardQueue.resetLine(subscription)
            }
            if processors[subscription].name != own.name {
                processors[subscription] = Processor()
            }
            if processors[subscription].name != own.name || readiness[subscription].isVacant {
                readiness[subscription] = Readiness()
                actions.append(.setConsuming(subscription, .off))
            }
            processors[subscription].name = own.name
            processors[subscription].retry = own.retry ?? settings.retry
            processors[subscription].verify = verify
            processors[subscription].prefetch = Int(own.prefetch ?? settings.rabbitmq.prefetch)
            processors[subscription].collections = Set(([own.collection] + own.edges.map(\.collection)).map { Exact($0) })
            lanes.assign(subscription, collection: own.collection, conflates: own.conflates && verify != .always)
        }
        for subscription in processors.indices where !subscriptions.contains(subscription) { readiness[subscription].leave() }
        queue.forget(besides: subscriptions.reduce(into: Set()) { $0.formUnion(processors[$1].collections) })
    }

    /// Continues the counts of another machine that has ended; `subscriptions` has each processor's subscription there and here.
    mutating func countOn(from snapshot: PipelineSnapshot, subscriptions: [(there: SubscriptionID, here: SubscriptionID)]) {
        for (there, here) in subscriptions {
            processors[here].counters = snapshot.counters[there]
            processors[here].times = snapshot.times[there]
            processors[here].returns = snapshot.returns[there]
        }
        batchDocuments = snapshot.batchDocuments
    }

    /// Deliveries of one processor that are held, those of channels that are gone included as long as they are in flight.
    func held(of processor: SubscriptionID) -> Int { lanes.count(of: processor) + parking.count(of: processor) }
}
