public import Messages
public import Settings

/// Something that keeps deliveries from being settled, as long as it lasts.
public struct StandingFault: Sendable, Equatable {
    /// What, in words: the latest failure.
    public let text: String
    /// Since when.
    public let since: ContinuousClock.Instant
    /// The latest failure at the database; `nil` for any other.
    public let fault: Fault?

    /// A fault by its parts.
    package init(_ text: String, since: ContinuousClock.Instant, fault: Fault? = nil) {
        self.text = text
        self.since = since
        self.fault = fault
    }

    init(_ closure: CircuitBreaker.Closure) { self.init("\(closure.fault)", since: closure.since, fault: closure.fault) }
}

/// All faults at one moment. They are derived from the machine's state, so that no event has to end one.
public struct StandingFaults: Sendable, Equatable {
    /// Those of one subscription.
    public struct Processor: Sendable, Equatable {
        /// What is missing that the processor needs, so that it is not subscribed.
        public var notReady: StandingFault?
        /// Why its dead letters are not confirmed.
        public var parking: StandingFault?
        /// Why its onward messages are not confirmed.
        public var onward: StandingFault?
        /// Messages of the present session that can neither be written nor parked.
        public var setAside: SetAside?

        /// None.
        public init() {}
    }

    /// Messages that RabbitMQ keeps, unacknowledged, until their channel is closed.
    public struct SetAside: Sendable, Equatable {
        /// How many there are.
        public var count: Int
        /// Why the last of them cannot be parked.
        public var text: String

        /// This many, for this reason.
        package init(count: Int, text: String) {
            self.count = count
            self.text = text
        }
    }

    /// Why no writes are sent at all.
    public var database: StandingFault?
    /// Collections that accept no writes until an administrator acts, while writes to them wait.
    public var collections: [Exact<String>: StandingFault] = [:]
    /// One entry for each subscription.
    public var processors = PerSubscription<Processor>()

    /// None.
    public init() {}

    /// Those of the machine at this moment.
    init(_ machine: PipelineMachine) {
        database = machine.breaker.closure.map { StandingFault($0) }
        collections = Dictionary(machine.queue.shutTargets.map { (Exact($0.collection), StandingFault($1)) }) { first, _ in first }
        processors = PerSubscription(
            machine.processors.indices.lazy.map { subscription in
                var faults = Processor()
                faults.notReady = machine.readiness[subscription].refusal
                faults.parking = machine.parking.fault(of: subscription)
                faults.onward = machine.onwardQueue.fault(of: subscription)
                faults.setAside = machine.processors[subscription].setAside
                return faults
            })
    }
}

extension PipelineEvent {
    /// Whether this event begins, changes or ends a fault. Not each end has an event.
    var changesFaults: Bool {
        switch self {
        case .parkingFailed, .setAside, .emitFailing, .emitBack, .databaseLost, .databaseBack, .targetLost, .targetBack, .notReady: true
        case .retrying, .refused, .rejectedInCircle, .turnedAway, .returning, .keeping, .nearLimit, .outcomeUnknown, .requestRejected,
            .fellApart, .holding:
            false
        }
    }
}
