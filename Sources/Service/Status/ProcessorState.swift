internal import Broker
internal import ControlMessages
internal import Mapping
internal import Messages
internal import Pipeline
internal import Settings

/// What is known of one processor: learnt from what the parts report, turned into a ``ProcessorStatus``.
struct ProcessorState: Sendable {
    /// Its queue's state, from the consumer.
    enum Subscription: Sendable {
        /// Not subscribed, on the way to it.
        case none
        /// The same, after the broker ended it.
        case lost(BrokerError)
        /// Subscribed; nothing is proven yet.
        case subscribed
        /// Messages are ready, and this session has had none.
        case unproven(ready: Int)
        case failed(BrokerError)
    }

    var settings: ProcessorSettings
    /// What is consumed: the processor's queue, or one of its partitions.
    var queue: SubscriptionTable.SubscribedQueue
    var prefetch: Int
    var subscription = Subscription.none
    /// When the subscription became what it is.
    var subscriptionSince: ClockReading
    /// Messages ready in the queue, and consumers on it, as the last look showed.
    var depth: QueueDepth?
    /// Dead letters ready in their queue, as the last look showed, and since when this process has seen the queue not empty; `nil` before the first look.
    private(set) var letters: (count: Int, since: ClockReading)?
    /// The last look at which nothing was ready, or since when deliveries have come.
    var suppliedAt: ClockReading
    /// When something was last settled, or nothing was held.
    var progressedAt: ClockReading
    /// What it cannot do now.
    var faults = StandingFaults.Processor()
    /// The last time that a rejected message came back, and how often that one had.
    var circle: (turns: Int, at: ClockReading)?
    private(set) var counters = Counters()
    private(set) var holding = Holding()
    /// Deliveries that wait for the processor's rate.
    private(set) var waiting = 0
    private(set) var rate = 0.0
    private(set) var lastStored: Timestamp?
    private(set) var lastError: ProcessorStatus.LastError?
    private var window = RateWindow(length: .seconds(10))
    /// RabbitMQ has chosen this consumer of the partition: it was delivered something in this session, or there was no other one. It stays chosen
    /// until its channel closes; until there is a sign another one may be.
    private var isActive = false
    /// Messages were ready in the queue for longer than one takes to be delivered, and none came.
    private var isPassedBy = false
    /// The type of the partition; `nil` if it is not known yet, or the broker does not report it.
    var type: QueueType?
    /// Why messages wait in the processor's queue instead of going to its partitions.
    var dealingFault: String?

    /// The processor that has this subscription in the table.
    init(_ table: SubscriptionTable, _ subscription: SubscriptionID, at now: ClockReading) {
        settings = table.processors[subscription]
        queue = table.queues[subscription]
        prefetch = Int(settings.prefetch ?? table.settings.rabbitmq.prefetch)
        (subscriptionSince, suppliedAt, progressedAt) = (now, now, now)
    }

    /// The identity of a processor, or of a partition of it, when subscriptions are assigned anew.
    var identity: String { "\(settings.name) \(queue.name)" }

    /// Another engine is at work. Counts and past events stay; sessions, queues and faults are found out again.
    mutating func forgetEngine(at now: ClockReading) {
        set(.none, at: now)
        (depth, instances, type, dealingFault, letters) = (nil, nil, nil, nil, nil)
        (isActive, isPassedBy, progressedAt) = (false, false, now)
        faults = StandingFaults.Processor()
    }

    /// RabbitMQ delivers no more before something is acknowledged.
    var isFull: Bool { holding.count + waiting >= prefetch }

    /// True while RabbitMQ delivers to it.
    var isSubscribed: Bool {
        switch subscription {
        case .subscribed, .unproven: true
        case .none, .lost, .failed: false
        }
    }

    /// Of a quorum queue with a single active consumer RabbitMQ (3.10 to 4.3) counts only that one, so a look at it shows neither whether others
    /// wait, nor whose it is. A queue of a type that is not known may be one.
    var hidesOthers: Bool { queue.partition != nil && type != .classic && (depth?.consumers ?? 0) < 2 }

    /// How many instances consume the processor's partitions, and since when; `nil` if they cannot be counted.
    private(set) var instances: (count: Int, since: ClockReading)?

    mutating func setInstances(_ count: Int?, at now: ClockReading) {
        if instances?.count != count { instances = count.map { ($0, now) } }
    }

    /// Another instance may have the partition, or exclusive use of the queue.
    func mayHaveOthers(at now: ClockReading) -> Bool {
        let consumers = hidesOthers ? nil : depth?.consumers
        guard queue.partition != nil, let instances else { return (consumers ?? 2) > 1 }
        // An instance that has just started subscribes first, and is counted a moment later.
        guard !hidesOthers || now.since(instances.since) > ServiceState.countingTime else { return true }
        return max(instances.count, consumers ?? 0) > 1
    }

    /// It is subscribed to a partition that another instance has. Where that is not known, it is assumed only once messages pass it by.
    var standsBy: Bool {
        guard queue.partition != nil, isSubscribed, !isActive else { return false }
        return hidesOthers && instances == nil && depth != nil ? isPassedBy : true
    }

    /// This instance is known to have the partition.
    var isOurs: Bool { queue.partition != nil && isSubscribed && isActive }

    mutating func set(_ subscription: Subscription, at now: ClockReading) {
        if case .unproven = self.subscription, case .subscribed = subscription {} else { (isActive, isPassedBy) = (false, false) }
        self.subscription = subscription
        (subscriptionSince, suppliedAt) = (now, now)
    }

    mutating func failed(_ text: String, at now: ClockReading) {
        lastError = ProcessorStatus.LastError(text: text, at: now.wall)
    }

    /// The pipeline was looked at.
    mutating func sample(_ counters: Counters, _ holding: Holding, waiting: Int = 0, at now: ClockReading) {
        let before = self.counters
        let wasFull = isFull
        self.counters = counters
        self.holding = holding
        self.waiting = waiting
        // With a full window RabbitMQ has nothing to deliver.
        if wasFull || isFull { suppliedAt = now }
        rate = window.rate(count: counters.settled, at: now.instant)
        if counters.written + counters.stale > before.written + before.stale { lastStored = now.wall }
        if counters.settled > before.settled || holding.count == 0 { progressedAt = now }
        if counters.received > before.received {
            suppliedAt = now
            (isActive, isPassedBy) = (isSubscribed, false)
            if case .unproven = subscription { set(.subscribed, at: now) }
        }
    }

    /// The queue of dead letters was looked at.
    mutating func sample(letters count: Int, at now: ClockReading) {
        let since = letters.flatMap { $0.count > 0 ? $0.since : nil } ?? now
        letters = (count, since)
    }

    /// The queue was looked at.
    mutating func sample(_ depth: QueueDepth, at now: ClockReading) {
        self.depth = depth
        if depth.messages == 0 { suppliedAt = now }
        if isSubscribed, !mayHaveOthers(at: now) { isActive = true }
        // A broker may change its choice when a node fails, without notice.
        if mayHaveOthers(at: now), now.since(suppliedAt) > ServiceState.supplyTime { (isActive, isPassedBy) = (false, true) }
    }
}

extension ProcessorStatus.Totals {
    init(_ counters: Counters) {
        self.init()
        received = counters.received
        written = counters.written
        stale = counters.stale
        parked = counters.parked
        retried = counters.retried
        conflated = counters.conflated
        returned = counters.returned
        emitted = counters.emitted
    }
}

extension Counters {
    /// Deliveries that are done with.
    var settled: Int { written + stale + parked }
}
