public import Mapping
public import Settings
internal import Synchronization

/// What the pipeline needs of the world. None of the closures may block.
public struct PipelinePorts: Sendable {
    /// Sends one write request to ArangoDB.
    public var write: @Sendable (WriteBatch) async -> WriteReply
    /// Reads documents back.
    public var read: @Sendable (ReadBatch) async -> ReadReply
    /// Removes edges that a message does not name any more, or marks them.
    public var sweep: @Sendable (EdgeSweep) async -> SweepReply
    /// Publishes dead letters. Returns the orders that were not confirmed, with the reason.
    public var park: @Sendable ([ParkOrder]) async -> [Int: String]
    /// Publishes onward messages of one processor. Returns the orders that were not confirmed, with the reason.
    public var emit: @Sendable ([EmitOrder]) async -> [Int: EmitFailure]
    /// Hands acknowledgements to the broker's thread.
    public var acknowledge: @Sendable ([Acknowledgement]) -> Void
    /// Lets the broker read, or not.
    public var setReading: @Sendable (Bool) -> Void
    /// Lets the broker consume, or cancels its consumers and returns what they hold.
    public var setConsuming: @Sendable (Bool) -> Void
    /// Asks the database for a sign of life; nil if it gives one.
    public var probe: @Sendable () async -> RequestFailure?
    /// How long the latest request waited in the server's queue, as its answer told.
    public var queueTime: @Sendable () -> Duration
    /// Writes the suspect down where the next process finds it; nil: nobody is suspected any more.
    public var suspect: @Sendable (Suspect?) -> Void
    /// Tells people.
    public var note: @Sendable (Note) -> Void
    /// Milliseconds since 1970, for messages that carry no time, and for how old those are that do.
    public var wallMilliseconds: @Sendable () -> UInt64

    /// Ports by their closures.
    public init(
        write: @escaping @Sendable (WriteBatch) async -> WriteReply, read: @escaping @Sendable (ReadBatch) async -> ReadReply,
        sweep: @escaping @Sendable (EdgeSweep) async -> SweepReply,
        park: @escaping @Sendable ([ParkOrder]) async -> [Int: String],
        emit: @escaping @Sendable ([EmitOrder]) async -> [Int: EmitFailure],
        acknowledge: @escaping @Sendable ([Acknowledgement]) -> Void,
        setReading: @escaping @Sendable (Bool) -> Void, setConsuming: @escaping @Sendable (Bool) -> Void,
        probe: @escaping @Sendable () async -> RequestFailure?, queueTime: @escaping @Sendable () -> Duration,
        suspect: @escaping @Sendable (Suspect?) -> Void, note: @escaping @Sendable (Note) -> Void,
        wallMilliseconds: @escaping @Sendable () -> UInt64
    ) {
        self.write = write
        self.read = read
        self.sweep = sweep
        self.park = park
        self.emit = emit
        self.acknowledge = acknowledge
        self.setReading = setReading
        self.setConsuming = setConsuming
        self.probe = probe
        self.queueTime = queueTime
        self.suspect = suspect
        self.note = note
        self.wallMilliseconds = wallMilliseconds
    }
}

/// What comes from the broker.
public enum Arrival: Sendable {
    /// A channel consumes; its tags start from 1.
    case subscribed(ProcessorIndex, SessionID)
    /// Deliveries in the order of their tags.
    case deliveries(ProcessorIndex, SessionID, [Delivery])
    /// A channel is gone, and its tags with it.
    case unsubscribed(ProcessorIndex, SessionID)
}

extension Arrival {
    fileprivate var processor: ProcessorIndex {
        switch self {
        case .subscribed(let processor, _), .deliveries(let processor, _, _), .unsubscribed(let processor, _): processor
        }
    }
}

/// What has come and was not looked at, and the task that waits for it.
private struct Inbox {
    var arrivals: [Arrival] = []
    var waiter: CheckedContinuation<Void, Never>?
    var isClosed = false

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
        defer { waiter = nil }
        return waiter
    }
}

/// The thin shell around ``PipelineMachine``: maps deliveries, performs actions, keeps time.
///
/// It lives on the store's thread, so that a reply leads to the next request without changing threads.
public actor Pipeline {
    private let executor: any SerialExecutor & TaskExecutor
    private let ports: PipelinePorts
    private let inbox = Mutex(Inbox())
    private let clock = ContinuousClock()
    /// By place: who has it, or had it last.
    private var processors: [ProcessorSettings] = []
    private var feed: Feed
    private var isSuspecting = false
    private var machine: PipelineMachine
    private var mappers: [Mapper]
    private var alarm: (time: ContinuousClock.Instant, task: Task<Void, Never>)?
    /// Those who wait until nothing is held, of one processor or at all.
    private var idleWaiters: [(processor: ProcessorIndex?, continuation: CheckedContinuation<Void, Never>)] = []
    private var idleCarriers: [CheckedContinuation<WriteBatch?, Never>] = []

    /// Jobs run on the executor that was given.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// A pipeline over the processors of `settings`; `seed` decides its jitter, `suspect` is what the last process wrote down.
    public init(settings: Settings, executor: any SerialExecutor & TaskExecutor, seed: UInt64, suspect: Suspect?, ports: PipelinePorts) {
        self.executor = executor
        self.ports = ports
        processors = settings.processors
        feed = Feed(processors: settings.processors.count, suspect: suspect)
        machine = PipelineMachine(settings: settings, seed: seed)
        mappers = settings.processors.indices.map { Mapper(settings: settings, processor: $0) }
    }

    /// An outage of the database that lasts longer returns the deliveries to RabbitMQ.
    public static var longestHold: Duration { PipelineMachine.longestHold }

    /// Takes what the broker read, from any thread, without waiting. In bulk: what comes before the pipeline looks costs no further wake-up.
    public nonisolated func receive(_ arrival: Arrival) {
        let waiter = inbox.withLock { inbox in
            inbox.arrivals.append(arrival)
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
        while true {
            await withCheckedContinuation { waiter in
                let isReady = inbox.withLock { inbox in
                    guard inbox.arrivals.isEmpty, !inbox.isClosed else { return true }
                    inbox.waiter = waiter
                    return false
                }
                if isReady { waiter.resume() }
            }
            guard !inbox.withLock(\.isClosed) else { break }
            takeArrivals()
        }
        for carrier in idleCarriers { carrier.resume(returning: nil) }
        idleCarriers = []
    }

    /// Ends ``run()``. What comes later is not handled.
    public nonisolated func close() {
        let waiter = inbox.withLock { inbox in
            inbox.isClosed = true
            return inbox.takeWaiter()
        }
        waiter?.resume()
    }

    /// Returns when nothing is held any more. Cancel the consumers first, or it may never come to that.
    public func idle() async {
        await becomeIdle(nil)
    }

    /// Returns when nothing of this processor is held any more. Pause or remove its consumer first, or it may never come to that.
    public func idle(of processor: ProcessorIndex) async { await becomeIdle(processor) }

    /// Counts on from where another pipeline has ended, before this one runs; `places` tells the place of a processor there and here.
    public func countOn(from snapshot: PipelineSnapshot, places: [(there: ProcessorIndex, here: ProcessorIndex)]) {
        machine.countOn(from: snapshot, places: places)
    }

    /// Nothing of this processor is held.
    public func isIdle(_ processor: ProcessorIndex) -> Bool { hasNothing(of: processor) }

    /// Takes other settings in, in one go: `places` tells the index of each of its processors, in their order. Places that are not used yet follow
    /// the others without a gap.
    ///
    /// A processor that leaves its place or comes to one, writes to another collection, or verifies in another way, has no consumer at this moment
    /// and nothing held. All others notice nothing, and are mapped and retried by the new settings from the next delivery and failure on.
    public func reconfigure(_ settings: Settings, places: [ProcessorIndex]) {
        machine.configure(settings, places: places)
        feed.grow(to: machine.processors.count)
        for (index, place) in places.enumerated() {
            let mapper = Mapper(settings: settings, index: index, processor: place)
            if place == mappers.count {
                mappers.append(mapper)
                processors.append(settings.processors[index])
            } else {
                mappers[place] = mapper
                processors[place] = settings.processors[index]
            }
        }
        // There may be room now for what waits.
        feedMachine()
    }

    /// What there is to see from outside, at one moment.
    public func snapshot() -> PipelineSnapshot { PipelineSnapshot(machine, at: clock.now) }

    /// The last decisions about a document, the newest first, with the time of each in milliseconds since 1970.
    public func history(collection: String, key: String) -> DocumentHistory {
        let decisions = machine.history.decisions(about: key) { processors[$0].collection == collection }
        return DocumentHistory(decisions: dated(decisions), remembered: machine.history.count)
    }

    /// The decisions that were made since an earlier look, in their order: those that the filter lets through, `most` at most. `cursor` is where
    /// that look ended; nil: from now on.
    ///
    /// It reads what ``history(collection:key:)`` reads, so that a decision costs the same whether anybody listens or not.
    public func decisions(from cursor: Int?, atMost most: Int, fitting filter: DecisionFilter) -> DecisionLook {
        let look = machine.history.look(from: cursor ?? machine.history.total, atMost: most, fitting: filter)
        return DecisionLook(decisions: dated(look.decisions), left: look.left, cursor: machine.history.total)
    }

    private func dated(_ decisions: [Decision]) -> [(decision: Decision, milliseconds: UInt64)] {
        let (now, wall) = (machine.nanosecondsNow(clock.now), ports.wallMilliseconds())
        return decisions.map { ($0, wall &- UInt64(max(0, now - $0.nanoseconds) / 1_000_000)) }
    }

    private func takeArrivals() {
        let list = inbox.withLock { inbox in
            defer { inbox.arrivals = [] }
            return inbox.arrivals
        }
        for arrival in list { feed.append(arrival) }
        feedMachine()
    }

    private func feedMachine() {
        while let portion = feed.next(hasRoom: machine.heldBytes <= machine.holdBytes, isSuspecting: isSuspecting) {
            switch portion {
            case .subscribed(let processor, let session): perform(.subscribed(processor, session))
            case .unsubscribed(let processor, let session): perform(.unsubscribed(processor, session))
            case .deliveries(let processor, let session, let deliveries):
                let receivedAt = ports.wallMilliseconds() / 1000
                perform(.received(processor, session, deliveries.map { ($0, mappers[processor].plan($0, receivedAt: receivedAt)) }))
            case .alone(let processor, let session, let delivery): handleAlone(processor, session, delivery)
            }
        }
        releaseIdleWaiters()
    }

    private func becomeIdle(_ processor: ProcessorIndex?) async {
        await withCheckedContinuation { waiter in
            // Inside, so that nothing is released between the look and the list.
            guard !hasNothing(of: processor) else { return waiter.resume() }
            idleWaiters.append((processor, waiter))
        }
    }

    private func releaseIdleWaiters() {
        guard !idleWaiters.isEmpty else { return }
        let released = idleWaiters.filter { hasNothing(of: $0.processor) }
        idleWaiters.removeAll { hasNothing(of: $0.processor) }
        for waiter in released { waiter.continuation.resume() }
    }

    private func hasNothing(of processor: ProcessorIndex?) -> Bool {
        guard let processor else { return machine.isIdle && feed.isEmpty && inbox.withLock(\.arrivals.isEmpty) }
        return machine.held(of: processor) == 0 && !feed.isHolding(processor)
            && !inbox.withLock { $0.arrivals.contains { $0.processor == processor } }
    }

    /// The suspicion stands in writing before the message is looked at, because looking may be what ends the process.
    private func handleAlone(_ processor: ProcessorIndex, _ session: SessionID, _ delivery: Delivery) {
        let (suspect, isGuilty) = feed.suspect(delivery, of: processors[processor])
        ports.suspect(suspect)
        isSuspecting = true
        let plan: Result<PlannedWrite, Refusal> =
            isGuilty
            ? .failure(Refusal(.endsProcess, "the last \(suspect.processes - 1) processes ended while they handled it"))
            : mappers[processor].plan(delivery, receivedAt: ports.wallMilliseconds() / 1000)
        perform(.received(processor, session, [(delivery, plan)]))
        // Nothing will come back of what was dropped.
        if machine.isQuiet { clearSuspicion() }
    }

    private func clearSuspicion() {
        guard isSuspecting else { return }
        ports.suspect(nil)
        isSuspecting = false
    }

    /// Something came back: the message has been mapped and sent, and the process still lives.
    private func handle(_ event: PipelineMachine.Event) {
        clearSuspicion()
        perform(event)
        feedMachine()
    }

    private func perform(_ event: PipelineMachine.Event) {
        machine.waitingBytes = feed.bytes
        machine.wallMilliseconds = ports.wallMilliseconds()
        for action in machine.handle(event, at: clock.now) {
            switch action {
            case .write(let batch): send(batch)
            case .read(let batch): Task { handle(.readBack(batch.id, await ports.read(batch))) }
            case .sweep(let sweep): Task { handle(.swept(sweep.id, await ports.sweep(sweep))) }
            case .park(let orders): Task { handle(.parked(failures: await ports.park(orders))) }
            case .emit(let processor, let orders): Task { handle(.emitted(processor, failures: await ports.emit(orders))) }
            case .acknowledge(let list): ports.acknowledge(list)
            case .setReading(let isOn): ports.setReading(isOn)
            case .setConsuming(let isOn): ports.setConsuming(isOn)
            case .probe: Task { handle(.probed(await ports.probe())) }
            case .note(let note): ports.note(note)
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
        while let batch = next {
            let reply = await ports.write(batch)
            handle(.replied(batch.id, reply, queueTime: ports.queueTime()))
            next = await withCheckedContinuation { carrier in
                guard !inbox.withLock(\.isClosed) else { return carrier.resume(returning: nil) }
                idleCarriers.append(carrier)
            }
        }
    }

    private func setAlarm() {
        guard let time = machine.nextWake else { return }
        if let alarm, alarm.time <= time { return }
        alarm?.task.cancel()
        let task = Task {
            // Cancelled: an earlier alarm has taken its place.
            guard (try? await clock.sleep(until: time)) != nil, alarm?.time == time else { return }
            alarm = nil
            handle(.woke)
        }
        alarm = (time, task)
    }
}
