internal import Broker
internal import ControlMessages
internal import Mapping
internal import Messages
internal import Pipeline
internal import Settings

/// Something that happened, as a line of `GET /v1/events`. Names of events and members are what users script against.
struct ServiceEvent: Sendable, Equatable {
    /// When it was sent.
    var at: Timestamp
    /// What: `written`, `stale`, `retried`, `refused`, `parked` for single messages; otherwise what happened to the service or a server.
    var event: EventName
    var processor: String?
    var queue: String?
    var collection: String?
    var key: String?
    var version: UInt64?
    var exchange: String?
    var routingKey: String?
    var messageId: String?
    var latencyMilliseconds: Double?
    /// Why, or more about it.
    var detail: String?
    /// How many, if it is about several.
    var count: Int?
    var endpoint: String?

    init(_ event: EventName, at: Timestamp = .now) {
        self.at = at
        self.event = event
    }

    /// Whether a listener wants it. An event about no document does not match a filter for one.
    func fits(_ filter: EventFilter) -> Bool {
        (filter.processor == nil || filter.processor == processor) && (filter.key == nil || filter.key == key)
            && (filter.outcome == nil || filter.outcome == event.rawValue)
    }

    /// So many events were left out.
    static func skipped(_ count: Int) -> ServiceEvent {
        var event = ServiceEvent(.skipped)
        event.count = count
        return event
    }

    /// About the listener's own stream, whatever the filter is.
    var isAboutListening: Bool { event == .skipped }
}

extension EventName {
    /// What was decided about a delivery.
    init(_ verdict: Decision.Verdict) {
        self =
            switch verdict {
            case .written: .written
            case .stale: .stale
            case .retried: .retried
            case .refused: .refused
            case .parked: .parked
            }
    }
}

extension ServiceEvent {
    /// What was decided about a delivery.
    init(_ decision: Decision, of processor: ProcessorSettings, at: Timestamp) {
        self.init(EventName(decision.verdict), at: at)
        self.processor = processor.name
        collection = processor.collection
        key = decision.key?.text
        version = decision.version
        exchange = decision.route.exchange
        routingKey = decision.route.routingKey
        messageId = decision.messageID
        latencyMilliseconds = Double(decision.latencyNanoseconds / 1000) / 1000
        detail = decision.detail
    }

    /// What the broker connection reports; `nil` if it is not for listeners.
    init?(_ event: ConsumerEvent, processors: PerSubscription<ProcessorSettings>) {
        func own(_ name: EventName, _ processor: SubscriptionID, _ error: BrokerError?) -> ServiceEvent {
            var own = ServiceEvent(name)
            own.processor = processors[processor].name
            own.queue = processors[processor].queue
            own.detail = error?.description
            return own
        }
        switch event {
        case .connected(let endpoint, _, _):
            self.init(.connected)
            self.endpoint = endpoint
        case .waiting(let error, _):
            self.init(.away)
            endpoint = error.endpoint
            detail = error.description
        case .subscribed(let processor, _), .resumed(let processor, _): self = own(.consuming, processor, nil)
        case .unsubscribed(let processor, _, let error): self = own(error == nil ? .consumerCancelled : .consumerLost, processor, error)
        case .subscribeFailed(let processor, let error, _): self = own(.subscribeFailed, processor, error)
        case .unproven(let processor, let ready):
            self = own(.standby, processor, nil)
            count = ready
        case .deliveries, .depth, .letters: return nil
        }
    }

    private static func own(_ name: EventName, _ processor: ProcessorSettings, _ detail: String?) -> ServiceEvent {
        var own = ServiceEvent(name)
        (own.processor, own.queue, own.detail) = (processor.name, processor.queue, detail)
        return own
    }

    /// What the pipeline reports besides decisions; `nil` if a decision reports it already.
    init?(_ note: PipelineEvent, processors: PerSubscription<ProcessorSettings>) {
        switch note {
        case .retrying, .refused: return nil
        case .parkingFailed(let processor, let text, _):
            self.init(.parkingFailed)
            self.processor = processors[processor].name
            queue = processors[processor].queue
            detail = text
        case .setAside(let processor, _, let text):
            self.init(.setAside)
            self.processor = processors[processor].name
            queue = processors[processor].queue
            detail = text
        case .rejectedInCircle(_, _, _, _, _, isNew: false): return nil
        case .rejectedInCircle(let processor, _, _, let turns, _, isNew: true):
            self.init(.rejectedInCircle)
            self.processor = processors[processor].name
            queue = processors[processor].queue
            count = turns
        case .emitFailing(_, _, _, isNew: false): return nil
        case .emitFailing(let processor, let text, _, isNew: true):
            self.init(.emitFailing)
            self.processor = processors[processor].name
            queue = processors[processor].queue
            detail = text
        case .emitBack(let processor, let duration):
            self.init(.emitBack)
            self.processor = processors[processor].name
            detail = "after \(duration.components.seconds) s"
        case .databaseLost(let fault):
            self.init(.outageBegins)
            detail = fault.description
        case .databaseBack(let duration):
            self.init(.outageEnds)
            detail = "after \(duration.components.seconds) s"
        case .targetLost(let target, let fault):
            self.init(.collectionRefused)
            collection = target.collection
            detail = fault.description
        case .targetBack(let target, let duration):
            self.init(.collectionBack)
            collection = target.collection
            detail = "after \(duration.components.seconds) s"
        case .turnedAway(let write, let fault):
            self.init(.turnedAway)
            processor = processors[write.processor].name
            collection = write.target.collection
            key = write.key.text
            detail = fault.description
        case .returning(let processor, let held, _, let text):
            self = Self.own(.returning, processors[processor], text)
            count = held
        case .keeping(let processor, let held, let text):
            self = Self.own(.keeping, processors[processor], text)
            count = held
        case .notReady(_, _, _, isNew: false): return nil
        case .notReady(let processor, let text, _, isNew: true): self = Self.own(.notReady, processors[processor], text)
        case .nearLimit(let processor, let returns, _):
            self = Self.own(.nearDeliveryLimit, processors[processor], nil)
            count = returns
        case .outcomeUnknown(let documents, let fault):
            self.init(.outcomeUnknown)
            count = documents
            detail = fault.description
        case .requestRejected(let documents, let fault):
            self.init(.requestSplit)
            count = documents
            detail = fault.description
        case .fellApart(let write, let messages, let fault):
            self.init(.writeSplit)
            processor = processors[write.processor].name
            collection = write.target.collection
            key = write.key.text
            count = messages
            detail = fault.description
        case .holding(let isHolding, let bytes):
            self.init(isHolding ? .readingPaused : .readingResumed)
            detail = "\(bytes) bytes held"
        }
    }
}
