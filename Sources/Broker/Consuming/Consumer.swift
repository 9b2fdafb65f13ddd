public import Messages
public import Settings
internal import Synchronization
public import Threads

/// Consumes several queues over one connection, and keeps at it: it reconnects and subscribes again for ever, until ``close()``.
///
/// One channel and one consumer for each subscription. Everything happens on a thread of its own named `broker`, because librabbitmq takes no
/// locks; only connecting and logging in, which block, happen elsewhere.
public actor Consumer {
    /// How long the broker may take to confirm ``cancel()`` before it is left without.
    static let cancelTime: Duration = .seconds(5)
    /// Channels asked for: RabbitMQ's own default bound, because subscriptions may be added.
    static let channels = 2047
    /// How long ``close()`` waits for a login that is under way, so that it can be taken back properly.
    static let loginGrace: Duration = .seconds(1)

    typealias Instant = ContinuousClock.Instant

    /// What a channel consumes with.
    struct PresentConsumer {
        /// Which one of its channel.
        let number: Int
        /// Deliveries it may have outstanding.
        let prefetch: UInt16
    }

    enum Phase {
        case idle
        /// Until then; nil: until ``close()``, because nothing is wanted of the broker any more.
        case waiting(until: Instant?)
        case connecting(ConnectionAttempt)
        case connected(Connection)
        case closing(GracefulClose)
        case ended
    }

    /// Its thread, for a watchdog.
    public nonisolated let thread: ActorThread
    nonisolated let poller = SocketPoller()
    nonisolated let acknowledgements = AcknowledgementQueue()
    nonisolated let isReading = Atomic(true)
    /// While reading pauses for a few milliseconds: acknowledgements wait as well.
    nonisolated let isResting = Atomic(false)
    nonisolated let consumption = ConsumptionSwitch()
    nonisolated let onEvent: @Sendable (ConsumerEvent) -> Void

    let settings: RabbitMQSettings
    var subscriptions: [Subscription]
    var indexOfProcessor: [SubscriptionID: Int]
    /// Places in ``subscriptions`` whose subscription was removed.
    var vacancies: Set<Int> = []
    /// Subscriptions were added or removed since the last turn, or the connection is new.
    var hasNewPlaces = false
    var phase = Phase.idle
    var rotation: EndpointRotation
    /// One for each subscription, like ``contents``: number n uses channel n + 1.
    var machines: [SubscriptionMachine]
    var contents: [ContentAssembly]
    /// By place, the one that was begun last.
    var consumers: [Int: PresentConsumer] = [:]
    /// By queue, where it was found out: see ``setHandsOver(_:queue:)``.
    var handsOver: [String: Bool] = [:]
    /// Uses the last channel there is.
    var proof = QueueProbe()
    var lastSession = SessionID(rawValue: 0)
    var pace = ReadCoalescing()
    var gathering = AcknowledgementGathering()
    /// Deliveries handed on since the last turn.
    var handedOn = 0
    /// The largest part of its prefetch that one of the queues delivered since then, in one go.
    var fullness = 0.0
    /// Frames with which deliveries were acknowledged or rejected, on all connections.
    public internal(set) var acknowledgementFrames = 0
    var heartbeats = HeartbeatTimer(nil)
    var cancelDeadline: Instant?
    /// Set by ``close()``: a login that is under way may take until then.
    var closeDeadline: Instant?
    var isClosing: Bool { closeDeadline != nil }
    var waiters: [Waiter] = []
    private var cancelWaiters: [CheckedContinuation<Void, Never>] = []
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []

    /// The actor lives on its own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// A consumer that does nothing before ``run()``. `onEvent` is called on the consumer's thread and must not block.
    public init(settings: RabbitMQSettings, subscriptions: [Subscription], onEvent: @escaping @Sendable (ConsumerEvent) -> Void) {
        self.settings = settings
        self.subscriptions = subscriptions
        self.onEvent = onEvent
        indexOfProcessor = Dictionary(uniqueKeysWithValues: subscriptions.enumerated().map { ($1.processor, $0) })
        thread = ActorThread(name: "broker", sleeper: poller)
        rotation = EndpointRotation(count: settings.endpoints.count, arrange: settings.endpointOrder.arrange)
        machines = subscriptions.map { SubscriptionMachine(handsOver: $0.handsOver, inquires: $0.needsDeadLetterExchange) }
        contents = subscriptions.map { _ in ContentAssembly(.delivered) }
    }

    deinit { thread.end() }

    /// Connects, consumes, and reconnects with jittered backoff for ever. Returns after ``close()``; cancelling the task has no effect.
    /// Called once.
    public func run() async {
        await withCheckedContinuation { continuation in
            guard case .idle = phase else { return continuation.resume() }
            closeWaiters.append(continuation)
            phase = .waiting(until: .now)
            poller.begin { wake in self.assumeIsolated { $0.loop(wake) } }
        }
    }

    private func loop(_ wake: SocketPoller.Wake) -> SocketPoller.Interest? {
        let interest = turn(wake)
        if interest == nil { phase = .ended }
        releaseCancelWaiters()
        releaseWaiters()
        if interest == nil {
            for waiter in closeWaiters { waiter.resume() }
            closeWaiters = []
        }
        return interest
    }

    /// Sends acknowledgements, in their order. From any thread; never blocks. Those of sessions that are over are dropped.
    public nonisolated func acknowledge(_ list: [Acknowledgement]) {
        if acknowledgements.append(list), !isResting.load(ordering: .acquiring) { poller.nudge() }
    }

    /// Stops or resumes reading from the broker, for all queues. From any thread. Heartbeats and acknowledgements are sent all the same.
    /// Deliveries that were read before may still come in.
    public nonisolated func setReading(_ isOn: Bool) {
        if isReading.exchange(isOn, ordering: .acquiringAndReleasing) != isOn { poller.nudge() }
    }

    /// How much is taken from the queues of these processors. From any thread; never blocks. Pauses are another matter: neither undoes the other.
    ///
    /// Off: the consumer is cancelled and the channel closed, so that what is unacknowledged returns to its queue, after the acknowledgements that
    /// were handed over before; `unsubscribed` tells it. The connection stays, or is sought again. After that a new session begins.
    public nonisolated func setConsuming(_ consuming: Consuming, processors: some Sequence<SubscriptionID>) {
        let hasChanged = consumption.set { wanted in
            for processor in processors { wanted.limited[processor] = consuming == .on ? nil : consuming }
        }
        if hasChanged { poller.nudge() }
    }

    /// Ends consuming for good: no `deliveries` event comes once this has been called, and when it returns the broker sends no more either.
    /// What was delivered can still be acknowledged, until ``close()``.
    public func cancel() async {
        await withCheckedContinuation { continuation in
            if cancelDeadline == nil { cancelDeadline = .now + Self.cancelTime }
            guard isStillDelivering else { return continuation.resume() }
            cancelWaiters.append(continuation)
            poller.nudge()
        }
    }

    /// Sends the acknowledgements there are, and closes channels and connection with the handshake, waiting at most 5 seconds.
    /// Unacknowledged deliveries return to their queues.
    public func close() async {
        await withCheckedContinuation { continuation in
            if closeDeadline == nil { closeDeadline = .now + Self.loginGrace }
            if case .idle = phase { phase = .ended }
            if case .ended = phase { return continuation.resume() }
            closeWaiters.append(continuation)
            poller.nudge()
        }
    }

    /// Whether the broker may go on sending deliveries, as far as it is worth waiting for.
    private var isStillDelivering: Bool {
        guard case .connected = phase, let cancelDeadline, cancelDeadline > .now else { return false }
        return machines.contains(where: \.mayStillDeliver)
    }

    private func releaseCancelWaiters() {
        guard !cancelWaiters.isEmpty, !isStillDelivering else { return }
        for waiter in cancelWaiters { waiter.resume() }
        cancelWaiters = []
    }
}
