/// The life of a connection that is opened again whenever it is lost: which endpoint is tried when, how long a login may take once the owner closes,
/// and when it is all over.
///
/// Events in, decisions out, without a clock or a socket: ``ConnectionOwner`` carries the decisions out. It is generic so that tests need no broker.
struct ConnectionLife<Attempt, Link, Closing> {
    typealias Instant = ContinuousClock.Instant

    /// Where the connection is.
    enum Phase {
        /// The owner's loop has not begun.
        case idle
        /// There is no connection. The next attempt begins when the owner wants one, and not before `until`.
        case disconnected(until: Instant)
        case connecting(Attempt)
        case connected(Link, since: Instant)
        /// The closing handshake is under way.
        case closing(Closing)
        case ended
    }

    /// What a turn has to do.
    enum Step {
        /// Nothing, until this instant or until something happens.
        case sleep(until: Instant?)
        case connect(endpoint: Int)
        case awaitLogin(Attempt)
        case use(Link)
        case advance(Closing)
        case end
    }

    /// When the next attempt follows a failure.
    enum Pace {
        /// After a wait that grows, as soon as every endpoint of the round has failed.
        case growingWaits
        /// As soon as a connection is wanted. The owner's callers wait before they want one again.
        case onDemand
    }

    private let pace: Pace
    private var rotation: EndpointRotation
    private(set) var phase = Phase.idle
    /// Set when the owner closes: a login that is under way may take until then.
    private(set) var closeDeadline: Instant?

    /// A life that begins with ``begin(now:)``.
    init(_ rotation: EndpointRotation, pace: Pace) {
        self.rotation = rotation
        self.pace = pace
    }

    /// The owner has asked for the end.
    var isClosing: Bool { closeDeadline != nil }
    var isConnected: Bool { if case .connected = phase { true } else { false } }
    var hasEnded: Bool { if case .ended = phase { true } else { false } }
    /// Index of the endpoint that is used, or tried next.
    var endpoint: Int { rotation.current }

    /// The owner's loop begins; `false` if it has begun before.
    mutating func begin(now: Instant) -> Bool {
        guard case .idle = phase else { return false }
        phase = .disconnected(until: now)
        return true
    }

    /// The owner closes. The first call decides the deadline of a login that is under way.
    mutating func close(by deadline: Instant) {
        closeDeadline = closeDeadline ?? deadline
        // Without a loop nothing else would end it.
        if case .idle = phase { phase = .ended }
    }

    /// What to do in this turn. `isWanted`: the owner needs a connection.
    func step(now: Instant, isWanted: Bool) -> Step {
        switch phase {
        case .idle, .ended: .end
        case .disconnected where isClosing: .end
        case .disconnected where !isWanted: .sleep(until: nil)
        case .disconnected(let until) where until > now: .sleep(until: until)
        case .disconnected: .connect(endpoint: endpoint)
        case .connecting(let attempt): .awaitLogin(attempt)
        case .connected(let link, _): .use(link)
        case .closing(let closing): .advance(closing)
        }
    }

    /// The login has begun.
    mutating func connecting(_ attempt: Attempt) { phase = .connecting(attempt) }

    /// The login is not finished yet: whether to wait for it.
    func loginPending(now: Instant) -> Step {
        guard let closeDeadline, closeDeadline <= now else { return .sleep(until: closeDeadline) }
        return .end
    }

    /// The login has failed. Returns the wait before the next one, which is zero while endpoints of this round are untried.
    mutating func loginFailed(now: Instant, random: Double, isLimit: Bool) -> Duration {
        disconnect(for: rotation.failed(random: random, isLimit: isLimit), now: now)
    }

    /// The login has succeeded.
    mutating func opened(_ link: Link, now: Instant) { phase = .connected(link, since: now) }

    /// The connection works: the broker has accepted a consumer or a publisher. A login alone proves little.
    mutating func succeeded() { rotation.succeeded() }

    /// The connection is lost. Returns the wait before the next one.
    mutating func lost(now: Instant, random: Double, isLimit: Bool) -> Duration {
        let time: Duration = if case .connected(_, let since) = phase { now - since } else { .zero }
        return disconnect(for: rotation.lost(after: time, random: random, isLimit: isLimit), now: now)
    }

    /// The owner has let go of a connection that worked. The next one is opened at the same endpoint as soon as it is wanted.
    mutating func released(now: Instant) { phase = .disconnected(until: now) }

    /// The closing handshake has begun, or has advanced.
    mutating func closing(_ closing: Closing) { phase = .closing(closing) }

    /// The loop is over.
    mutating func end() { phase = .ended }

    private mutating func disconnect(for wait: Duration, now: Instant) -> Duration {
        switch pace {
        case .growingWaits: phase = .disconnected(until: now + wait)
        case .onDemand: phase = .disconnected(until: now)
        }
        return wait
    }
}

extension ConnectionLife.Step: Equatable where Attempt: Equatable, Link: Equatable, Closing: Equatable {}
