internal import Broker
internal import Messages
internal import Settings
internal import Synchronization

/// Who is behind a processor index. It is a place: a reload may give it to another processor when nothing of the one before is left.
///
/// A processor with partitions has a place for each, so that everything behind the consumer treats them as processors of their own.
struct SubscriptionTable: Sendable {
    /// What is consumed from a place.
    struct SubscribedQueue: Sendable, Equatable {
        /// Its name.
        @Exact var name: String
        /// Which partition of the processor it is; nil: the processor has none.
        var partition: Int?
    }

    /// The settings in force.
    private(set) var settings: Settings
    /// The places of each processor of the settings, in their order and that of its partitions.
    private(set) var groups: [[SubscriptionID]]
    /// Where each name is among the processors of the settings.
    private var indices: [String: Int] = [:]
    /// By place: who has it, or had it last. A partition's processor has the partition's share of the prefetch.
    private(set) var processors = PerSubscription<ProcessorSettings>()
    /// By place, as ``processors``.
    private(set) var queues = PerSubscription<SubscribedQueue>()

    /// Each processor has the places that follow those of the one before.
    init(_ settings: Settings) {
        self.settings = settings
        groups = []
        adopt(settings, staying: [], vacancies: [])
    }

    /// All places, in the order of the processors.
    var places: [SubscriptionID] { groups.flatMap(\.self) }

    /// Where the processor of this name is; empty: nowhere.
    func places(of name: String) -> [SubscriptionID] { indices[name].map { groups[$0] } ?? [] }

    /// The places of the processors that are in both.
    func places(in other: SubscriptionTable) -> [(there: SubscriptionID, here: SubscriptionID)] {
        zip(settings.processors, groups).flatMap { processor, places in
            zip(places, other.places(of: processor.name)).map { (there: $0, here: $1) }
        }
    }

    /// Places that nobody has.
    var vacancies: [SubscriptionID] {
        let taken = Set(places)
        return processors.indices.filter { !taken.contains($0) }
    }

    /// The settings with a processor for each place, in the order of ``places``.
    var expanded: Settings {
        var expanded = settings
        expanded.processors = places.map { processors[$0] }
        return expanded
    }

    /// Takes other settings in: processors named in `staying` keep their places, the others get one of `vacancies`, or a new one.
    mutating func adopt(_ settings: Settings, staying: Set<String>, vacancies: [SubscriptionID]) {
        var vacancies = vacancies[...]
        var groups: [[SubscriptionID]] = []
        for processor in settings.processors {
            let kept = staying.contains(processor.name) ? places(of: processor.name) : []
            var occupant = processor
            if processor.partitions != nil { occupant.prefetch = processor.prefetchPerQueue(of: settings) }
            groups.append([])
            for (number, queue) in processor.consumedQueues.enumerated() {
                let place = kept.indices.contains(number) ? kept[number] : vacancies.popFirst() ?? processors.endIndex
                let subscribed = SubscribedQueue(name: queue, partition: processor.partitions.map { _ in number })
                if place == processors.endIndex {
                    processors.append(occupant)
                    queues.append(subscribed)
                }
                (processors[place], queues[place]) = (occupant, subscribed)
                groups[groups.count - 1].append(place)
            }
        }
        self.settings = settings
        self.groups = groups
        indices = Dictionary(settings.processors.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// One for each place, in the order of ``places``.
    var subscriptions: [Subscription] {
        places.map { place in
            Subscription(
                processor: place, queue: queues[place].name, prefetch: processors[place].prefetch ?? settings.rabbitmq.prefetch,
                handsOver: queues[place].partition != nil && processors[place].queueType != .quorum,
                isShared: queues[place].partition != nil && processors[place].balances,
                needsDeadLetterExchange: !settings.deadLetter.enabled)
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

    /// Who has this place, or had it last.
    subscript(place: SubscriptionID) -> ProcessorSettings { content.withLock { $0.processors[place] } }

    /// The queue that is consumed from this place.
    func queue(of place: SubscriptionID) -> String { content.withLock { $0.queues[place].name } }
}
