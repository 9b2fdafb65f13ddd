public import Settings
public import Threads

/// Publishes messages, mandatory and confirmed, over a connection of its own that is opened when it is first needed.
///
/// The connection is its own so that a broker which takes no publications at present never delays acknowledgements. Its thread is named
/// `publisher`. ``close()`` ends it; a publisher that has published must be closed.
public actor Publisher {
    /// After this, counted from ``publish(_:)``, a publication is given up.
    public static let publishTime: Duration = .seconds(30)
    /// How long the broker may leave a publication unread before the connection is given up. So long the thread may stand still.
    static let sendTime: Duration = .seconds(10)
    /// How long ``close()`` waits for a login that is under way, and for confirms.
    static let confirmTime: Duration = .seconds(5)
    /// Publications sent and not confirmed at most.
    static let windowMessages = 256
    /// Their body bytes at most; a single larger one still goes, alone.
    static let windowBytes = 8 << 20
    static let channel: UInt16 = 1

    typealias Instant = ContinuousClock.Instant

    /// Whose result it is: a call of ``publish(_:)``, and the place in its list.
    struct Ticket {
        let call: Int
        let index: Int
    }

    struct Waiting {
        let ticket: Ticket
        let publication: Publication
        let deadline: Instant
        /// The broker has closed a channel over it or over one that was sent with it: it goes alone, so that it is known over which.
        var isSuspect = false
    }

    private struct Call {
        var results: [Result<Void, PublishFailure>?]
        var missing: Int
        let continuation: CheckedContinuation<[Result<Void, PublishFailure>], Never>
    }

    enum Phase {
        case idle
        case connecting(ConnectionAttempt)
        /// `isReady`: the channel is in confirm mode.
        case connected(Connection, isReady: Bool)
        case closing(GracefulClose)
        case ended
    }

    /// Its thread, for a watchdog.
    public nonisolated let thread: ActorThread
    nonisolated let poller = SocketPoller()

    let settings: RabbitMQSettings
    var phase = Phase.idle
    var rotation: EndpointRotation
    var contents = [ContentAssembly(.returned)]
    var ledger = ConfirmLedger<Waiting>()
    /// What is sent is a suspect, alone.
    var isTrying = false
    /// Not sent yet, in order.
    var waiting: [Waiting] = []
    var username = ""
    var isBlocked = false
    var heartbeats = HeartbeatTimer(nil)
    /// Whether the channel still serves.
    var renewal = ChannelRenewal()
    var closeDeadline: Instant?
    private var calls: [Int: Call] = [:]
    private var lastCall = 0
    private var isRunning = false
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []

    /// The actor lives on its own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// A publisher without a connection yet.
    public init(settings: RabbitMQSettings) {
        self.settings = settings
        thread = ActorThread(name: "publisher", sleeper: poller)
        rotation = EndpointRotation(count: settings.endpoints.count, arrange: settings.endpointOrder.arrange)
    }

    deinit { thread.end() }

    /// Publishes them all at once, as far as the window allows, and returns when each has its result: success means that a queue has it and the
    /// broker has taken responsibility. One result each, in order, after ``publishTime`` at the latest or little later.
    public func publish(_ list: [Publication]) async -> [Result<Void, PublishFailure>] {
        guard !list.isEmpty else { return [] }
        // Everything in one go, without a suspension between: the loop must not settle what nobody waits for yet.
        return await withCheckedContinuation { continuation in
            lastCall += 1
            calls[lastCall] = Call(results: list.map { _ in nil }, missing: list.count, continuation: continuation)
            let (call, deadline) = (lastCall, Instant.now + Self.publishTime)
            waiting += list.enumerated().map { Waiting(ticket: Ticket(call: call, index: $0), publication: $1, deadline: deadline) }
            if case .ended = phase { return failAll(BrokerError(.closed, endpoint: parameters.place)) }
            if !isRunning {
                isRunning = true
                poller.begin { wake in self.assumeIsolated { $0.loop(wake) } }
            }
            poller.nudge()
        }
    }

    /// Waits a little for confirms that are on their way, and closes the connection with the handshake.
    public func close() async {
        await withCheckedContinuation { continuation in
            if closeDeadline == nil { closeDeadline = .now + Self.confirmTime }
            if !isRunning { phase = .ended }
            if case .ended = phase { return continuation.resume() }
            closeWaiters.append(continuation)
            poller.nudge()
        }
    }

    private func loop(_ wake: SocketPoller.Wake) -> SocketPoller.Interest? {
        if let interest = turn(wake) { return interest }
        phase = .ended
        // What came in during the goodbye.
        failAll(BrokerError(.closed, endpoint: parameters.place))
        for waiter in closeWaiters { waiter.resume() }
        closeWaiters = []
        return nil
    }

    func settle(_ settlements: [ConfirmLedger<Waiting>.Settlement]) {
        for (waiting, result) in settlements {
            let ticket = waiting.ticket
            guard var call = calls[ticket.call], call.results[ticket.index] == nil else { continue }
            call.results[ticket.index] = result
            call.missing -= 1
            calls[ticket.call] = call.missing > 0 ? call : nil
            if call.missing == 0 { call.continuation.resume(returning: call.results.compactMap(\.self)) }
        }
    }

    /// Fails everything that is sent or waiting.
    func failAll(_ error: BrokerError) {
        settle(ledger.channelLost(error))
        settle(waiting.map { ($0, .failure(.connection(error))) })
        waiting = []
    }
}
