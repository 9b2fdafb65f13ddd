import Messages
import Settings
import Testing

@testable import Mapping
@testable import Pipeline

/// A machine on a workbench: its own clock, its actions kept for inspection.
struct MachineHarness {
    static let updated: SubscriptionID = 0, invalidated: SubscriptionID = 1

    var machine: PipelineMachine
    private(set) var now = ContinuousClock.now
    private(set) var notes: [PipelineEvent] = []
    private(set) var writes: [WriteBatch] = []
    private(set) var reads: [ReadBatch] = []
    private(set) var sweeps: [EdgeSweep] = []
    private(set) var parks: [[ParkOrder]] = []
    private(set) var emits: [(processor: SubscriptionID, orders: [OnwardOrder])] = []
    private(set) var acknowledgements: [Acknowledgement] = []
    private(set) var reading = true
    /// How much is taken from each queue.
    private(set) var taken: [SubscriptionID: Consuming] = [:]
    /// What processors lack that are asked about; `nil` for no answer.
    var lacks: [SubscriptionID: String]? = [:]
    private(set) var questions: [[ReadinessQuestion]] = []
    /// Something is taken for `updated`.
    var consuming: Bool { taken[Self.updated] != .off }
    private(set) var probes = 0
    /// Of so many events one is followed by a look at the invariants: each looks at everything that is held.
    var checkedEvery = 1
    private var events = 0
    /// The immediate answer to proofs; `nil` for none, see ``answerProof(_:)``.
    var proof: ((WriteProof) -> RequestFailure?)? = { _ in nil }
    private(set) var proofs: [WriteProof] = []
    /// Proofs that were asked for since the beginning.
    private(set) var proofCount = 0
    /// The queue time that the server reports from now on.
    var queueTime: Duration = .zero
    private var lastTag: [SubscriptionID: UInt64] = [:]
    private var mappers: PerSubscription<Mapper>

    /// Two processors on one collection: `updated` and `invalidated`, session 1 each.
    ///
    /// Unless it is `answering`, it waits for ``answerQuestions(_:)``, and nothing is subscribed.
    init(answering: Bool = true, _ change: (inout Settings) -> Void = { _ in }) {
        var settings = Settings()
        for name in ["updated", "invalidated"] {
            settings.processors.append(
                ProcessorSettings(name: name, queue: name, operation: .update, collection: "companies", key: JSONPointer()))
        }
        change(&settings)
        machine = PipelineMachine(settings: settings, seed: 1)
        mappers = PerSubscription(settings.processors.indices.map { Mapper(settings: settings, processor: $0) })
        lacks = answering ? [:] : nil
        perform(.woke)
        guard answering else { return }
        subscribe(Self.updated, 1)
        subscribe(Self.invalidated, 1)
    }

    mutating func subscribe(_ processor: SubscriptionID, _ session: SessionID) {
        lastTag[processor] = 0
        perform(.subscribed(processor, session))
    }

    /// Messages for these documents come in, in one bulk.
    mutating func receive(
        _ keys: String..., processor: SubscriptionID = MachineHarness.updated, session: SessionID = 1, version: UInt64? = nil,
        bodyBytes: Int = 10,
        collection: String = "companies", content: String = "\"a\":1", redelivered: Bool = false
    ) {
        let messages = keys.map { key in
            let delivery = nextDelivery(processor, body: Array(repeating: 0, count: bodyBytes), redelivered: redelivered)
            let write = PlannedWrite(
                processor: processor, delivery: delivery,
                target: WriteTarget(collection: collection, mode: .update, versionAttribute: version.map { _ in "version" }),
                key: DocumentKey(legal: key), version: version,
                document: DocumentText(source: [], runs: [], additions: Array(content.utf8)))
            return (delivery, Result<PlannedWrite, Refusal>.success(write))
        }
        perform(.received(processor, session, messages))
    }

    /// A message for each processor comes in, at one moment.
    mutating func receive(updated: String, invalidated: String) {
        let events = [(Self.updated, updated), (Self.invalidated, invalidated)].map { processor, body in
            let delivery = nextDelivery(processor, body: Array(body.utf8), redelivered: false)
            return PipelineMachine.Event.received(processor, 1, [(delivery, mappers[processor].plan(delivery, receivedAt: 0))])
        }
        perform(events)
    }

    /// Messages with these bodies come in, in one bulk, planned as the settings say.
    mutating func receive(
        bodies: String..., processor: SubscriptionID = MachineHarness.updated, session: SessionID = 1, redelivered: Bool = false
    ) {
        let messages = bodies.map { body in
            let delivery = nextDelivery(processor, body: Array(body.utf8), redelivered: redelivered)
            return (delivery, mappers[processor].plan(delivery, receivedAt: 0))
        }
        perform(.received(processor, session, messages))
    }

    /// A message comes in that mapping refuses.
    mutating func receiveRefused(_ processor: SubscriptionID = MachineHarness.updated, session: SessionID = 1) {
        perform(.received(processor, session, [(nextDelivery(processor, bodyBytes: 10), .failure(Refusal(.notJSON, "byte 0")))]))
    }

    /// The oldest unanswered write request is answered: every document `outcome`.
    mutating func reply(_ outcome: Outcome) {
        reply(Array(repeating: outcome, count: writes[0].writes.count))
    }

    /// The oldest unanswered write request is answered, one outcome for each document.
    mutating func reply(_ outcomes: [Outcome]) {
        perform(.replied(writes.removeFirst().id, .success(outcomes), queueTime: queueTime))
    }

    /// The oldest unanswered write request fails as a whole.
    mutating func fail(_ failure: RequestFailure) {
        perform(.replied(writes.removeFirst().id, .failure(failure), queueTime: queueTime))
    }

    /// The oldest unanswered read is answered.
    mutating func reply(reading reply: ReadReply) {
        perform(.readBack(reads.removeFirst().id, reply))
    }

    /// The oldest unconfirmed bulk: dead letters of this processor fail, others are confirmed.
    mutating func confirmParking(failingFor processor: SubscriptionID) {
        confirmParking(failing: parks[0][0].processor == processor ? "no such queue" : nil)
    }

    /// The latest unconfirmed bulk of dead letters is confirmed.
    mutating func confirmLastParking() {
        let orders = parks.removeLast()
        perform(.parked(orders[0].processor, failures: [:]))
    }

    /// The oldest unconfirmed bulk of dead letters is confirmed, or not.
    mutating func confirmParking(failing text: String? = nil, isFinal: Bool = false) {
        let failure = text.map { ParkFailure($0, isFinal: isFinal) }
        let orders = parks.removeFirst()
        perform(
            .parked(
                orders[0].processor,
                failures: failure.map { failure in Dictionary(uniqueKeysWithValues: orders.map { ($0.id, failure) }) } ?? [:]))
    }

    /// The oldest unconfirmed bulk of onward messages is confirmed, or those with these keys fail.
    mutating func confirmOnward(failing keys: [String] = [], _ failure: OnwardFailure = OnwardFailure(.message, "no queue")) {
        let (processor, orders) = emits.removeFirst()
        let failing = orders.filter { keys.contains($0.write.key.text) }
        perform(.emitted(processor, failures: Dictionary(uniqueKeysWithValues: failing.map { ($0.id, failure) })))
    }

    /// The unanswered probe is answered: nil is a sign of life.
    mutating func answerProbe(_ failure: RequestFailure?) {
        probes -= 1
        perform(.probed(failure))
    }

    /// The oldest unanswered proof is answered: nil is a pass.
    mutating func answerProof(_ failure: RequestFailure?) { perform(.proved(proofs.removeFirst(), failure)) }

    /// The oldest unanswered sweep is answered.
    mutating func reply(sweeping reply: SweepReply) {
        perform(.swept(sweeps.removeFirst().id, reply))
    }

    mutating func unsubscribe(_ processor: SubscriptionID, _ session: SessionID = 1) {
        perform(.unsubscribed(processor, session, isLost: taken[processor] != .off))
    }

    /// The oldest unanswered questions are answered; `nil` means a sign of life, and that nothing is missing.
    mutating func answerQuestions(_ failure: RequestFailure? = nil) {
        perform(.answered(questions.removeFirst(), failure.map { .failure($0) } ?? .success([:])))
    }

    /// What is left of a processor is about to be returned.
    mutating func part(with processor: SubscriptionID) { perform(.returning(processor)) }

    mutating func advance(by time: Duration) {
        now += time
        perform(.woke)
    }

    /// Goes to the time at which the machine wants to be woken.
    mutating func advanceToNextWake() {
        guard let time = machine.nextWake else { return }
        now = max(now, time)
        perform(.woke)
    }

    /// Keys of the unanswered write requests.
    var keysInFlight: [[String]] { writes.map { $0.writes.map(\.key.text) } }
    /// Keys of the unconfirmed onward messages.
    var keysTold: [[String]] { emits.map { $0.orders.map(\.write.key.text) } }
    /// Documents of the unanswered write requests.
    var documents: [[String]] {
        writes.map { batch in
            batch.writes.map { write in
                var text: [UInt8] = []
                write.document.write(into: &text, key: write.key)
                return String(decoding: text, as: UTF8.self)
            }
        }
    }
    /// Tags that have been acknowledged, of processor `updated`.
    var acknowledgedKinds: [Acknowledgement.Kind] { acknowledgements.map(\.kind) }

    private mutating func nextDelivery(_ processor: SubscriptionID, bodyBytes: Int) -> Delivery {
        nextDelivery(processor, body: Array(repeating: 0, count: bodyBytes))
    }

    private mutating func nextDelivery(_ processor: SubscriptionID, body: [UInt8], redelivered: Bool = false) -> Delivery {
        let tag = lastTag[processor, default: 0] + 1
        lastTag[processor] = tag
        return Delivery(
            tag: DeliveryTag(rawValue: tag), redelivered: redelivered, route: Route(exchange: "", routingKey: "q"),
            contentEncoding: .identity,
            timestamp: nil, bytes: body, bodyBytes: body.count)
    }

    private mutating func perform(_ event: PipelineMachine.Event) { perform([event]) }

    private mutating func perform(_ events: [PipelineMachine.Event]) {
        for action in machine.handle(events, at: now) {
            switch action {
            case .write(let batch): writes.append(batch)
            case .read(let batch): reads.append(batch)
            case .sweep(let sweep): sweeps.append(sweep)
            case .park(let processor, let orders):
                precondition(!orders.isEmpty && orders.allSatisfy { $0.processor == processor }, "a bulk has one dead-letter queue")
                parks.append(orders)
            case .emit(let processor, let orders): emits.append((processor, orders))
            case .acknowledge(let list): acknowledgements += list
            case .setReading(let isOn): reading = isOn
            case .setConsuming(let processor, let consuming): taken[processor] = consuming
            case .ask(let list): questions.append(list)
            case .probe: probes += 1
            case .prove(let proof):
                proofs.append(proof)
                proofCount += 1
            case .note(let note): notes.append(note)
            }
        }
        self.events += 1
        if self.events % checkedEvery == 0 { for violation in machine.violations() { Issue.record("\(violation)") } }
        while let proof, !proofs.isEmpty {
            let next = proofs.removeFirst()
            perform(.proved(next, proof(next)))
        }
        while let lacks, !questions.isEmpty { perform(.answered(questions.removeFirst(), .success(lacks))) }
    }
}
