import Messages
import Schedules
import Settings

@testable import Mapping
@testable import Pipeline

/// One or two instances over the same queues and database: random edge sets, crashes between any two steps, lost and late answers.
///
/// The same seed is the same schedule, event for event.
struct EdgeSimulation {
    private typealias Message = EdgeScenario.Message

    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    private struct Channel {
        var session: UInt64 = 0
        var isOpen = false
        var nextTag: UInt64 = 1
        var unacknowledged: [UInt64: Int] = [:]
    }
    private struct Instance {
        var machine: PipelineMachine
        var channels: PerSubscription<Channel>
        /// Rises with every crash: what belongs to an earlier life is over.
        var life = 0
        var nextWake: ContinuousClock.Instant?
        var requests: [RequestID: WriteBatch] = [:]
        var consuming: [SubscriptionID: Consuming] = [:]
    }
    private enum Happening {
        case open(SubscriptionID), close(SubscriptionID), deliver(SubscriptionID)
        case crash
        case arrive(WriteBatch), answer(RequestID, WriteReply)
        case read(ReadBatch), answerRead(RequestID, ReadReply)
        case look(EdgeSweep), remove(EdgeSweep, [(key: String, revision: Int)]), answerSweep(RequestID, SweepReply)
        case answerProbe, answerProof(WriteProof), answerQuestions([ReadinessQuestion]), consume(SubscriptionID, Consuming), wake
    }
    private struct Planned {
        let instance: Int
        /// Nothing happens in another life than this; `nil` if it happens in any.
        let life: Int?
        let what: Happening
    }

    private let settings: Settings
    private let prefetch: Int
    private var mappers: PerSubscription<Mapper>
    private var random: SplitMix
    private var now = ContinuousClock.now
    private let faultsEnd: ContinuousClock.Instant
    private var agenda = Agenda<ContinuousClock.Instant, Planned>()
    private var messages: [Message] = []
    private var queues: PerSubscription<[Int]>
    private var instances: [Instance] = []
    private var world = EdgeWorld()

    /// The scenario of this seed; faults and crashes for the first 20 seconds.
    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        let scenario = EdgeScenario(using: &random)
        (settings, prefetch, messages) = (scenario.settings, scenario.prefetch, scenario.messages)
        mappers = PerSubscription(settings.processors.indices.map { Mapper(settings: scenario.settings, processor: $0) })
        queues = PerSubscription(repeating: [], count: settings.processors.count)
        for (index, message) in messages.enumerated() { queues[message.processor].append(index) }
        faultsEnd = now + .seconds(20)
        for instance in 0..<scenario.instances {
            let machine = PipelineMachine(settings: settings, seed: seed, longestHold: .seconds(5))
            instances.append(Instance(machine: machine, channels: PerSubscription(repeating: Channel(), count: settings.processors.count)))
            plan(.wake, instance, in: 0...0.1)
            for _ in 0..<Int.random(in: 0...3, using: &random) { plan(.crash, instance, in: 0...20, ofAnyLife: true) }
            for processor in mappers.indices {
                for _ in 0..<Int.random(in: 0...2, using: &random) { plan(.close(processor), instance, in: 0...20, ofAnyLife: true) }
            }
        }
    }

    /// Runs to the end. Throws what is not as the model says.
    mutating func run() throws {
        var steps = 0
        while let (time, next) = agenda.next() {
            now = max(now, time)
            guard next.life == nil || next.life == instances[next.instance].life else { continue }
            try happen(next.what, next.instance)
            steps += 1
            guard steps < 200_000 else {
                throw Violation(description: "no end after \(steps) steps: \(messages.count { !$0.isAcknowledged }) open")
            }
        }
        try checkEnd()
    }

    private mutating func happen(_ what: Happening, _ instance: Int) throws {
        let fault = Fault(message: "simulated")
        switch what {
        case .open(let processor): try open(processor, instance)
        case .close(let processor): try close(processor, instance)
        case .deliver(let processor): try deliver(processor, instance)
        case .crash: crash(instance)
        case .arrive(let batch):
            let reply: WriteReply
            if chance(0.05) {
                reply = .failure(.outage(fault))
            } else if chance(0.05) {
                reply = .failure(.rejected(fault))
            } else if chance(0.05) {
                // Done in part, without an answer.
                for write in batch.writes.prefix(Int.random(in: 0...batch.writes.count, using: &random)) { _ = apply(write) }
                reply = .failure(.unknown(fault))
            } else {
                reply = .success(batch.writes.map { apply($0) })
            }
            instances[instance].requests[batch.id] = nil
            // A single rejected write would be parked; there the database only fails for now.
            let isAlone = batch.writes.count == 1
            plan(.answer(batch.id, isAlone && reply.isRejected ? .success([.transient(fault)]) : reply), instance, in: 0...0.3)
        case .answer(let id, let reply): try perform(.replied(id, reply, queueTime: .zero), instance)
        case .read(let batch):
            let states = zip(batch.keys, batch.markers + Array(repeating: nil, count: batch.keys.count)).map { key, marker in
                world.state(of: key, in: batch.collection, marker: marker)
            }
            plan(.answerRead(batch.id, chance(0.1) ? .failure(.unknown(fault)) : .success(states)), instance, in: 0...0.3)
        case .answerRead(let id, let reply): try perform(.readBack(id, reply), instance)
        case .look(let sweep):
            guard !chance(0.1) else { return plan(.answerSweep(sweep.id, .failure(.unknown(fault))), instance, in: 0...0.1) }
            plan(.remove(sweep, world.look(sweep)), instance, in: 0...0.3)
        case .remove(let sweep, let seen):
            let isCutShort = chance(0.1)
            let count = isCutShort ? Int.random(in: 0...seen.count, using: &random) : seen.count
            let outcome = world.remove(seen.prefix(count))
            plan(.answerSweep(sweep.id, isCutShort ? .failure(.unknown(fault)) : .success(outcome)), instance, in: 0...0.3)
        case .answerSweep(let id, let reply): try perform(.swept(id, reply), instance)
        case .answerProof(let proof):
            let failure: RequestFailure? = chance(0.05) ? .unknown(fault) : chance(0.05) ? .failing(fault) : nil
            try perform(.proved(proof, failure), instance)
        case .answerProbe: try perform(.probed(nil), instance)
        case .answerQuestions(let questions): try perform(.answered(questions, .success([:])), instance)
        case .consume(let processor, let wanted):
            instances[instance].consuming[processor] = wanted
            if wanted == .off { try close(processor, instance) }
            if wanted == .on || wanted == .trial { try open(processor, instance) }
        case .wake:
            instances[instance].nextWake = nil
            try perform(.woke, instance)
        }
    }

    private mutating func apply(_ write: PlannedWrite) -> Outcome {
        if chance(0.03) { return .transient(Fault(message: "simulated")) }
        if chance(0.03) { return .conflict(Fault(message: "simulated")) }
        return world.apply(write, message: id(write.delivery))
    }

    /// The process ends. What it had sent is done now, in part, or never.
    private mutating func crash(_ instance: Int) {
        for batch in instances[instance].requests.values.sorted(by: { $0.id < $1.id }) where Bool.random(using: &random) {
            for write in batch.writes.prefix(Int.random(in: 0...batch.writes.count, using: &random)) { _ = apply(write) }
        }
        for processor in mappers.indices {
            let returned = instances[instance].channels[processor].unacknowledged.values
            queues[processor] = (queues[processor] + returned).sorted()
        }
        let life = instances[instance].life + 1
        instances[instance] = Instance(
            machine: PipelineMachine(settings: settings, seed: UInt64(agenda.planned), longestHold: .seconds(5)),
            channels: PerSubscription(repeating: Channel(), count: settings.processors.count), life: life)
        plan(.wake, instance, in: 0...1)
    }

    private mutating func open(_ processor: SubscriptionID, _ instance: Int) throws {
        guard !instances[instance].channels[processor].isOpen, let wanted = instances[instance].consuming[processor], wanted != .off,
            wanted != .kept
        else { return }
        let session = instances[instance].channels[processor].session + 1
        instances[instance].channels[processor] = Channel(session: session, isOpen: true)
        try perform(.subscribed(processor, SessionID(rawValue: session)), instance)
        plan(.deliver(processor), instance, in: 0...0.01)
    }

    private mutating func close(_ processor: SubscriptionID, _ instance: Int) throws {
        let channel = instances[instance].channels[processor]
        guard channel.isOpen else { return }
        instances[instance].channels[processor].isOpen = false
        queues[processor] = (queues[processor] + channel.unacknowledged.values).sorted()
        instances[instance].channels[processor].unacknowledged = [:]
        let isLost = instances[instance].consuming[processor] != .off
        try perform(.unsubscribed(processor, SessionID(rawValue: channel.session), isLost: isLost), instance)
        plan(.open(processor), instance, in: 0...1)
    }

    private mutating func deliver(_ processor: SubscriptionID, _ instance: Int) throws {
        var channel = instances[instance].channels[processor]
        guard channel.isOpen else { return }
        let count = min(prefetch - channel.unacknowledged.count, queues[processor].count, Int.random(in: 1...10, using: &random))
        if count > 0 {
            let bulk = queues[processor].prefix(count).map { id in
                let body = messages[id].body
                let delivery = Delivery(
                    tag: DeliveryTag(rawValue: channel.nextTag), redelivered: messages[id].wasDelivered,
                    route: Route(exchange: "", routingKey: "\(id)"), contentEncoding: .identity, timestamp: nil, bytes: body,
                    bodyBytes: body.count)
                messages[id].wasDelivered = true
                channel.unacknowledged[channel.nextTag] = id
                channel.nextTag += 1
                return (delivery, mappers[processor].plan(delivery, receivedAt: 0))
            }
            queues[processor].removeFirst(count)
            instances[instance].channels[processor] = channel
            try perform(.received(processor, SessionID(rawValue: channel.session), bulk), instance)
        }
        // Another instance may return something at any time.
        if messages.contains(where: { $0.processor == processor && !$0.isAcknowledged }) {
            plan(.deliver(processor), instance, in: 0.1...0.5)
        }
    }

    private mutating func perform(_ event: PipelineMachine.Event, _ instance: Int) throws {
        for action in instances[instance].machine.handle(event, at: now) {
            switch action {
            case .write(let batch):
                instances[instance].requests[batch.id] = batch
                plan(.arrive(batch), instance, in: 0...0.3)
            case .read(let batch): plan(.read(batch), instance, in: 0...0.3)
            case .sweep(let sweep): plan(.look(sweep), instance, in: 0...0.3)
            case .park(_, let orders): throw Violation(description: "message \(id(orders[0].delivery)) parked: \(orders[0].refusal)")
            case .emit: throw Violation(description: "nobody is to be told here")
            case .acknowledge(let list): for acknowledgement in list { try acknowledge(acknowledgement, instance) }
            case .prove(let proof): plan(.answerProof(proof), instance, in: 0...0.2)
            case .probe: plan(.answerProbe, instance, in: 0...0.2)
            case .setConsuming(let processor, let consuming): plan(.consume(processor, consuming), instance, in: 0...0)
            case .ask(let questions): plan(.answerQuestions(questions), instance, in: 0...0.2)
            case .setReading, .note: break
            }
        }
        let violations = instances[instance].machine.violations()
        guard violations.isEmpty else { throw Violation(description: violations.joined(separator: "; ")) }
        if let wake = instances[instance].machine.nextWake, instances[instance].nextWake.map({ wake < $0 }) ?? true {
            instances[instance].nextWake = wake
            agenda.plan(Planned(instance: instance, life: instances[instance].life, what: .wake), at: wake)
        }
    }

    private mutating func acknowledge(_ acknowledgement: Acknowledgement, _ instance: Int) throws {
        let processor = acknowledgement.processor
        let channel = instances[instance].channels[processor]
        let tags: [UInt64] =
            switch acknowledgement.kind {
            case .through(let last): channel.unacknowledged.keys.filter { $0 <= last.rawValue }
            case .each(let list), .reject(let list): list.map(\.rawValue)
            }
        for tag in tags {
            guard let id = instances[instance].channels[processor].unacknowledged.removeValue(forKey: tag) else {
                throw Violation(description: "unknown delivery tag \(tag)")
            }
            messages[id].isAcknowledged = true
        }
    }

    /// The edges of a company are those of the message that it says they are of, and its version is the highest that came.
    private func checkEnd() throws {
        if let lost = messages.firstIndex(where: { !$0.isAcknowledged }) {
            throw Violation(description: "message \(lost) was never settled")
        }
        for instance in instances where !instance.machine.isIdle || instance.machine.heldBytes != 0 {
            throw Violation(description: "idle, but something is held")
        }
        for (key, list) in Dictionary(grouping: messages, by: \.company) {
            guard let company = world.companies[key] else { throw Violation(description: "company \(key) is gone") }
            guard company.version == list.compactMap(\.version).max() else {
                throw Violation(description: "company \(key) has version \(company.version ?? 0)")
            }
            let truth: Message? =
                company.version == nil
                ? list.last : list.first { $0.version == company.markers["edges_of_sync"] && $0.version != nil }
            let found = world.edges.filter { $0.value.owner == key }
            let expected = Set((truth?.relations ?? []).map { "companies:\(key):companies:\($0)" })
            guard Set(found.keys) == expected, found.values.allSatisfy({ $0.version == truth?.version }) else {
                throw Violation(description: "company \(key) has edges \(found.keys.sorted()), expected \(expected.sorted())")
            }
        }
    }

    private mutating func chance(_ probability: Double) -> Bool {
        now < faultsEnd && Double.random(in: 0..<1, using: &random) < probability
    }

    private mutating func plan(_ what: Happening, _ instance: Int, in seconds: ClosedRange<Double>, ofAnyLife: Bool = false) {
        let life = ofAnyLife || instance >= instances.count ? nil : instances[instance].life
        let time = now + .seconds(Double.random(in: seconds, using: &random))
        agenda.plan(Planned(instance: instance, life: life, what: what), at: time)
    }

    private func id(_ delivery: Delivery) -> Int { Int(delivery.route.routingKey) ?? -1 }
}

extension Result where Failure == RequestFailure {
    fileprivate var isRejected: Bool { if case .failure(.rejected) = self { true } else { false } }
}
