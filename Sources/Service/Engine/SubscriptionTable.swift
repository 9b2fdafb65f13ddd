internal import Broker
internal import Messages
internal import Settings
internal import Synchronization

/// Which processor has which subscription. A reload may give a subscription to another processor once it holds nothing of the one before.
///
/// A processor with partitions has a subscription for each, so that everything behind the consumer treats them as processors of their own.
struct SubscriptionTable: Sendable {
    /// What a subscription consumes.
    struct SubscribedQueue: Sendable, Equatable {
        /// Its name.
        @Exact var name: String
        /// Which partition of the processor it is; `nil` if the processor has none.
        var partition: Int?
    }

    /// The settings in force.
    private(set) var settings: Settings
    /// The subscriptions of each processor of the settings, in their order and that of its partitions.
    private(set) var groups: [[SubscriptionID]]
    /// Where each name is among the processors of the settings.
    private var indices: [String: Int] = [:]
    /// By subscription: the processor that has it, or had it last. A partition's processor has the partition's share of the prefetch.
    private(set) var processors = PerSubscription<ProcessorSettings>()
    /// By subscription, as ``processors``.
    private(set) var queues = PerSubscription<SubscribedQueue>()

    /// Each processor has the subscriptions that follow those of the one before.
    init(_ settings: Settings) {
        self.settings = settings
        groups = []
        adopt(settings, staying: [], vacancies: [])
    }

    /// All subscriptions, in the order of the processors.
    var ids: [SubscriptionID] { groups.flatMap(\.self) }

    /// The subscriptions of the processor with this name; empty if there is none.
    func ids(of name: String) -> [SubscriptionID] { indices[name].map { groups[$0] } ?? [] }

    /// The subscriptions of the processors that are in both.
    func ids(in other: SubscriptionTable) -> [(there: SubscriptionID, here: SubscriptionID)] {
        zip(settings.processors, groups).flatMap { processor, ids in
            zip(ids, other.ids(of: processor.name)).map { (there: $0, here: $1) }
        }
    }

    /// Subscriptions that no processor has.
    var vacancies: [SubscriptionID] {
        let taken = Set(ids)
        return processors.indices.filter { !taken.contains($0) }
    }

    /// The settings with a processor for each subscription, in the order of ``ids``.
    var expanded: Settings {
        var expanded = settings
        expanded.processors = ids.map { processors[$0] }
        return expanded
    }

    /// Applies other settings: processors named in `staying` keep their subscriptions, the others get one of `vacancies`, or a new one.
    mutating func adopt(_ settings: Settings, staying: Set<String>, vacancies: [SubscriptionID]) {
        var vacancies = vacancies[...]
        var groups: [[SubscriptionID]] = []
        for processor in settings.processors {
            let kept = staying.contains(processor.name) ? ids(of: processor.name) : []
            var assigned = processor
            if processor.partitions != nil || processor.rate != nil { assigned.prefetch = processor.prefetchPerQueue(of: settings) }
            groups.append([])
            for (number, queue) in processor.consumedQueues.enumerated() {
                let subscription = kept.indices.contains(number) ? kept[number] : vacancies.popFirst() ?? processors.endIndex
                let subscribed = SubscribedQueue(name: queue, partition: processor.partitions.map { _ in number })
                if subscription == processors.endIndex {
                    processors.append(assigned)
                    queues.append(subscribed)
                }
                (processors[subscription], queues[subscription]) = (assigned, subscribed)
                groups[groups.count - 1].append(subscription)
            }
        }
        self.settings = settings
        self.groups = groups
        indices = Dictionary(settings.processors.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// One for each id, in the order of ``ids``.
    var subscriptions: [Subscription] {
        ids.map { subscription in
            Subscription(
                processor: subscription, queue: queues[subscription].name,
                prefetch: processors[subscription].prefetch ?? settings.rabbitmq.prefetch,
                handsOver: queues[subscription].partition != nil && processors[subscription].queueType != .quorum,
                isShared: queues[subscription].partition != nil && processors[subscription].balances,
                needsDeadLetterExchange: !settings.deadLetter.enabled,
                // Partitions share one.
                deadLetterQueue: settings.deadLetter.enabled && queues[subscription].partition ?? 0 == 0
                    ? DeadLetter.queue(of: processors[subscription], settings) : nil)
        }
    }
}

/// The table in force, for all threads.
final class SubscriptionRegistry: Sendable {
    private let content: Mutex<SubscriptionTable>

    init(_ table: SubscriptionTable) { content = Mutex(table) }

    var table: SubscriptionTable {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }

    /// The processor that has this subscription, or had it last.
    subscript(subscription: SubscriptionID) -> ProcessorSettings { content.withLock { $0.processors[subscription] } }

    /// The queue that this subscription consumes.
    func queue(of subscription: SubscriptionID) -> String { content.withLock { $0.queues[subscription].name } }
}
