internal import Broker
internal import Mapping
internal import Pipeline

/// Whether consuming was attempted: each processor consumes, or it is known what keeps it from doing so. That is what READY waits for.
///
/// A broker that is away counts: its return needs no administrator, and a service that is not ready for that long would be restarted instead.
struct ConsumingAttempt {
    private var undecided: Set<ProcessorIndex>

    /// Nothing is known of `processors` yet.
    init(processors: some Sequence<ProcessorIndex>) { undecided = Set(processors) }

    /// True from the moment on at which nothing is undecided.
    var isMade: Bool { undecided.isEmpty }

    /// The consumer told something.
    mutating func learn(_ event: ConsumerEvent) {
        switch event {
        case .subscribed(let processor, _), .subscribeFailed(let processor, _, _): undecided.remove(processor)
        case .waiting: undecided = []
        case .connected, .resumed, .deliveries, .unsubscribed, .depth, .unproven: break
        }
    }

    /// The pipeline told something: what keeps a processor from being subscribed is known as well.
    mutating func learn(_ note: PipelineEvent) {
        switch note {
        case .databaseLost: databaseIsAway()
        case .notReady(let processor, _, _, _): undecided.remove(processor)
        default: break
        }
    }

    /// The database must answer before anything is consumed, and it does not.
    mutating func databaseIsAway() { undecided = [] }
}
