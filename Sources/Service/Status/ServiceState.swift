internal import Broker
internal import ControlMessages
internal import ControlServer
internal import Mapping
internal import Messages
internal import Pipeline
internal import Settings
internal import Store

/// The state of the service at one moment. Status, health, READY, the STATUS line and the states in answers are all derived from this value.
///
/// What the pipeline cannot do is read from it (``StandingFaults``), and never remembered: no fault stays because an event was missing. What is known
/// of connections and sessions belongs to the engine that has them, and is forgotten when another one takes over.
struct ServiceState: Sendable {
    private(set) var phase = ServiceStatus.State.starting
    /// By subscription; see ``SubscriptionTable``.
    var processors: PerSubscription<ProcessorState>
    /// The subscriptions of each processor, in the order of the settings.
    private(set) var groups: [[SubscriptionID]]
    var subscriptions: [SubscriptionID] { groups.flatMap(\.self) }
    private(set) var broker: ServerCondition
    /// Why RabbitMQ is away.
    private(set) var brokerError: BrokerError?
    private(set) var database: ServerCondition
    /// The pipeline's faults.
    private(set) var faults = StandingFaults()
    /// Which processors an administrator has paused, or drains: as ``ProcessorPauses`` has it.
    private(set) var pauses: [String: Pause] = [:]
    /// Whether those outlive the process.
    var pausesSurviveRestart = false
    /// Why nothing can be written in the state directory.
    var recordFault: ProcessRecord.Fault?
    private(set) var snapshot: PipelineSnapshot?
    private(set) var documentsPerRequest: Double?
    let began: ClockReading
    private(set) var settings: Settings
    /// State of each processor since when, so that a state that stays keeps its time.
    private var states: PerSubscription<(state: ProcessorStatus.State, since: ClockReading)>
    /// Why the database does not report its version, which must be known before anything is consumed.
    private var startFault: Fault?
    /// The engine at work connects to RabbitMQ: what must be known of the database before is known.
    private(set) var isConnecting = false
    /// The database hides its version from this user.
    private(set) var isVersionHidden = false
    /// What the database reports about its licence.
    var license: LicenseReport?
    /// The database has answered this engine.
    private var hasAnswered = false
    private var requests = (count: 0, documents: 0)

    /// Nothing is known yet.
    init(settings: Settings, at now: ClockReading) {
        self.settings = settings
        began = now
        let table = SubscriptionTable(settings)
        processors = PerSubscription(table.ids.map { ProcessorState(table, $0, at: now) })
        groups = table.groups
        states = processors.mapValues { _ in (.subscribing, now) }
        broker = ServerCondition(endpoint: settings.rabbitmq.endpoints.first.map { "\($0.host):\($0.port)" } ?? "", at: now)
        database = ServerCondition(endpoint: settings.arangodb.endpoints.first ?? "", at: now)
    }

    /// The consumer reports an event. Deliveries are ignored here: the pipeline counts them.
    mutating func learn(_ event: ConsumerEvent, at now: ClockReading) {
        switch event {
        case .connected(let endpoint, let version, _):
            (broker.endpoint, broker.version, brokerError) = (endpoint, version, nil)
            broker.set(.up, at: now)
            phase = phase == .starting ? .running : phase
        case .waiting(let error, _):
            (broker.endpoint, brokerError) = (error.endpoint, error)
            broker.set(.away, error.explanation, at: now)
            phase = phase == .starting ? .running : phase
            for index in processors.indices { processors[index].set(.none, at: now) }
        case .subscribed(let index, _), .resumed(let index, _): processors[index].set(.subscribed, at: now)
        case .unsubscribed(let index, _, let error):
            processors[index].set(error.map { .lost($0) } ?? .none, at: now)
            if let error { processors[index].failed(error.fault, at: now) }
        case .subscribeFailed(let index, let error, _):
            processors[index].failed(error.fault, at: now)
            if case .failed = processors[index].subscription { break }
            processors[index].set(.failed(error), at: now)
        case .unproven(let index, let ready): processors[index].subscription = .unproven(ready: ready)
        case .depth(let index, let depth): processors[index].sample(depth, at: now)
        case .letters(let index, let ready): processors[index].sample(letters: ready, at: now)
        case .deliveries: break
        }
        noticeStates(at: now)
    }

    /// Other settings are in force. What is known of a processor that is still there is kept, whichever subscription it has now.
    mutating func adopt(_ table: SubscriptionTable, at now: ClockReading) {
        let known = Dictionary(uniqueKeysWithValues: subscriptions.map { (processors[$0].identity, (processors[$0], states[$0])) })
        settings = table.settings
        groups = table.groups
        states = []
        processors = PerSubscription()
        for subscription in table.processors.indices {
            var facts = ProcessorState(table, subscription, at: now)
            let earlier = known[facts.identity]
            if let (earlier, _) = earlier { (facts, facts.settings, facts.prefetch) = (earlier, facts.settings, facts.prefetch) }
            processors.append(facts)
            states.append(earlier?.1 ?? (.subscribing, now))
        }
        noticeStates(at: now)
    }

    /// Another engine is in use, with connections and sessions of its own: what was known of those before does not hold for it.
    mutating func begin(_ table: SubscriptionTable, at now: ClockReading) {
        adopt(table, at: now)
        for index in processors.indices { processors[index].forgetEngine(at: now) }
        let fresh = ServiceState(settings: settings, at: now)
        (broker, brokerError, database) = (fresh.broker, nil, fresh.database)
        (faults, startFault, hasAnswered, isVersionHidden, license) = (StandingFaults(), nil, false, false, nil)
        isConnecting = false
        noticeStates(at: now)
        // Its subscribing begins now, whatever the one before was about.
        for index in states.indices where states[index].state == .subscribing { states[index].since = now }
    }

    /// The engine at work connects to RabbitMQ from now on.
    mutating func beginConnecting(at now: ClockReading) {
        isConnecting = true
        broker.since = now
        noticeStates(at: now)
    }

    /// Administrators have paused these processors, or drain them, and no others.
    mutating func set(_ pauses: [String: Pause], at now: ClockReading) {
        self.pauses = pauses
        noticeStates(at: now)
    }

    /// The pipeline reports an event. Faults are not taken from events, but from ``StandingFaults``.
    mutating func learn(_ note: PipelineEvent, at now: ClockReading) {
        switch note {
        case .retrying(let write, _, _, _, let fault), .turnedAway(let write, let fault):
            processors[write.processor].failed("\(write.target.collection)/\(write.key.text): \(fault)", at: now)
        case .refused(let index, _, _, let refusal, _): processors[index].failed("\(refusal)", at: now)
        case .parkingFailed(let index, let text, _): processors[index].failed("parking failed: \(text)", at: now)
        case .setAside(let index, _, let text): processors[index].failed("cannot be parked: \(text)", at: now)
        case .rejectedInCircle(let index, _, let refusal, let turns, _, _):
            processors[index].failed("\(refusal)", at: now)
            processors[index].circle = (turns, now)
        case .emitFailing(let index, let text, _, _): processors[index].failed("onward messages: \(text)", at: now)
        case .notReady(let index, let text, _, _): processors[index].failed(text, at: now)
        case .databaseLost, .databaseBack, .targetLost, .targetBack, .emitBack, .holding, .returning, .keeping, .nearLimit,
            .outcomeUnknown, .requestRejected, .fellApart:
            break
        }
    }

    /// All faults of the pipeline.
    mutating func learn(_ faults: StandingFaults, at now: ClockReading) {
        // An outage ends with an answer.
        if self.faults.database != nil, faults.database == nil { hasAnswered = true }
        self.faults = faults
        for index in processors.indices {
            processors[index].faults = faults.processors.indices.contains(index) ? faults.processors[index] : StandingFaults.Processor()
        }
        judgeDatabase(at: now)
        noticeStates(at: now)
    }

    /// The database was asked for its version.
    mutating func learn(_ answer: Result<VersionReport, RequestFailure>, at now: ClockReading) {
        switch answer {
        case .success(let report):
            (database.version, startFault, hasAnswered) = (report.version.map { "\($0)" }, nil, true)
            isVersionHidden = report.version == nil
        case .failure(let failure): startFault = failure.fault
        }
        judgeDatabase(at: now)
        noticeStates(at: now)
    }

    /// The engine was looked at. `isAnswering`: its database has answered it.
    mutating func sample(_ snapshot: PipelineSnapshot, isAnswering: Bool, at now: ClockReading) {
        self.snapshot = snapshot
        hasAnswered = hasAnswered || isAnswering
        learn(snapshot.faults, at: now)
        sample(snapshot.counters, snapshot.holdings, waiting: snapshot.waiting, isHolding: snapshot.isHolding, at: now)
        let (count, documents) = (snapshot.batchDocuments.count, Int(clamping: snapshot.batchDocuments.sum))
        if count > requests.count { documentsPerRequest = Double(documents - requests.documents) / Double(count - requests.count) }
        requests = (count, documents)
    }

    /// Each processor was looked at. `isHolding`: reading pauses, because `[rabbitmq] hold` is reached: that nothing is delivered is our doing.
    mutating func sample(
        _ counters: PerSubscription<Counters>, _ holdings: PerSubscription<Holding>, waiting: PerSubscription<Int> = [],
        isHolding: Bool = false, at now: ClockReading
    ) {
        for index in processors.indices where counters.indices.contains(index) {
            let waiting = waiting.indices.contains(index) ? waiting[index] : 0
            processors[index].sample(counters[index], holdings[index], waiting: waiting, at: now)
        }
        if isHolding { for index in processors.indices { processors[index].suppliedAt = now } }
        noticeStates(at: now)
    }

    /// The orderly stop has begun.
    mutating func beginStop() { phase = .stopping }

    /// State of a processor, and since when.
    func state(of index: SubscriptionID) -> (state: ProcessorStatus.State, since: ClockReading) { states[index] }

    mutating func noticeStates(at now: ClockReading) {
        for index in processors.indices {
            let state = currentState(of: index)
            if state != states[index].state { states[index] = (state, pauses[processors[index].settings.name]?.since ?? now) }
        }
    }

    private mutating func judgeDatabase(at now: ClockReading) {
        if let text = faults.database?.text ?? startFault.map({ "\($0)" }) {
            database.set(.away, text, remedy: (faults.database?.fault ?? startFault).flatMap(DatabaseRemedy.text), at: now)
        } else {
            database.set(hasAnswered ? .up : .unknown, at: now)
        }
    }
}

/// What is known of RabbitMQ, or of ArangoDB as a whole.
struct ServerCondition: Sendable {
    var state = ServerStatus.State.unknown
    var since: ClockReading
    var endpoint: String
    var version: String?
    var reason: String?
    /// What somebody can do about it; `nil` if nothing is known to help but time.
    var remedy: String?

    /// Reason and remedy.
    var explanation: String? { reason.map { reason in remedy.map { "\(reason). \($0)" } ?? reason } }

    init(endpoint: String, at now: ClockReading) {
        self.endpoint = endpoint
        since = now
    }

    mutating func set(_ state: ServerStatus.State, _ reason: String? = nil, remedy: String? = nil, at now: ClockReading) {
        if state != self.state { since = now }
        (self.state, self.reason, self.remedy) = (state, reason, remedy)
    }
}
