internal import Broker
internal import Control
internal import Mapping
internal import Pipeline
internal import Settings
internal import Store

/// All that `warren status` shows, as facts. A value: what the parts report goes in, a ``StatusReport`` comes out.
struct ServiceState: Sendable {
    private(set) var phase = ServiceStatus.State.starting
    /// By place; see ``SubscriptionTable``.
    var processors: [ProcessorState]
    /// The places of each processor, in the order of the settings.
    private(set) var groups: [[ProcessorIndex]]
    var places: [ProcessorIndex] { groups.flatMap(\.self) }
    private(set) var broker: ServerCondition
    private(set) var database: ServerCondition
    /// Collections that take no writes until somebody acts, and why.
    private(set) var lostCollections: [Exact<String>: String] = [:]
    /// Why nothing can be written in the state directory.
    var recordFault: ProcessRecord.Fault?
    private(set) var snapshot: PipelineSnapshot?
    private(set) var documentsPerRequest: Double?
    let began: ClockReading
    private(set) var settings: Settings
    /// State of each processor since when, so that a state that stays keeps its time.
    private var states: [(state: ProcessorStatus.State, since: ClockReading)]
    /// Reading pauses, because `[rabbitmq] hold` is reached: that nothing is delivered is our doing.
    private var isHolding = false
    private var requests = (count: 0, documents: 0)

    /// Nothing is known yet.
    init(settings: Settings, at now: ClockReading) {
        self.settings = settings
        began = now
        let table = SubscriptionTable(settings)
        processors = zip(table.processors, table.queues).map { processor, queue in
            ProcessorState(settings: processor, queue: queue, prefetch: Int(processor.prefetch ?? settings.rabbitmq.prefetch), at: now)
        }
        groups = table.groups
        states = processors.map { _ in (.subscribing, now) }
        broker = ServerCondition(endpoint: settings.rabbitmq.endpoints.first.map { "\($0.host):\($0.port)" } ?? "", at: now)
        database = ServerCondition(endpoint: settings.arangodb.endpoints.first ?? "", at: now)
    }

    /// The consumer told something. Bulks of deliveries are not for here: they are counted by the pipeline.
    mutating func learn(_ event: ConsumerEvent, at now: ClockReading) {
        switch event {
        case .connected(let endpoint, let version, _):
            (broker.endpoint, broker.version) = (endpoint, version)
            broker.set(.up, at: now)
            phase = phase == .starting ? .running : phase
        case .waiting(let error, _):
            broker.endpoint = error.endpoint
            broker.set(.away, error.advice == .intervene ? error.explanation : error.fault, at: now)
            phase = phase == .starting ? .running : phase
            for index in processors.indices { processors[index].set(.none, at: now) }
        case .subscribed(let index, _), .resumed(let index, _):
            processors[index].obstacle = nil
            processors[index].set(.subscribed, at: now)
        case .unsubscribed(let index, _, let error):
            processors[index].set(.none, at: now)
            // RabbitMQ delivers them again, and it will show what becomes of them.
            processors[index].setAside = nil
            if let error { processors[index].failed(error.fault, at: now) }
        case .subscribeFailed(let index, let error, _):
            processors[index].failed(error.fault, at: now)
            if case .failed = processors[index].subscription { break }
            processors[index].set(.failed(error), at: now)
        case .unproven(let index, let ready): processors[index].subscription = .unproven(ready: ready)
        case .depth(let index, let depth): processors[index].sample(depth, at: now)
        case .deliveries: break
        }
        noticeStates(at: now)
    }

    /// Other settings are in force. What is known of a processor that is still there is kept, wherever its place is now.
    mutating func adopt(_ table: SubscriptionTable, at now: ClockReading) {
        let known = Dictionary(
            uniqueKeysWithValues: places.map {
                (Self.identity(processors[$0].settings, processors[$0].queue), (processors[$0], states[$0]))
            }
        )
        settings = table.settings
        groups = table.groups
        let seated = zip(table.processors, table.queues)
        processors = seated.map { occupant, queue in
            let prefetch = Int(occupant.prefetch ?? settings.rabbitmq.prefetch)
            var facts =
                known[Self.identity(occupant, queue)]?.0 ?? ProcessorState(settings: occupant, queue: queue, prefetch: prefetch, at: now)
            (facts.settings, facts.prefetch) = (occupant, prefetch)
            return facts
        }
        states = seated.map { known[Self.identity($0, $1)]?.1 ?? (.subscribing, now) }
        noticeStates(at: now)
    }

    private static func identity(_ processor: ProcessorSettings, _ queue: SubscriptionTable.SubscribedQueue) -> String {
        "\(processor.name) \(queue.name)"
    }

    /// An administrator wants something of a processor.
    mutating func set(_ intent: ProcessorState.Intent, of place: ProcessorIndex, at now: ClockReading) {
        processors[place].intent = intent
        noticeStates(at: now)
    }

    /// The pipeline told something.
    mutating func learn(_ note: PipelineEvent, at now: ClockReading) {
        switch note {
        case .databaseLost(let fault): database.set(.away, "\(fault)", at: now)
        case .databaseBack: database.set(.up, at: now)
        case .targetLost(let target, let fault): lostCollections[Exact(target.collection)] = "\(fault)"
        case .targetBack(let target, _): lostCollections[Exact(target.collection)] = nil
        case .retrying(let write, _, _, _, let fault), .turnedAway(let write, let fault):
            processors[write.processor].failed("\(write.target.collection)/\(write.key.text): \(fault)", at: now)
        case .refused(let index, _, let refusal, _): processors[index].failed("\(refusal)", at: now)
        case .parkingFailed(let index, let text, _):
            processors[index].failed("parking failed: \(text)", at: now)
            processors[index].parkingFailure = processors[index].parkingFailure.map { (text, $0.since) } ?? (text, now)
        case .setAside(let index, _, let text):
            processors[index].failed("cannot be parked: \(text)", at: now)
            processors[index].setAside = (text, (processors[index].setAside?.count ?? 0) + 1)
        case .rejectedInCircle(let index, _, let refusal, let turns, _, _):
            processors[index].failed("\(refusal)", at: now)
            processors[index].circle = (turns, now)
        case .emitFailing(let index, let text, _, _):
            processors[index].failed("onward messages: \(text)", at: now)
            processors[index].emitFailure = (text, processors[index].emitFailure?.since ?? now)
        case .emitBack(let index, _): processors[index].emitFailure = nil
        case .notReady(let index, let text, _, _):
            processors[index].failed(text, at: now)
            processors[index].obstacle = (text, processors[index].obstacle?.since ?? now)
        case .returning, .keeping, .nearLimit, .outcomeUnknown, .requestRejected, .fellApart: break
        case .holding(let isOn, _): isHolding = isOn
        }
        noticeStates(at: now)
    }

    /// The database was asked for its version.
    mutating func learn(_ answer: Result<ServerVersion, RequestFailure>, at now: ClockReading) {
        switch answer {
        case .success(let version):
            database.version = "\(version)"
            database.set(.up, at: now)
        case .failure(let failure): database.set(.away, "\(failure.fault)", at: now)
        }
    }

    /// The pipeline was looked at.
    mutating func sample(_ snapshot: PipelineSnapshot, at now: ClockReading) {
        self.snapshot = snapshot
        sample(snapshot.counters, snapshot.holdings, at: now)
        let (count, documents) = (snapshot.batchDocuments.count, Int(clamping: snapshot.batchDocuments.sum))
        if count > requests.count { documentsPerRequest = Double(documents - requests.documents) / Double(count - requests.count) }
        requests = (count, documents)
    }

    /// The same of each processor.
    mutating func sample(_ counters: [Counters], _ holdings: [Holding], at now: ClockReading) {
        for (index, (counters, holding)) in zip(counters, holdings).enumerated() where processors.indices.contains(index) {
            processors[index].sample(counters, holding, at: now)
        }
        if isHolding { for index in processors.indices { processors[index].suppliedAt = now } }
        // Evidence beats hearsay: an answered write says that the database is there.
        if database.state == .unknown, processors.contains(where: { $0.lastStored != nil }) { database.set(.up, at: now) }
        noticeStates(at: now)
    }

    /// The orderly stop has begun.
    mutating func beginStop() { phase = .stopping }

    /// State of a processor, and since when.
    func state(of index: ProcessorIndex) -> (state: ProcessorStatus.State, since: ClockReading) { states[index] }

    mutating func noticeStates(at now: ClockReading) {
        for index in processors.indices {
            let state = currentState(of: index)
            if state != states[index].state { states[index] = (state, now) }
        }
    }
}
