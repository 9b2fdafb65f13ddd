internal import Messages
internal import Settings

/// Which processor has which place, and by what rules. Places are given out anew while the machine runs.
extension PipelineMachine {
    /// Takes other settings in; `places` tells the index of each of its processors, in their order.
    ///
    /// Of a processor that leaves its place, comes to one, or writes elsewhere or by another way of verifying than before, nothing may be held and no
    /// channel be open. The others go on: a shorter retry, say, is for what they hold as well.
    mutating func configure(_ settings: Settings, places: [SubscriptionID]) {
        holdBytes = settings.rabbitmq.holdBytes
        parks = settings.deadLetter.enabled
        queue.bounds = RequestQueue.Load(documents: settings.batch.documents, bytes: settings.batch.bytes)
        lanes.mergedBytes = settings.batch.bytes
        tellsRevisions = settings.processors.contains { $0.emit?.body == .event }
        for (place, own) in zip(places, settings.processors) {
            if place == processors.endIndex {
                processors.append(Processor())
                readiness.append(Readiness())
                parking.addLine()
                onwardQueue.addLine()
            }
            let verify = own.verify ?? settings.verify
            let isSame =
                processors[place].name == own.name && processors[place].verify == verify
                && lanes.collection(of: place).isExactly(own.collection)
            precondition(
                isSame || held(of: place) == 0 && processors[place].session == nil, "a place is given out when nothing is left in it")
            if !isSame {
                history.forget(place)
                onwardQueue.resetLine(place)
            }
            if processors[place].name != own.name {
                processors[place] = Processor()
            }
            if processors[place].name != own.name || readiness[place].isVacant {
                readiness[place] = Readiness()
                actions.append(.setConsuming(place, .off))
            }
            processors[place].name = own.name
            processors[place].retry = own.retry ?? settings.retry
            processors[place].verify = verify
            processors[place].prefetch = Int(own.prefetch ?? settings.rabbitmq.prefetch)
            processors[place].collections = Set(([own.collection] + own.edges.map(\.collection)).map { Exact($0) })
            lanes.assign(place, collection: own.collection, conflates: own.conflates && verify != .always)
        }
        for place in processors.indices where !places.contains(place) { readiness[place].leave() }
        queue.forget(besides: places.reduce(into: Set()) { $0.formUnion(processors[$1].collections) })
    }

    /// Counts on from where another machine has ended; `places` tells the place of a processor there and here.
    mutating func countOn(from snapshot: PipelineSnapshot, places: [(there: SubscriptionID, here: SubscriptionID)]) {
        for (there, here) in places {
            processors[here].counters = snapshot.counters[there]
            processors[here].times = snapshot.times[there]
        }
        batchDocuments = snapshot.batchDocuments
    }

    /// Deliveries of one processor that are held, those of channels that are gone included as long as they are in flight.
    func held(of processor: SubscriptionID) -> Int { lanes.count(of: processor) + parking.count(of: processor) }
}
