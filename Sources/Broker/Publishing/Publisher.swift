public import Settings
public import Threads

/// Publishes messages, mandatory and confirmed, over a connection of its own. It connects when it first publishes.
///
/// The connection is separate so that a broker that accepts no publications never delays acknowledgements. Its thread is named `publisher`. A
/// publisher that has published must be closed with ``close()``.
public actor Publisher: ConnectionOwner {
    /// A publication is given up this long after ``publish(_:)``.
    public static let publishTime: Duration = .seconds(30)
    /// How long the broker may leave a publication unread before the connection is given up. The thread may block as long.
    static let sendTime: Duration = .seconds(10)
    /// How long ``close()`` waits for a login that is under way, and for confirms.
    static let confirmTime: Duration = .seconds(5)
    /// The most publications that are sent and not confirmed.
    static let windowMessages = 256
    /// The most body bytes of such publications. A single larger one is sent alone.
    static let windowBytes = 8 << 20
    static let channel: UInt16 = 1

    typealias Instant = ContinuousClock.Instant

    /// Where a result belongs: the call of ``publish(_:)``, and the index in its list.
    struct Ticket {
        let call: Int
        let index: Int
    }

    struct Waiting {
        let ticket: Ticket
        let publication: Publication
        let deadline: Instant
        /// The broker has closed a channel because of it or of one that was sent with it. It is sent alone, to find out which one.
        var isSuspect = false
    }

    private struct Call {
        var results: [Result<Void, PublishFailure>?]
        var missing: Int
        let continuation: CheckedContinuation<[Result<Void, PublishFailure>], Never>
    }

    /// Its thread, for a watchdog.
    public nonisolated let thread: ActorThread
    nonisolated let poller = SocketPoller()

    let settings: RabbitMQSettings
    var life: Life
    var contents = [ContentAssembly(.returned)]
    var ledger = ConfirmLedger<Waiting>()
    /// A suspect was sent, alone.
    var isTrying = false
    /// Publications that were not sent yet, in order.
    var waiting: [Waiting] = []
    /// The channel is in confirm mode.
    var isReady = false
    var isBlocked = false
    /// Whether the channel is still good.
    var renewal = ChannelRenewal()
    var endWaiters: [CheckedContinuation<Void, Never>] = []
    private var calls: [Int: Call] = [:]
    private var lastCall = 0

    /// The actor lives on its own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// A publisher without a connection yet.
    public init(settings: RabbitMQSettings) {
        self.settings = settings
        thread = ActorThread(name: "publisher", sleeper: poller)
        let rotation = EndpointRotation(count: settings.endpoints.count, arrange: settings.endpointOrder.arrange)
        life = ConnectionLife(rotation, pace: .onDemand)
    }

    deinit { thread.end() }

    /// Publishes all of them at once, as far as the window allows, and returns when each has its result. Success means that a queue has the message
    /// and the broker has confirmed it. Returns one result for each, in order, about ``publishTime`` later at the latest.
    public func publish(_ list: [Publication]) async -> [Result<Void, PublishFailure>] {
        guard !list.isEmpty else { return [] }
        // All of this happens without a suspension, because the loop must not settle a publication before its call is registered.
        return await withCheckedContinuation { continuation in
            lastCall += 1
            calls[lastCall] = Call(results: list.map { _ in nil }, missing: list.count, continuation: continuation)
            let (call, deadline) = (lastCall, Instant.now + Self.publishTime)
            waiting += list.enumerated().map { Waiting(ticket: Ticket(call: call, index: $0), publication: $1, deadline: deadline) }
            if life.hasEnded { return failAll(closed) }
            _ = begin()
            poller.nudge()
        }
    }

    /// Waits a short time for confirms that are on their way, and closes the connection with the handshake.
    public func close() async { await end(loginTime: Self.confirmTime) }

    /// The error for publications that come too late.
    var closed: BrokerError { BrokerError(.closed, endpoint: parameters(endpoint: life.endpoint).destination) }

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
