public import Messages
public import Settings
internal import Synchronization
public import Threads

/// Consumes several queues over one connection. It reconnects and subscribes again until ``close()``.
///
/// Each subscription has a channel and a consumer. Everything happens on one thread named `broker`, because librabbitmq takes no locks. Only
/// connecting and logging in, which block, happen on other threads.
public actor Consumer: ConnectionOwner {
    /// How long ``cancel()`` waits for the broker's confirmation.
    static let cancelTime: Duration = .seconds(5)
    /// The number of channels to ask for: RabbitMQ's default limit, because subscriptions may be added.
    static let channels = 2047
    /// How long ``close()`` waits for a login that is under way, so that the connection can be closed with the handshake.
    static let loginGrace: Duration = .seconds(1)

    typealias Instant = ContinuousClock.Instant

    /// The consumer of a channel.
    struct PresentConsumer {
        /// Its number, counted from 1 on each channel.
        let number: Int
        /// Its prefetch.
        let prefetch: UInt16
    }

    /// The thread, for a watchdog.
    public nonisolated let thread: ActorThread
    nonisolated let poller = SocketPoller()
    nonisolated let acknowledgements = AcknowledgementQueue()
    nonisolated let isReading = Atomic(true)
    /// True while reading pauses for a few milliseconds. Acknowledgements wait as well.
    nonisolated let isResting = Atomic(false)
    nonisolated let consumption = ConsumptionSwitch()
    nonisolated let onEvent: @Sendable (ConsumerEvent) -> Void

    let settings: RabbitMQSettings
    var subscriptions: [Subscription]
    var indexOfProcessor: [SubscriptionID: Int]
    /// Indexes in ``subscriptions`` whose subscription was removed.
    var vacancies: Set<Int> = []
    /// Subscriptions were added or removed since the last turn, or the connection is new.
    var hasNewSubscriptions = false
    var life: Life
    /// One for each subscription, like ``contents``. Number n uses channel n + 1.
    var machines: [SubscriptionMachine]
    var contents: [ContentAssembly]
    /// By index of the subscription, the last consumer.
    var consumers: [Int: PresentConsumer] = [:]
    /// By queue, as far as it is known: see ``setHandsOver(_:queue:)``.
    var handsOver: [String: Bool] = [:]
    /// Uses the last channel.
    var proof = QueueProbe()
    var lastSession = SessionID(rawValue: 0)
    var pace = ReadCoalescing()
    var gathering = AcknowledgementGathering()
    /// Deliveries that were handed on since the last turn.
    var handedOn = 0
    /// The largest part of its prefetch that a queue has delivered at once since the last turn.
    var fullness = 0.0
    /// The number of frames that acknowledged or rejected deliveries, on all connections.
    public internal(set) var acknowledgementFrames = 0
    var cancelDeadline: Instant?
    var waiters: [Waiter] = []
    var endWaiters: [CheckedContinuation<Void, Never>] = []
    private var cancelWaiters: [CheckedContinuation<Void, Never>] = []

    /// The actor lives on its own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// A consumer that does nothing before ``run()``. It calls `onEvent` on its own thread, where it must not block.
    public init(settings: RabbitMQSettings, subscriptions: [Subscription], onEvent: @escaping @Sendable (ConsumerEvent) -> Void) {
        self.settings = settings
        self.subscriptions = subscriptions
        self.onEvent = onEvent
        indexOfProcessor = Dictionary(uniqueKeysWithValues: subscriptions.enumerated().map { ($1.processor, $0) })
        thread = ActorThread(name: "broker", sleeper: poller)
        let rotation = EndpointRotation(count: settings.endpoints.count, arrange: settings.endpointOrder.arrange)
        life = ConnectionLife(rotation, pace: .growingWaits)
        machines = subscriptions.map { SubscriptionMachine(handsOver: $0.handsOver, inquires: $0.needsDeadLetterExchange) }
        contents = subscriptions.map { _ in ContentAssembly(.delivered) }
    }

    deinit { thread.end() }

    /// Connects, consumes, and reconnects after growing waits with jitter. Returns after ``close()``. Cancelling the task has no effect. Call it
    /// once.
    public func run() async {
        await withCheckedContinuation { continuation in
            guard begin() else { return continuation.resume() }
            endWaiters.append(continuation)
        }
    }

    /// Sends acknowledgements in order, and drops those of earlier sessions. From any thread; never blocks.
    public nonisolated func acknowledge(_ list: [Acknowledgement]) {
        if acknowledgements.append(list), !isResting.load(ordering: .acquiring) { poller.nudge() }
    }

    /// Stops or resumes reading from the broker, for all queues. From any thread. Heartbeats and acknowledgements are still sent. Deliveries that
    /// were read before may still come.
    public nonisolated func setReading(_ isOn: Bool) {
        if isReading.exchange(isOn, ordering: .acquiringAndReleasing) != isOn { poller.nudge() }
    }

    /// Sets how much is taken from the queues of these processors. From any thread; never blocks. Pauses are independent of this: neither undoes the
    /// other.
    ///
    /// `off` sends the acknowledgements that were handed over before, cancels the consumer and closes the channel, so that unacknowledged deliveries
    /// return to the queue. The event is `unsubscribed`. The connection stays, or is opened again. Afterwards a new session begins.
    public nonisolated func setConsuming(_ consuming: Consuming, processors: some Sequence<SubscriptionID>) {
        let hasChanged = consumption.set { wanted in
            for processor in processors { wanted.limited[processor] = consuming == .on ? nil : consuming }
        }
        if hasChanged { poller.nudge() }
    }

    /// Ends consuming for good. After the call no `deliveries` event comes, and when it returns the broker sends no more either. Deliveries can still
    /// be acknowledged until ``close()``.
    public func cancel() async {
        await withCheckedContinuation { continuation in
            if cancelDeadline == nil { cancelDeadline = .now + Self.cancelTime }
            guard isStillDelivering else { return continuation.resume() }
            cancelWaiters.append(continuation)
            poller.nudge()
        }
    }

    /// Sends the remaining acknowledgements, and closes channels and connection with the handshake, in at most 5 seconds. Unacknowledged deliveries
    /// return to their queues.
    public func close() async { await end(loginTime: Self.loginGrace) }

    /// Whether the broker may still send deliveries, within the time that ``cancel()`` waits.
    private var isStillDelivering: Bool {
        guard life.isConnected, let cancelDeadline, cancelDeadline > .now else { return false }
        return machines.contains(where: \.mayStillDeliver)
    }

    func releaseCancelWaiters() {
        guard !cancelWaiters.isEmpty, !isStillDelivering else { return }
        for waiter in cancelWaiters { waiter.resume() }
        cancelWaiters = []
    }
}
