import HeapModule
import Settings

@testable import Mapping
@testable import Pipeline

/// A whole world around one ``PipelineMachine``: queues, a database and a dead-letter exchange that misbehave as the seed says, under a virtual clock.
///
/// The same seed is the same schedule, event for event.
struct Simulation {
    /// One message of the world, with all that was ever done about it.
    struct Message {
        let processor: ProcessorIndex
        let key: String
        let version: UInt64?
        /// The database refuses it, whatever is tried.
        let isPoison: Bool
        /// Mapping refuses it.
        let isIllegal: Bool
        var isApplied = false
        var isParked = false
        /// Its onward message is with the exchange.
        var isTold = false
        var isAcknowledged = false
    }

    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    private struct Stored {
        var version: UInt64?
        /// The message written last.
        var message: Int
        /// Attributes, with the message each is from.
        var attributes: [String: Int] = [:]
    }
    private struct Channel {
        var session: UInt64 = 0
        var isOpen = false
        var nextTag: UInt64 = 1
        /// Delivered and not acknowledged, by tag.
        var unacknowledged: [UInt64: Int] = [:]
    }
    /// What happens at a time; of equal times the one planned first.
    private struct Planned: Comparable {
        let time: ContinuousClock.Instant
        let order: Int
        let what: Happening

        static func < (left: Planned, right: Planned) -> Bool { (left.time, left.order) < (right.time, right.order) }
        static func == (left: Planned, right: Planned) -> Bool { left.order == right.order }
    }
    private enum Happening {
        case deliver(ProcessorIndex)
        case close(ProcessorIndex)
        case open(ProcessorIndex)
        case arrive(WriteBatch)
        case answer(Int, WriteReply)
        case arriveRead(ReadBatch)
        case answerRead(Int, ReadReply)
        case confirm([ParkOrder])
        case tell(ProcessorIndex, [EmitOrder])
        case answerProbe
        case consume(Bool)
        case reconfigure(ProcessorIndex)
        case wake
    }

    private let prefetch: Int
    private let hasVersions: Bool
    private let conflates: Bool
    private var random: SplitMix
    private var machine: PipelineMachine
    private var now = ContinuousClock.now
    private let faultsEnd: ContinuousClock.Instant
    private var agenda = Heap<Planned>()
    private var order = 0
    private var nextWake: ContinuousClock.Instant?
    private var messages: [Message] = []
    private var queues: [[Int]] = [[], []]
    private var channels = [Channel(), Channel()]
    private var documents: [String: Stored] = [:]
    private var keysInFlight: Set<String> = []
    private var isAway = false
    /// Writes get no answer and are not done, while reading works.
    private var isHanging = false
    /// The dead-letter queues of these processors take nothing.
    private var withoutDeadLetters: Set<ProcessorIndex> = []
    /// The onward messages of these processors: what each tells, and where that does not work.
    private var emissions: [ProcessorIndex: Emission] = [:]
    private var withoutExchange: Set<ProcessorIndex> = []
    private var unroutable: Set<String> = []
    /// Only the database as a whole fails, never a message: then only what is poison or illegal may be parked.
    private let isBlameless: Bool
    private var isConsuming = true
    private let connections: Int
    private var settings: Settings
    /// Their channels are closed for a change of the settings.
    private var leaving: Set<ProcessorIndex> = []
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
        for processor in 0...1 where Double.random(in: 0..<1, using: &random) < 0.4 {
            guard let emit = try? EmitSettings(exchange: "x", routingKey: RoutingKeyTemplate("k")) else { continue }
            settings.processors[processor].emit = emit
            let recipe = EmissionRecipe(emit, of: settings.processors[processor]) { Recipe.Lookup(pointer: $0, node: PointerTree.root) }
            emissions[processor] = Emission(recipe, routingKey: "k")
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
            let processor = hasVersions ? Int.random(in: 0...1, using: &random) : key % 2
            messages.append(
                Message(
                    processor: processor, key: "k\(key)", version: hasVersions ? UInt64.random(in: 1...50, using: &random) : nil,
                    isPoison: chance(0.03), isIllegal: chance(0.03)))
            queues[processor].append(index)
        }
        for processor in 0...1 {
            plan(.open(processor), in: 0...0.1)
            for _ in 0..<Int.random(in: 0...4, using: &random) { plan(.close(processor), in: 0...60) }
            for _ in 0..<Int.random(in: 0...2, using: &random) { plan(.reconfigure(processor), in: 0...60) }
        }
    }

    /// Runs to the end. Throws the first ``Violation`` of an invariant.
    mutating func run() throws {
        var steps = 0
        while let next = agenda.popMin() {
            now = max(now, next.time)
            try happen(next.what)
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
            guard isConsuming, !channels[processor].isOpen, !leaving.contains(processor) else { return }
            channels[processor] = Channel(session: channels[processor].session + 1, isOpen: true)
            try perform(.subscribed(processor, session(processor)))
            plan(.deliver(processor), in: 0...0.01)
        case .close(let processor):
            guard channels[processor].isOpen else { return }
            channels[processor].isOpen = false
            // RabbitMQ puts what was not acknowledged back to its place.
            queues[processor] = (Array(channels[processor].unacknowledged.values) + queues[processor]).sorted()
            try perform(.unsubscribed(processor, session(processor)))
            plan(.open(processor), in: 0...2)
        case .deliver(let processor): try deliver(processor)
        case .arrive(let batch): arrive(batch)
        case .answer(let id, let reply):
            let queueTime: Duration = hasFaults ? .milliseconds(Int.random(in: 0...150, using: &random)) : .zero
            try perform(.replied(id, reply, queueTime: queueTime))
        case .arriveRead(let batch): arriveRead(batch)
        case .answerRead(let id, let reply): try perform(.readBack(id, reply))
        case .confirm(let orders): try confirm(orders)
        case .tell(let processor, let orders): try tell(processor, orders)
        case .answerProbe: try perform(.probed(hasFaults && isAway && chance(0.7) ? .outage(Fault(message: "simulated")) : nil))
        case .consume(let isOn):
            isConsuming = isOn
            for processor in 0...1 { try happen(isOn ? .open(processor) : .close(processor)) }
        case .reconfigure(let processor):
            leaving.insert(processor)
            try happen(.close(processor))
            // What is in flight comes back first.
            guard machine.held(of: processor) == 0 else { return plan(.reconfigure(processor), in: 0...0.2) }
            reconfigure(processor)
            leaving.remove(processor)
            plan(.open(processor), in: 0...0.1)
        case .wake:
            nextWake = nil
            try perform(.woke)
        }
    }

    /// Another processor gets the place, and bounds change for all.
    private mutating func reconfigure(_ processor: ProcessorIndex) {
        reconfigurations += 1
        settings.processors[processor].name += "'"
        settings.processors[processor].verify = VerifyMode.allCases.randomElement(using: &random)
        settings.rabbitmq.holdBytes = Int.random(in: 200...5000, using: &random)
        settings.batch.documents = Int.random(in: 1...20, using: &random)
        settings.retry.attempts = Int.random(in: 1...5, using: &random)
        machine.configure(settings, places: [0, 1])
    }

    /// What the queue has, and sometimes what the other one has as well, in one go.
    private mutating func deliver(_ processor: ProcessorIndex) throws {
        guard let own = takeBulk(processor) else { return }
        let other = chance(0.3) ? takeBulk(1 - processor) : nil
        try perform([own] + [other].compactMap(\.self))
        plan(.deliver(processor), in: 0...0.5)
    }

    private mutating func takeBulk(_ processor: ProcessorIndex) -> PipelineMachine.Event? {
        guard channels[processor].isOpen else { return nil }
        let room = prefetch - channels[processor].unacknowledged.count
        let count = min(room, queues[processor].count, Int.random(in: 1...20, using: &random))
        guard count > 0 else { return nil }
        let bulk = queues[processor].prefix(count).map { id in
            let tag = channels[processor].nextTag
            channels[processor].nextTag += 1
            channels[processor].unacknowledged[tag] = id
            return plan(id, tag: DeliveryTag(rawValue: tag))
        }
        queues[processor].removeFirst(count)
        return .received(processor, session(processor), bulk)
    }

    private func plan(_ id: Int, tag: DeliveryTag) -> (Delivery, Result<PlannedWrite, Refusal>) {
        let message = messages[id]
        let delivery = Delivery(
            tag: tag, redelivered: false, route: Route(exchange: "", routingKey: "\(id)"), contentEncoding: .identity, timestamp: nil,
            bytes: Array(repeating: 0, count: 20), bodyBytes: 20)
        return message.isIllegal ? (delivery, .failure(Refusal(.notJSON, ""))) : (delivery, .success(planned(id, delivery)))
    }

    private func planned(_ id: Int, _ delivery: Delivery) -> PlannedWrite {
        let message = messages[id]
        return PlannedWrite(
            processor: message.processor, delivery: delivery,
            target: WriteTarget(collection: "c", mode: .update, versionAttribute: message.version.map { _ in "version" }),
            key: DocumentKey(legal: message.key), version: message.version,
            document: DocumentText(source: [], runs: [], additions: content(id)), emission: emissions[message.processor])
    }

    /// Each message has an attribute that others have too. Without versions it has one of its own as well, so that it can be seen in a merged
    /// write; with versions some have one that not all newer ones have, so that they must not be folded.
    private func content(_ id: Int) -> [UInt8] {
        let others = hasVersions ? (id % 4 == 0 ? "" : #","rare":\#(id)"#) : #","own\#(id)":\#(id),"third\#(id % 3)":\#(id)"#
        return Array((#""last":\#(id)"# + others).utf8)
    }

    /// The attributes of a write, with the message each is from.
    private func attributes(_ write: PlannedWrite) -> [String: Int] { attributes(of: write.document.additions) }

    private func attributes(of text: [UInt8]) -> [String: Int] {
        let members = String(decoding: text, as: UTF8.self).split(separator: ",").map { $0.split(separator: ":") }
        return Dictionary(uniqueKeysWithValues: members.map { (String($0[0]), Int($0[1]) ?? -1) })
    }

    /// The messages that a write carries.
    private func ids(_ write: PlannedWrite) -> Set<Int> { Set(attributes(write).values) }

    /// A request reaches the database, or not.
    private mutating func arrive(_ batch: WriteBatch) {
        let fault = Fault(message: "simulated")
        if hasFaults, chance(0.05) { isAway.toggle() }
        if hasFaults, !isBlameless, chance(0.05) { isHanging.toggle() }
        if !hasFaults { (isAway, isHanging) = (false, false) }
        let reply: WriteReply
        if isAway {
            reply = .failure(chance(0.8) ? .outage(fault) : .configuration(fault))
        } else if isHanging || (hasFaults && !isBlameless && chance(0.05)) {
            reply = .failure(.unknown(fault))
        } else if batch.writes.contains(where: { isPoison($0) }), hasFaults, chance(0.3) {
            reply = .failure(.rejected(fault))
        } else if hasFaults, !isBlameless, chance(0.03) {
            reply = .failure(.failing(fault))
        } else {
            let outcomes = batch.writes.map { apply($0) }
            reply = hasFaults && !isBlameless && chance(0.08) ? .failure(.unknown(fault)) : .success(outcomes)
        }
        plan(.answer(batch.id, reply), in: 0...0.3)
    }

    private mutating func apply(_ write: PlannedWrite) -> Outcome {
        let attributes = attributes(write)
        if isPoison(write) { return .refused(Fault(errorNum: 1620, message: "simulated")) }
        if hasFaults {
            if !isBlameless, chance(0.03) { return .transient(Fault(message: "simulated")) }
            if chance(0.03) { return .conflict(Fault(message: "simulated")) }
            if chance(0.02) { return .unavailable(Fault(message: "simulated")) }
        }
        var stored = documents[write.key.text] ?? Stored(version: nil, message: -1)
        for id in ids(write) { messages[id].isApplied = true }
        if let version = write.version, let old = stored.version, version <= old { return .stale }
        stored.version = write.version
        stored.message = attributes["\"last\""] ?? -1
        stored.attributes.merge(attributes) { $1 }
        documents[write.key.text] = stored
        return .written
    }

    private func isPoison(_ write: PlannedWrite) -> Bool { ids(write).contains { messages[$0].isPoison } }

    private mutating func arriveRead(_ batch: ReadBatch) {
        let reply: ReadReply
        if hasFaults, !isHanging, chance(0.2) {
            reply = .failure(chance(0.5) ? .unknown(Fault(message: "simulated")) : .outage(Fault(message: "simulated")))
        } else {
            reply = .success(batch.keys.map { key in documents[key.text].map { .found(version: $0.version) } ?? .missing })
        }
        plan(.answerRead(batch.id, reply), in: 0...0.3)
    }

    private mutating func confirm(_ orders: [ParkOrder]) throws {
        var failures: [Int: String] = [:]
        for processor in 0...1 where hasFaults && chance(0.2) { withoutDeadLetters.formSymmetricDifference([processor]) }
        if !hasFaults { withoutDeadLetters = [] }
        for order in orders {
            let message = messages[id(order.delivery)]
            guard !isBlameless || message.isPoison || message.isIllegal else {
                throw Violation(description: "message \(id(order.delivery)) parked, and only the database failed: \(order.refusal)")
            }
            guard !withoutDeadLetters.contains(order.processor) else {
                failures[order.id] = "simulated"
                continue
            }
            // A copy may be there although its confirmation is not: that is a repetition, not a loss.
            if !hasFaults || chance(0.8) { messages[id(order.delivery)].isParked = true }
            if hasFaults, chance(0.2) || !messages[id(order.delivery)].isParked { failures[order.id] = "simulated" }
        }
        try perform(.parked(failures: failures))
    }

    /// Onward messages reach their exchange, or not.
    private mutating func tell(_ processor: ProcessorIndex, _ orders: [EmitOrder]) throws {
        if hasFaults, chance(0.2) { withoutExchange.formSymmetricDifference([processor]) }
        if hasFaults, chance(0.2), let order = orders.first { unroutable.formSymmetricDifference([order.write.key.text]) }
        if !hasFaults { (withoutExchange, unroutable) = ([], []) }
        var failures: [Int: EmitFailure] = [:]
        for order in orders {
            guard order.outcome == .written, isCovered(id(order.write)) || order.write.version == nil else {
                throw Violation(description: "message \(id(order.write)) told, but it is not written")
            }
            if withoutExchange.contains(processor) {
                failures[order.id] = EmitFailure(.exchange, "simulated")
            } else if unroutable.contains(order.write.key.text) {
                failures[order.id] = EmitFailure(.message, "simulated")
            } else {
                messages[id(order.write)].isTold = true
                // It may be there although its confirmation is not: then it comes twice.
                if hasFaults, chance(0.1) { failures[order.id] = EmitFailure(chance(0.5) ? .exchange : .message, "simulated") }
            }
        }
        try perform(.emitted(processor, failures: failures))
    }

    private mutating func perform(_ event: PipelineMachine.Event) throws {
        if case .replied(let id, _, _) = event { release(id) }
        try perform([event])
    }

    private mutating func perform(_ events: [PipelineMachine.Event]) throws {
        for action in machine.handle(events, at: now) {
            switch action {
            case .write(let batch):
                try claim(batch)
                plan(.arrive(batch), in: 0...0.1)
            case .read(let batch): plan(.arriveRead(batch), in: 0...0.1)
            case .sweep: throw Violation(description: "there are no edges here")
            case .park(let orders): plan(.confirm(orders), in: 0...0.2)
            case .emit(let processor, let orders): plan(.tell(processor, orders), in: 0...0.2)
            case .acknowledge(let list): for acknowledgement in list { try acknowledge(acknowledgement) }
            case .probe: plan(.answerProbe, in: 0...0.2)
            case .setConsuming(let isOn): plan(.consume(isOn), in: 0...0)
            case .setReading, .note: break
            }
        }
        if let wake = machine.nextWake, nextWake.map({ wake < $0 }) ?? true {
            nextWake = wake
            order += 1
            agenda.insert(Planned(time: wake, order: order, what: .wake))
        }
        let held = machine.lanes.count + machine.parking.count
        // Of a closed channel, only what is in flight or being published may be left.
        let bound = 2 * prefetch + connections * 20 + ParkingQueue.bulkBound + 2 * EmissionLine.bulkBound
        guard held <= bound else { throw Violation(description: "\(held) held, at most \(bound) can be") }
    }

    private var claims: [Int: Set<String>] = [:]

    private mutating func claim(_ batch: WriteBatch) throws {
        let keys = Set(batch.writes.map(\.key.text))
        guard keys.count == batch.writes.count, keysInFlight.isDisjoint(with: keys) else {
            throw Violation(description: "two writes of one document in flight: \(keys)")
        }
        if hasVersions, let mixture = batch.writes.first(where: { ids($0).count != 1 }) {
            throw Violation(description: "messages \(ids(mixture)) merged, although what is stored may be newer than some of them")
        }
        keysInFlight.formUnion(keys)
        claims[batch.id] = keys
    }

    private mutating func release(_ id: Int) {
        keysInFlight.subtract(claims.removeValue(forKey: id) ?? [])
    }

    private mutating func acknowledge(_ acknowledgement: Acknowledgement) throws {
        let processor = acknowledgement.processor
        guard channels[processor].isOpen, acknowledgement.session == session(processor) else {
            throw Violation(description: "acknowledgement for a channel that is gone")
        }
        let tags: [UInt64]
        switch acknowledgement.kind {
        case .through(let last):
            guard channels[processor].unacknowledged[last.rawValue] != nil else {
                throw Violation(description: "unknown delivery tag \(last)")
            }
            tags = channels[processor].unacknowledged.keys.filter { $0 <= last.rawValue }
        case .each(let list), .reject(let list): tags = list.map(\.rawValue)
        }
        for tag in tags {
            guard let id = channels[processor].unacknowledged.removeValue(forKey: tag) else {
                throw Violation(description: "unknown delivery tag \(tag)")
            }
            guard messages[id].isApplied || messages[id].isParked || isCovered(id) else {
                throw Violation(description: "message \(id) acknowledged, but neither written nor stale nor parked")
            }
            let isToBeTold = emissions[processor] != nil && !messages[id].isParked && !isOvertaken(id)
            guard messages[id].isTold || !isToBeTold else {
                throw Violation(description: "message \(id) acknowledged, but nobody was told")
            }
            messages[id].isAcknowledged = true
        }
        plan(.deliver(processor), in: 0...0.05)
    }

    /// Something newer is stored: reading back may settle a message whose own write never arrived.
    private func isCovered(_ id: Int) -> Bool {
        guard let version = messages[id].version, let stored = documents[messages[id].key]?.version else { return false }
        return stored >= version
    }

    /// Something newer is stored.
    private func isOvertaken(_ id: Int) -> Bool {
        guard let version = messages[id].version, let stored = documents[messages[id].key]?.version else { return false }
        return stored > version
    }

    private func checkEnd() throws {
        if let lost = messages.firstIndex(where: { !$0.isAcknowledged }) {
            throw Violation(description: "message \(lost) was never settled")
        }
        guard machine.isIdle, machine.heldBytes == 0 else { throw Violation(description: "idle, but \(machine.heldBytes) bytes held") }
        for (key, list) in Dictionary(grouping: messages.indices.filter { messages[$0].isApplied }, by: { messages[$0].key }) {
            guard let stored = documents[key] else { throw Violation(description: "document \(key) is gone") }
            // Without versions the last one wins. One that was parked may have been written as well: its confirmation was lost.
            let isRight =
                hasVersions
                ? stored.version == list.compactMap { messages[$0].version }.max()
                : stored.message >= list.filter { !messages[$0].isParked }.max() ?? 0
            // Nor may an attribute be from before the last message that has it.
            let isWhole = (hasVersions ? [stored.message] : list.filter { !messages[$0].isParked }).allSatisfy { id in
                attributes(of: content(id)).allSatisfy { name, id in stored.attributes[name].map { $0 >= id } ?? false }
            }
            guard isRight, isWhole else { throw Violation(description: "document \(key) is not what the model says: \(stored)") }
        }
    }

    private var hasFaults: Bool { now < faultsEnd }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    private mutating func plan(_ what: Happening, in seconds: ClosedRange<Double>) {
        order += 1
        agenda.insert(Planned(time: now + .seconds(Double.random(in: seconds, using: &random)), order: order, what: what))
    }

    private func session(_ processor: ProcessorIndex) -> SessionID { SessionID(rawValue: channels[processor].session) }
    private func id(_ write: PlannedWrite) -> Int { id(write.delivery) }
    private func id(_ delivery: Delivery) -> Int { Int(delivery.route.routingKey) ?? -1 }
}
