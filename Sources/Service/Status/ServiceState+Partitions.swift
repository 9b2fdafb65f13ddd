internal import Broker
internal import ControlMessages
internal import Mapping
internal import Messages
internal import Pipeline
internal import Settings

/// A processor as people know it: its partitions together.
extension ServiceState {
    /// What a processor is doing, and since when. What keeps a part of it from working counts most; that other instances have all its partitions
    /// is as good as consuming.
    func state(of subscriptions: [SubscriptionID]) -> (state: ProcessorStatus.State, since: ClockReading) {
        let order: [ProcessorStatus.State] = [.paused, .draining, .failed, .outage, .consuming, .subscribing, .standby]
        for state in order {
            let since = subscriptions.map { self.state(of: $0) }.filter { $0.state == state }.map(\.since)
            if let first = since.min(by: { $0.instant < $1.instant }) { return (state, first) }
        }
        return (.subscribing, began)
    }

    func status(of subscriptions: [SubscriptionID], at now: ClockReading = .now) -> ProcessorStatus {
        let parts = subscriptions.map { processors[$0] }
        let (state, since) = state(of: subscriptions)
        let settings = parts[0].settings
        let depths = parts.compactMap { $0.depth?.messages }
        var counters = Counters()
        for part in parts { counters.add(part.counters) }
        return ProcessorStatus(
            name: settings.name, queue: settings.queue, operation: settings.operation.rawValue, collection: settings.collection,
            state: state, since: since.wall,
            reason: subscriptions.first { self.state(of: $0).state == state }.flatMap { reason(of: $0) } ?? countingHint(subscriptions),
            ready: depths.isEmpty ? nil : depths.reduce(0, +), rate: parts.reduce(0) { $0 + $1.rate },
            held: parts.reduce(0) { $0 + $1.holding.count },
            oldestSeconds: parts.compactMap(\.holding.oldest).max().map { $0 / .seconds(1) },
            lastStored: parts.compactMap(\.lastStored).max(), totals: ProcessorStatus.Totals(counters),
            lastError: parts.compactMap(\.lastError).max { $0.at < $1.at }, partitions: partitions(of: subscriptions),
            pause: pauses[settings.name].map { PauseReport($0, survivesRestart: pausesSurviveRestart) },
            deadLetters: deadLetters(of: parts, at: now),
            rateLimit: settings.rate.map { .init(rate: "\($0)", waiting: parts.reduce(0) { $0 + $1.waiting }) })
    }

    private func deadLetters(of parts: [ProcessorState], at now: ClockReading) -> ProcessorStatus.DeadLetters? {
        guard let letters = parts.lazy.compactMap(\.letters).first else { return nil }
        return ProcessorStatus.DeadLetters(
            ready: letters.count, waitingSeconds: letters.count > 0 ? now.since(letters.since) / .seconds(1) : nil)
    }

    /// Partitions of quorum queues whose instances cannot be counted stay with the instances that have them.
    private func countingHint(_ subscriptions: [SubscriptionID]) -> String? {
        guard let first = subscriptions.first.map({ processors[$0] }), let names = first.settings.partitionNames, first.settings.balances,
            broker.state == .up, subscriptions.contains(where: { processors[$0].type == .quorum && processors[$0].instances == nil })
        else { return nil }
        return "partitions are not shared out evenly: instances cannot count each other. `warren provision` creates \(names.instances)"
    }

    /// Which partitions it has; `nil` if it has none.
    func partitions(of subscriptions: [SubscriptionID]) -> ProcessorStatus.Partitions? {
        let numbers = subscriptions.compactMap { processors[$0].queue.partition }
        guard !numbers.isEmpty else { return nil }
        let instances = subscriptions.compactMap { processors[$0].instances?.count }.max() ?? 0
        // The middle one: some were looked at before the latest change, and some are being handed over. For a quorum queue it means nothing.
        let consumers = subscriptions.compactMap { processors[$0].hidesOthers ? nil : processors[$0].depth?.consumers }.sorted()
        let count = max(instances, consumers.isEmpty ? 0 : consumers[consumers.count / 2])
        return ProcessorStatus.Partitions(
            count: numbers.count,
            held: subscriptions.filter { state(of: $0).state == .consuming && processors[$0].isOurs }.compactMap {
                processors[$0].queue.partition
            },
            consumers: count > 0 ? count : nil)
    }

    /// There is news about partitions.
    mutating func learn(_ news: PartitionNews, at now: ClockReading) {
        for index in processors.indices where processors[index].queue.partition != nil {
            switch news {
            case .types(let types): if let type = types[processors[index].queue.name] { processors[index].type = type }
            case .instances(let queue, let count):
                if processors[index].settings.queue == queue { processors[index].setInstances(count, at: now) }
            case .fault(let queue, let text): if processors[index].settings.queue == queue { processors[index].dealingFault = text }
            }
        }
        noticeStates(at: now)
    }

    /// This instance has a consumer on a partition of `queue`.
    func consumesPartition(of queue: String) -> Bool {
        broker.state == .up
            && subscriptions.contains {
                processors[$0].queue.partition != nil && processors[$0].settings.queue == queue && processors[$0].isSubscribed
            }
    }
}
