import Formats
import Messages
import Schedules
import Settings

@testable import Mapping
@testable import Pipeline

/// A whole world around one ``PipelineMachine``: queues, a database and a dead-letter exchange that misbehave as the seed says, under a virtual clock.
///
/// The same seed is the same schedule, event for event.
struct Simulation {
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    enum Happening {
        case deliver(SubscriptionID)
        case close(SubscriptionID)
        case open(SubscriptionID)
        case arrive(WriteBatch)
        case answer(RequestID, WriteReply)
        case arriveRead(ReadBatch)
        case answerRead(RequestID, ReadReply)
        case confirm(SubscriptionID, [ParkOrder])
        case tell(SubscriptionID, [OnwardOrder])
        case answerProbe
        case answerProof(WriteProof)
        case consume(SubscriptionID, Consuming)
        case answerQuestions([ReadinessQuestion])
        case reconfigure(SubscriptionID)
        case wake
    }

    let prefetch: Int
    let hasVersions: Bool
    private let conflates: Bool
    var random: SplitMix
    var machine: PipelineMachine
    private var now = ContinuousClock.now
    private let faultsEnd: ContinuousClock.Instant
    private var agenda = Agenda<ContinuousClock.Instant, Happening>()
    private var nextWake: ContinuousClock.Instant?
    var messages: [Message] = []
    var queues: PerSubscription<[Int]> = [[], []]
    var channels: PerSubscription = [Channel(), Channel()]
    var documents: [String: Stored] = [:]
    var keysInFlight: Set<String> = []
    /// The keys of each request that is in flight.
    var claims: [RequestID: Set<String>] = [:]
    var isAway = false
    /// Writes get no answer and are not done, while reading works.
    var isHanging = false
    /// The dead-letter queues of these processors take nothing.
    var withoutDeadLetters: Set<SubscriptionID> = []
    /// The onward messages of these processors, and where publishing fails.
    var onwardQueue: [SubscriptionID: OnwardPlan] = [:]
    var withoutExchange: Set<SubscriptionID> = []
    var unroutable: Set<String> = []
    /// Only the database as a whole fails, never a message: then only what is poison or illegal may be parked.
    let isBlameless: Bool
    private var consuming: PerSubscription<Consuming> = [.off, .off]
    private let connections: Int
    private var settings: Settings
    /// Their channels are closed for a change of the settings.
    private var leaving: Set<SubscriptionID> = []
    /// Changes of the settings that were made.
    private(set) var reconfigurations = 0

    /// A world from a seed: up to 120 messages over two queues and a few hot documents, faults for the first 60 seconds.
    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        var settings = Settings()
        prefetch = Int.random(in: 1...40, using: &random)
        hasVersions = Bool.random(using: &random)
        conflates = Bool.random(using: &random)
        isBlameless = Bool.random(using: &random)
        settings.rabbitmq.prefetch = UInt16(prefetch)
        settings.rabbitmq.holdBytes = Int.random(in: 200...5000, using: &random)
        settings.arangodb.connections = Int.random(in: 1...4, using: &random)
        settings.batch.documents = Int.random(in: 1...20, using: &random)
        settings.verify = VerifyMode.allCases.randomElement(using: &random) ?? .doubt
        settings.retry.attempts = Int.random(in: 1...5, using: &random)
        for name in ["a", "b"] {
            var processor = ProcessorSettings(name: name, queue: name, operation: .update, collection: "c", key: JSONPointer())
            processor.conflate = conflates
            settings.processors.append(processor)
        }
        for processor in queues.indices where Double.random(in: 0..<1, using: &random) < 0.4 {
            guard let emit = try? EmitSettings(exchange: "x", routingKey: RoutingKeyTemplate("k")) else { continue }
            settings.processors[processor.rawValue].emit = emit
            onwardQueue[processor] = OnwardPlan(OnwardFormat(emit, of: settings.processors[processor.rawValue]), routingKey: "k")
        }
        connections = settings.arangodb.connections
        self.settings = settings
        let longestHold = Duration.seconds(Double.random(in: 0.5...20, using: &random))
        machine = PipelineMachine(settings: settings, seed: seed, longestHold: longestHold)
        faultsEnd = now + .seconds(60)
        let keys = Int.random(in: 1...12, using: &random)
        for index in 0..<Int.random(in: 1...120, using: &random) {
            // Without versions a document belongs to one queue: between two, RabbitMQ promises no order.
            let key = Int.random(in: 0..<keys, using: &random)
            let processor = SubscriptionID(rawValue: hasVersions ? Int.random(in: 0...1, using: &random) : key % 2)
            messages.append(
                Message(
                    processor: processor, key: "k\(key)", version: hasVersions ? UInt64.random(in: 1...50, using: &random) : nil,
                    isPoison: chance(0.03), isIllegal: chance(0.03)))
            queues[processor].append(index)
        }
        for processor in queues.indices {
            for _ in 0..<Int.random(in: 0...4, using: &random) { plan(.close(processor), in: 0...60) }
            for _ in 0..<Int.random(in: 0...2, using: &random) { plan(.reconfigure(processor), in: 0...60) }
        }
    }

    /// Runs to the end. Throws the first ``Violation`` of an invariant.
    mutating func run() throws {
        var steps = 0
        try perform(.woke)
        while let next = agenda.next() {
            now = max(now, next.time)
            try happen(next.event)
            steps += 1
            guard steps < 200_000 else {
                throw Violation(description: "no end after \(steps) steps: \(messages.count { !$0.isAcknowledged }) open")
            }
        }
        try checkEnd()
    }

    private mutating func happen(_ what: Happening) throws {
        switch what {
        case .open(let processor):
            guard isTaking(processor), !channels[processor].isOpen, !leaving.contains(processor) else { return }
            channels[processor] = Channel(session: channels[processor].session + 1, isOpen: true)
            try perform(.subscribed(processor, session(processor)))
            plan(.deliver(processor), in: 0...0.01)
        case .close(let processor):
            guard channels[processor].isOpen else { return }
            channels[processor].isOpen = false
            // RabbitMQ puts unacknowledged messages back to their positions.
            queues[processor] = (Array(channels[processor].unacknowledged.values) + queues[processor]).sorted()
            try perform(.unsubscribed(processor, session(processor), isLost: consuming[processor] != .off && !leaving.contains(processor)))
            plan(.open(processor), in: 0...2)
        case .deliver(let processor): try deliver(processor)
        case .arrive(let batch): arrive(batch)
        case .answer(let id, let reply):
            let queueTime: Duration = hasFaults ? .milliseconds(Int.random(in: 0...150, using: &random)) : .zero
            try perform(.replied(id, reply, queueTime: queueTime))
        case .arriveRead(let batch): arriveRead(batch)
        case .answerRead(let id, let reply): try perform(.readBack(id, reply))
        case .confirm(let processor, let orders): try confirm(processor, orders)
        case .tell(let processor, let orders): try tell(processor, orders)
        case .answerProof(let proof): try perform(.proved(proof, answer(to: proof)))
        case .answerProbe: try perform(.probed(hasFaults && isAway && chance(0.7) ? .outage(Fault(message: "simulated")) : nil))
        case .consume(let processor, let wanted):
            consuming[processor] = wanted
            if wanted == .off { try happen(.close(processor)) }
            if isTaking(processor) {
                try happen(.open(processor))
                plan(.deliver(processor), in: 0...0.01)
            }
        case .answerQuestions(let questions):
            let isUnanswered = hasFaults && isAway && chance(0.7)
            let lacks = questions.map(\.processor).filter { hasFaults && (withoutExchange.contains($0) || chance(0.1)) }
            let answer = Dictionary(uniqueKeysWithValues: lacks.map { ($0, "simulated") })
            try perform(.answered(questions, isUnanswered ? .failure(.outage(Fault(message: "simulated"))) : .success(answer)))
        case .reconfigure(let processor):
            leaving.insert(processor)
            try happen(.close(processor))
            // What is in flight comes back first.
            guard machine.held(of: processor) == 0 else { return plan(.reconfigure(processor), in: 0...0.2) }
            reconfigure(processor)
            leaving.remove(processor)
            try perform(.woke)
            plan(.open(processor), in: 0...0.1)
        case .wake:
            nextWake = nil
            try perform(.woke)
        }
    }

    mutating func perform(_ event: PipelineMachine.Event) throws {
        if case .replied(let id, _, _) = event { release(id) }
        try perform([event])
    }

    mutating func perform(_ events: [PipelineMachine.Event]) throws {
        for action in machine.handle(events, at: now) {
            switch action {
            case .write(let batch):
                try claim(batch)
                plan(.arrive(batch), in: 0...0.1)
            case .read(let batch): plan(.arriveRead(batch), in: 0...0.1)
            case .sweep: throw Violation(description: "there are no edges here")
            case .park(let processor, let orders): plan(.confirm(processor, orders), in: 0...0.2)
            case .emit(let processor, let orders): plan(.tell(processor, orders), in: 0...0.2)
            case .acknowledge(let list): for acknowledgement in list { try acknowledge(acknowledgement) }
            case .prove(let proof): plan(.answerProof(proof), in: 0...0.2)
            case .probe: plan(.answerProbe, in: 0...0.2)
            case .setConsuming(let processor, let consuming): plan(.consume(processor, consuming), in: 0...0)
            case .ask(let questions): plan(.answerQuestions(questions), in: 0...0.2)
            case .setReading, .note: break
            }
        }
        let violations = machine.violations()
        guard violations.isEmpty else { throw Violation(description: violations.joined(separator: "; ")) }
        if let wake = machine.nextWake, nextWake.map({ wake < $0 }) ?? true {
            nextWake = wake
            agenda.plan(.wake, at: wake)
        }
        let held = machine.lanes.count + machine.parking.count
        // Of a closed channel, only what is in flight or being published may be left.
        let bound = 2 * prefetch + connections * 20 + ParkingQueue.bulkBound + 2 * OnwardLine.bulkBound
        guard held <= bound else { throw Violation(description: "\(held) held, at most \(bound) can be") }
    }

    /// Another processor gets the subscription, and bounds change for all.
    private mutating func reconfigure(_ processor: SubscriptionID) {
        reconfigurations += 1
        settings.processors[processor.rawValue].name += "'"
        settings.processors[processor.rawValue].verify = VerifyMode.allCases.randomElement(using: &random)
        settings.rabbitmq.holdBytes = Int.random(in: 200...5000, using: &random)
        settings.batch.documents = Int.random(in: 1...20, using: &random)
        settings.retry.attempts = Int.random(in: 1...5, using: &random)
        machine.configure(settings, subscriptions: [0, 1])
    }

    /// Deliveries are wanted of this processor.
    func isTaking(_ processor: SubscriptionID) -> Bool { consuming[processor] == .on || consuming[processor] == .trial }

    var hasFaults: Bool { now < faultsEnd }

    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    mutating func plan(_ what: Happening, in seconds: ClosedRange<Double>) {
        agenda.plan(what, at: now + .seconds(Double.random(in: seconds, using: &random)))
    }
}
