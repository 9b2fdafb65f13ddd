internal import HeapModule
package import Messages
package import Settings

/// All decisions on the way from a delivery to its acknowledgement: events in, actions out. No task, no lock, no clock, no logger.
///
/// A delivery is in exactly one of these: a lane (waiting, ready, in flight, delayed, read back, to be told), the parking queue, or settled in its
/// ledger.
package struct PipelineMachine {
    /// What happens to the machine.
    package enum Event {
        case subscribed(SubscriptionID, SessionID)
        case received(SubscriptionID, SessionID, [(Delivery, Result<PlannedWrite, Refusal>)])
        /// `isLost`: RabbitMQ ended it, or the connection is gone.
        case unsubscribed(SubscriptionID, SessionID, isLost: Bool)
        /// What the processors in question lack, or why the database does not answer.
        case answered([ReadinessQuestion], Result<[SubscriptionID: String], RequestFailure>)
        /// Deliveries of this processor are about to be returned, by a decision from outside.
        case returning(SubscriptionID)
        /// The answer to a write request, and how long the request waited in the server's queue.
        case replied(RequestID, WriteReply, queueTime: Duration)
        case readBack(RequestID, ReadReply)
        case swept(RequestID, SweepReply)
        /// The server answered ``Action/probe``, or not.
        case probed(RequestFailure?)
        /// A proof has passed, or has not.
        case proved(WriteProof, RequestFailure?)
        /// The orders of the bulk that failed, with the reason; all others are confirmed.
        case parked(SubscriptionID, failures: [Int: ParkFailure])
        /// The onward messages of this processor's bulk that failed; all others are confirmed.
        case emitted(SubscriptionID, failures: [Int: OnwardFailure])
        /// Time has passed.
        case woke
    }

    /// What the shell has to do.
    package enum Action {
        case write(WriteBatch)
        case read(ReadBatch)
        case sweep(EdgeSweep)
        case park(SubscriptionID, [ParkOrder])
        case emit(SubscriptionID, [OnwardOrder])
        case acknowledge([Acknowledgement])
        case setReading(Bool)
        /// Consume the processor's queue to this degree.
        case setConsuming(SubscriptionID, Consuming)
        /// Find out whether these processors could settle deliveries.
        case ask([ReadinessQuestion])
        /// Ask the database for a sign of life.
        case probe
        /// Find out whether the database takes writes.
        case prove(WriteProof)
        case note(PipelineEvent)
    }

    /// Trouble that lasts longer returns the deliveries to RabbitMQ: other instances, with a database, may take them.
    package static let longestHold: Duration = .seconds(600)

    /// Bytes of the bodies of requests in flight, beyond which no other leaves: one with a message larger than that goes by itself.
    package static let requestBytes = 16 << 20

    /// One processor's rules and its channel.
    struct Processor {
        var name = ""
        var retry = RetrySettings()
        var verify = VerifyMode.doubt
        var prefetch = 0
        /// Where it writes: documents and edges.
        var collections: Set<Exact<String>> = []
        var session: SessionID?
        var ledger = AcknowledgementLedger(prefetch: 0)
        var counters = Counters()
        var times = SettleTimes()
        /// How often redelivered messages had come back, where RabbitMQ counts that.
        var returns = Histogram(bounds: Histogram.returns)
        /// The next delivery that is settled changes its ``Readiness``.
        var awaitsSettling = true
        var limit = DeliveryLimit()
        /// Messages of this session that can neither be written nor parked.
        var setAside: StandingFaults.SetAside?
        /// The highest return count that was reported in this session.
        var highestReturns = 0
    }

    /// A request that has left.
    struct Sent {
        let request: RequestQueue.Request
        let departure: ConcurrencyLimit.Departure
    }

    struct Delayed: Comparable {
        /// In nanoseconds on the machine's own clock.
        var until: Int
        var slot: Lanes.Slot
        static func < (left: Delayed, right: Delayed) -> Bool { (left.until, left.slot) < (right.until, right.slot) }
    }

    let longestHold: Duration
    var holdBytes = 0
    var parks = true
    /// By subscription, see ``configure(_:subscriptions:)``.
    var processors = PerSubscription<Processor>()
    /// By processor. Apart from it, because an instant's layout is known only at run time, and each message asks several things of its processor.
    var readiness = PerSubscription<Readiness>()
    var lanes = Lanes()
    var queue = RequestQueue()
    var parking = ParkingQueue()
    var loop = RejectionLoop()
    /// How often a delivery of this processor was rejected before and came back.
    var rejections: @Sendable (Delivery, SubscriptionID) -> Int = { _, _ in 0 }
    var onwardQueue = OnwardQueue()
    /// Some processor publishes revisions.
    var tellsRevisions = false
    var breaker = CircuitBreaker()
    var window: ConcurrencyLimit
    var delay: RetryDelay
    var delayed = Heap<Delayed>()
    var hotDocuments = HotDocuments()
    var inFlight: [RequestID: Sent] = [:]
    /// Finds out which message is to blame for failures.
    var investigations = Investigations()
    /// Proofs that were asked for and are not answered.
    var proofsInFlight: Set<WriteProof> = []
    /// Bytes of deliveries that the broker has read and the machine has not been fed yet. They count against `hold` as well.
    var waitingBytes = 0
    /// How often the message of a delivery has come back to its queue, as far as that counts.
    var countedReturns: @Sendable (Delivery) -> Int = { _ in 0 }
    /// Their deliveries are about to be returned, by a decision from outside.
    var parting: Set<SubscriptionID> = []
    /// Milliseconds since 1970, from the shell's last event.
    var wallMilliseconds: UInt64 = 0
    /// Time of the event that is handled, in nanoseconds since the first: cheaper to keep with each message, and to subtract, than instants.
    private(set) var nanoseconds = 0
    private var origin: ContinuousClock.Instant?
    /// The last decisions.
    var history = DecisionRing()
    /// Documents in each write request.
    var batchDocuments = Histogram(bounds: Histogram.documents)
    /// The actions gathered while an event is handled.
    var actions: [Action] = []
    private(set) var isReading = true
    private var lastRequest = 0

    /// A machine with nothing in it. `seed` decides its jitter.
    package init(settings: Settings, seed: UInt64, longestHold: Duration = Self.longestHold) {
        self.longestHold = longestHold
        window = ConcurrencyLimit(most: settings.arangodb.connections)
        delay = RetryDelay(seed: seed)
        configure(settings, subscriptions: settings.processors.indices.map { SubscriptionID(rawValue: $0) })
    }

    /// Nothing is held: every delivery is settled or returned.
    var isIdle: Bool { lanes.count == 0 && parking.isEmpty }
    /// An answer will come about a message of this processor. Looks at all that is in flight.
    func awaitsAnswer(of processor: SubscriptionID) -> Bool {
        inFlight.values.contains { $0.request.slots.contains { lanes[$0].write.processor == processor } }
            || parking.isSending(of: processor) || onwardQueue.isSending(of: processor)
    }
    /// Bytes of the bodies of all requests that have left. Each is a copy of what is held.
    var inFlightBytes: Int { inFlight.values.reduce(0) { $0 + $1.request.bytes } }
    /// Bytes of all deliveries held, and of what they have become.
    var heldBytes: Int { lanes.heldBytes + parking.heldBytes }
    /// When ``Event/woke`` is due, if nothing else happens before.
    package var nextWake: ContinuousClock.Instant? {
        // With requests in flight the next answer is what is waited for.
        let proofTime = breaker.isOpen ? (inFlight.isEmpty ? breaker.proofTime : nil) : queue.proofTime
        return [
            delayed.min.map { moment($0.until) }, restEnd, proofTime, parking.nextTry, loop.nextTry, onwardQueue.nextTry, readinessTime,
        ].compactMap(
            \.self
        )
        .min()
    }

    /// Handles an event, and returns what to do about it.
    package mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> [Action] { handle(CollectionOfOne(event), at: now) }

    /// Handles the events of one moment, in their order, and returns what to do about all of them: deliveries of several queues are sent together.
    package mutating func handle(_ events: some Sequence<Event>, at now: ContinuousClock.Instant) -> [Action] {
        if origin == nil { origin = now }
        nanoseconds = nanosecondsNow(now)
        for event in events { take(event, at: now) }
        for processor in parting { part(with: processor) }
        wake(at: now)
        acknowledge()
        // After that: how full the windows are says whether hot documents rest on.
        wakeRested(at: now)
        releaseHalfOpenBreakers()
        send(at: now)
        watchOutage(at: now)
        askForProofs(at: now)
        setReading()
        defer { actions = [] }
        return actions
    }

    private mutating func take(_ event: Event, at now: ContinuousClock.Instant) {
        switch event {
        case .subscribed(let processor, let session): subscribe(processor, session)
        case .received(let processor, let session, let messages): receive(processor, session, messages, at: now)
        case .unsubscribed(let processor, let session, let isLost): unsubscribe(processor, session, isLost: isLost, at: now)
        case .answered(let questions, let answer): settleQuestions(questions, answer, at: now)
        case .returning(let processor): part(with: processor)
        case .replied(let id, let reply, let queueTime):
            if case .success(let outcomes) = reply, let departure = inFlight[id]?.departure {
                window.measure(departure, documents: outcomes.count, at: now)
            }
            settleWrite(id, reply, at: now)
            window.answered(queueTime: queueTime)
        case .readBack(let id, let reply): settleRead(id, reply, at: now)
        case .swept(let id, let reply): settleSweep(id, reply, at: now)
        case .probed(let failure): settleProbe(failure, at: now)
        case .proved(let proof, let failure): settleProof(proof, failure, at: now)
        case .parked(let processor, let failures): settleParking(processor, failures, at: now)
        case .emitted(let processor, let failures): settleOnward(processor, failures, at: now)
        case .woke: break
        }
    }

    /// Time of the event that is handled.
    var now: ContinuousClock.Instant { moment(nanoseconds) }

    /// The instant of a time on the machine's clock.
    private func moment(_ nanoseconds: Int) -> ContinuousClock.Instant { (origin ?? .now) + .nanoseconds(nanoseconds) }

    /// A moment on the machine's own clock.
    func nanosecondsNow(_ now: ContinuousClock.Instant) -> Int { (now - (origin ?? now)).nanoseconds }

    private mutating func wake(at now: ContinuousClock.Instant) {
        while let first = delayed.min, first.until <= nanoseconds {
            delayed.removeMin()
            if investigations.isEmpty || !investigations.suspects(first.slot) { proceed(first.slot) } else { proceedAlone(first.slot) }
        }
        for rejection in loop.takeDue(at: now) { reject(rejection.processor, rejection.session, rejection.tag) }
    }

    private mutating func send(at now: ContinuousClock.Instant) {
        while inFlight.count < breaker.allowance(limit: window.current), inFlightBytes < Self.requestBytes {
            guard var request = queue.next(load: { lanes.load($0) }) else { break }
            lastRequest += 1
            let id = RequestID(lastRequest)
            for slot in request.slots { lanes.setStage(slot, .inFlight(id)) }
            actions.append(action(id, &request))
            if request.kind == .write { batchDocuments.add(request.documents) }
            inFlight[id] = Sent(request: request, departure: window.sent(inFlight: inFlight.count + 1, at: now))
        }
        sendParking(at: now)
        sendOnward(at: now)
    }

    mutating func sendParking(at now: ContinuousClock.Instant) {
        while let bulk = parking.takeBulk(at: now) { actions.append(.park(bulk.processor, bulk.orders)) }
    }

    private mutating func action(_ id: RequestID, _ request: inout RequestQueue.Request) -> Action {
        let target = request.target
        if request.kind == .sweep { return .sweep(sweep(id, of: request.slots[0])) }
        // Documents and edges have different targets, so a request carries one or the other.
        let isOfEdges = if case .edges = lanes.step(of: request.slots[0]) { true } else { false }
        let writes = isOfEdges ? planEdges(of: &request) : request.slots.map { lanes.outgoing($0) }
        let needsRevisions = tellsRevisions && writes.contains { $0.onward?.needsRevision == true }
        guard request.kind == .readBack else {
            return .write(WriteBatch(id: id, target: target, writes: writes, needsRevisions: needsRevisions))
        }
        return .read(
            ReadBatch(
                id: id, collection: target.collection, versionAttribute: target.versionAttribute, keys: writes.map(\.key),
                markers: writes.map { $0.relations?.marker }, needsRevisions: needsRevisions))
    }

    private mutating func acknowledge() {
        var list: [Acknowledgement] = []
        for index in processors.indices {
            guard let session = processors[index].session else { continue }
            for kind in processors[index].ledger.takeAcknowledgements() {
                list.append(Acknowledgement(processor: index, session: session, kind: kind))
            }
        }
        if !list.isEmpty { actions.append(.acknowledge(list)) }
    }

    /// Reading resumes a quarter below the bound, so that it does not flutter.
    private mutating func setReading() {
        let bytes = heldBytes + waitingBytes
        let shouldRead = bytes <= (isReading ? holdBytes : holdBytes / 4 * 3)
        guard shouldRead != isReading else { return }
        isReading = shouldRead
        actions += [.setReading(shouldRead), .note(.holding(!shouldRead, bytes: bytes))]
    }
}
