internal import Mapping
public import Messages
public import Settings
internal import Synchronization

/// The thin shell around ``PipelineMachine``: maps deliveries, performs actions, keeps time.
///
/// It lives on the store's thread, so that a reply leads to the next request without changing threads.
public actor Pipeline {
    private let executor: any SerialExecutor & TaskExecutor
    let ports: PipelinePorts
    let inbox = Mutex(Inbox())
    let clock = ContinuousClock()
    /// By subscription: the processor that has it, or had it last.
    var processors: PerSubscription<ProcessorSettings>
    var intake: IntakeQueue
    var machine: PipelineMachine
    var mappers: PerSubscription<Mapper>
    private var alarm: (time: ContinuousClock.Instant, task: Task<Void, Never>)?
    /// Callers that wait until nothing is held, by one processor or at all.
    var idleWaiters: [(wish: IdleWish, continuation: CheckedContinuation<Void, Never>)] = []
    private var idleCarriers: [CheckedContinuation<WriteBatch?, Never>] = []
    /// ``run()`` has ended: no event is handled, no request is begun, and no caller waits any more.
    private(set) var hasEnded = false

    /// Jobs run on the executor that was given.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// A pipeline over the processors of `settings`; `seed` decides its jitter, `caution` is for what the last process may have held.
    public init(settings: Settings, executor: any SerialExecutor & TaskExecutor, seed: UInt64, caution: Caution, ports: PipelinePorts) {
        self.executor = executor
        self.ports = ports
        processors = PerSubscription(settings.processors)
        intake = IntakeQueue(caution)
        intake.largestText = settings.rabbitmq.maxMessageBytes
        machine = PipelineMachine(settings: settings, seed: seed)
        machine.rejections = ports.rejections
        machine.countedReturns = ports.countedReturns
        if caution.measure != .none { machine.beCareful() }
        let neighbours = Neighbours(settings.processors)
        mappers = PerSubscription(
            settings.processors.indices.lazy.map {
                Mapper(settings: settings, neighbours: neighbours, index: $0, processor: SubscriptionID(rawValue: $0))
            })
        for (subscription, processor) in zip(processors.indices, processors) {
            intake.poisonGuard.settle(
                subscription, queue: processor.queue, prefetch: machine.processors[subscription].prefetch, isFirst: true)
            intake.rates.settle(subscription, processor)
        }
    }

    /// An outage of the database that lasts longer returns the deliveries to RabbitMQ.
    public static var longestHold: Duration { PipelineMachine.longestHold }

    /// With parking off, the longest wait before a rejected message that keeps coming back is rejected again.
    public static var longestRejectionWait: Duration { RejectionLoop.longestWait }

    /// Takes what the broker read, from any thread, without waiting. In bulk: arrivals before the pipeline runs cost no further wake-up.
    public nonisolated func receive(_ arrival: Arrival) {
        let waiter = inbox.withLock { inbox in
            // Mapping may take longer than reading. Sent under the lock, so that no order to resume comes before it.
            if inbox.append(arrival) { ports.setReading(false) }
            return inbox.takeWaiter()
        }
        waiter?.resume()
    }

    /// Handles what comes, until ``close()``. Called once.
    ///
    /// One task for all, and one that prefers the pipeline's thread: resuming any other goes through Swift's pool first.
    public func run() async {
        await withTaskExecutorPreference(executor) { await handleArrivals() }
    }

    private func handleArrivals() async {
        // No delivery comes before it is known that it can be settled.
        handle(.woke)
        while true {
            await withCheckedContinuation { waiter in
                let isReady = inbox.withLock { inbox in
                    guard inbox.isEmpty, !inbox.isClosed else { return true }
                    inbox.waiter = waiter
                    return false
                }
                if isReady { waiter.resume() }
            }
            guard !inbox.withLock(\.isClosed) else { break }
            takeArrivals()
        }
        end()
    }

    /// Releases all waiting callers and the alarm. Each of them keeps the pipeline alive, and with it its connections.
    private func end() {
        hasEnded = true
        alarm?.task.cancel()
        alarm = nil
        for carrier in idleCarriers { carrier.resume(returning: nil) }
        for waiter in idleWaiters { waiter.continuation.resume() }
        (idleCarriers, idleWaiters) = ([], [])
    }

    /// Ends ``run()``. What comes later is not handled.
    public nonisolated func close() {
        let waiter = inbox.withLock { inbox in
            inbox.isClosed = true
            return inbox.takeWaiter()
        }
        waiter?.resume()
    }

    /// Continues the counts of another pipeline that has ended, before this one runs; `subscriptions` has each processor's subscription there and
    /// here.
    public func countOn(from snapshot: PipelineSnapshot, subscriptions: [(there: SubscriptionID, here: SubscriptionID)]) {
        machine.countOn(from: snapshot, subscriptions: subscriptions)
    }

    /// Applies other settings, in one step: `subscriptions` has the id for each of their processors, in their order. Ids that are not used yet follow
    /// the others without a gap.
    ///
    /// A processor that leaves its subscription or gets one, writes to another collection, or verifies in another way, has no consumer at this moment
    /// and nothing held. All others are not affected; from the next delivery and failure on they are mapped and retried by the new settings.
    public func reconfigure(_ settings: Settings, subscriptions: [SubscriptionID]) {
        machine.configure(settings, subscriptions: subscriptions)
        // New subscriptions are not consumed before they are ready.
        perform([.woke])
        let neighbours = Neighbours(settings.processors)
        intake.largestText = settings.rabbitmq.maxMessageBytes
        for (index, subscription) in subscriptions.enumerated() {
            let mapper = Mapper(settings: settings, neighbours: neighbours, index: index, processor: subscription)
            if subscription == mappers.endIndex {
                mappers.append(mapper)
                processors.append(settings.processors[index])
            } else {
                mappers[subscription] = mapper
                processors[subscription] = settings.processors[index]
            }
            intake.poisonGuard.settle(
                subscription, queue: processors[subscription].queue, prefetch: machine.processors[subscription].prefetch, isFirst: false)
            intake.rates.settle(subscription, processors[subscription])
        }
        // There may be room now for waiting deliveries.
        feedMachine()
    }

    private func takeArrivals() {
        let (list, hasPaused) = inbox.withLock { $0.takeArrivals() }
        for arrival in list { intake.append(arrival) }
        feedMachine()
        guard hasPaused, machine.isReading else { return }
        inbox.withLock { if !$0.hasPaused { ports.setReading(true) } }
    }

    func feedMachine() {
        guard !hasEnded else { return }
        var bulk = Bulk()
        let now = clock.now
        while let portion = intake.next(hasRoom: machine.heldBytes + bulk.bytes <= machine.holdBytes, at: now) {
            switch portion {
            case .deliveries(let processor, let session, let deliveries):
                let receivedAt = ports.wallMilliseconds() / 1000
                var bytes = 0
                let messages = deliveries.map { delivery in
                    let plan = mappers[processor].plan(delivery, receivedAt: receivedAt)
                    bytes += plan.heldBytes(of: delivery)
                    return (delivery, plan)
                }
                bulk.add(.received(processor, session, messages), deliveries: deliveries.count, bytes: bytes)
                if bulk.isFull { perform(&bulk) }
            case .watched(let processor, let session, let deliveries):
                let messages = planWatched(deliveries, of: processor)
                let bytes = messages.reduce(0) { $0 + $1.1.heldBytes(of: $1.0) }
                bulk.add(.received(processor, session, messages), deliveries: deliveries.count, bytes: bytes, isWatched: true)
                if bulk.isFull { perform(&bulk) }
            case .subscribed(let processor, let session):
                perform(&bulk)
                perform([.subscribed(processor, session)])
            case .unsubscribed(let processor, let session, let isLost):
                perform(&bulk)
                perform([.unsubscribed(processor, session, isLost: isLost)])
                release(from: processor)
            case .alone(let processor, let session, let delivery):
                perform(&bulk)
                handleAlone(processor, session, delivery)
            }
        }
        perform(&bulk)
        // What waits for its rate alone wakes nobody else.
        if !intake.rates.isEmpty { setAlarm() }
        releaseIdleWaiters()
    }

    private func perform(_ bulk: inout Bulk) {
        let (events, isWatched) = bulk.take()
        computing(isWatched ? .several : nil) { perform(events) }
    }

    /// A result came back, for the messages of `caution` that go alone.
    private func handle(_ event: PipelineMachine.Event, _ caution: BatchCaution? = nil) {
        computing(caution) { perform([event]) }
        releaseReturned(caution)
        feedMachine()
    }

    func perform(_ events: [PipelineMachine.Event]) {
        guard !events.isEmpty, !hasEnded else { return }
        machine.waitingBytes = intake.bytes
        machine.wallMilliseconds = ports.wallMilliseconds()
        for action in machine.handle(events, at: clock.now) {
            switch action {
            case .write(let batch): send(batch)
            case .read(let batch): Task { handle(.readBack(batch.id, await ports.read(batch))) }
            case .sweep(let sweep): Task { handle(.swept(sweep.id, await ports.sweep(sweep))) }
            case .park(let processor, let orders):
                let caution = caution(for: orders)
                Task { handle(.parked(processor, failures: await ports.park(orders)), caution) }
            case .emit(let processor, let orders):
                let caution = caution(for: processor)
                Task { handle(.emitted(processor, failures: await ports.emit(orders)), caution) }
            case .acknowledge(let list): ports.acknowledge(list)
            case .setReading(let isOn): ports.setReading(isOn)
            case .setConsuming(let processor, let consuming): ports.setConsuming(processor, consuming)
            case .ask(let questions): Task { handle(.answered(questions, await ports.ask(questions))) }
            case .prove(let proof): Task { handle(.proved(proof, await ports.prove(proof))) }
            case .probe: Task { handle(.probed(await ports.probe())) }
            case .note(let note):
                // First, so that a listener finds it.
                if note.changesFaults { ports.faults(StandingFaults(machine)) }
                ports.note(note)
            }
        }
        setAlarm()
    }

    /// Each request has a task that carries it, and carries another one afterwards: that costs less than a new one.
    private func send(_ batch: WriteBatch) {
        if let carrier = idleCarriers.popLast() { return carrier.resume(returning: batch) }
        Task(executorPreference: executor) { await self.carry(batch) }
    }

    private func carry(_ first: WriteBatch) async {
        var next: WriteBatch? = first
        while var batch = next {
            let caution = caution(for: &batch)
            let reply = await ports.write(batch)
            handle(.replied(batch.id, reply, queueTime: ports.queueTime()), caution)
            next = await withCheckedContinuation { carrier in
                guard !inbox.withLock(\.isClosed) else { return carrier.resume(returning: nil) }
                idleCarriers.append(carrier)
            }
        }
    }

    private func setAlarm() {
        var next = machine.nextWake
        if !intake.rates.isEmpty, let time = intake.nextRateTime(at: clock.now) { next = next.map { min($0, time) } ?? time }
        guard let time = next else { return }
        if let alarm, alarm.time <= time { return }
        alarm?.task.cancel()
        let task = Task {
            // Cancelled: an earlier alarm has replaced it.
            guard (try? await clock.sleep(until: time)) != nil, alarm?.time == time else { return }
            alarm = nil
            handle(.woke)
        }
        alarm = (time, task)
    }
}

/// Deliveries of several queues that the machine takes in one go, so that they leave in the same requests.
private struct Bulk {
    private var events: [PipelineMachine.Event] = []
    private var deliveries = 0
    private(set) var bytes = 0
    private var isWatched = false

    /// What one portion may have: with the portion that fills it, it is twice that at most.
    var isFull: Bool { deliveries >= IntakeQueue.bulkBound || bytes >= IntakeQueue.bulkBytes }

    mutating func add(_ event: PipelineMachine.Event, deliveries count: Int, bytes size: Int, isWatched: Bool = false) {
        events.append(event)
        deliveries += count
        bytes += size
        self.isWatched = self.isWatched || isWatched
    }

    mutating func take() -> (events: [PipelineMachine.Event], isWatched: Bool) {
        defer { self = Bulk() }
        return (events, isWatched)
    }
}
