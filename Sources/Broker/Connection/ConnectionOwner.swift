internal import Threads

/// An actor that lives on the thread of a connection of its own. ``ConnectionLife`` decides, and this carries it out: it connects, uses what it has,
/// lets go of it after any error, and closes it at the end.
protocol ConnectionOwner: Actor {
    typealias Life = ConnectionLife<ConnectionAttempt, Connection, GracefulClose>

    nonisolated var poller: SocketPoller { get }
    var life: Life { get set }
    /// Callers that wait for the end of the loop.
    var endWaiters: [CheckedContinuation<Void, Never>] { get set }
    /// Whether a connection is needed if there is none.
    var wantsConnection: Bool { get }
    /// When the owner has something to do while there is no connection.
    var deadlineWithoutConnection: ContinuousClock.Instant? { get }

    /// How to log in at this endpoint.
    func parameters(endpoint: Int) -> ConnectionParameters
    /// The connection is new. Begins to use it, or closes it.
    func opened(_ connection: Connection) throws(BrokerError.Reason) -> ConnectionUse
    /// Does everything that there is to do over the connection. An error means that it is lost.
    func use(_ connection: Connection, _ wake: SocketPoller.Wake) throws(BrokerError.Reason) -> ConnectionUse
    /// The connection is lost, and everything that was under way on it. It must not be used.
    func lost(_ connection: Connection, _ reason: BrokerError.Reason)
    /// A login has failed. `wait` is zero while endpoints of this round are untried.
    func loginFailed(_ error: BrokerError, wait: Duration)
    /// There is no connection, and none before `wait` is over. Called after ``lost(_:_:)`` and ``loginFailed(_:wait:)``.
    func disconnected(_ error: BrokerError, wait: Duration)
    /// A turn begins.
    func turnBegins()
    /// A turn is over. `isLast`: the loop is over too.
    func turnEnded(isLast: Bool)
}

/// What an owner does with its connection after a turn.
enum ConnectionUse {
    /// It keeps the connection, and waits.
    case wait(SocketPoller.Interest)
    /// It wants a fresh one. Nothing is under way on this one.
    case renew
    /// It closes it for good. The handshake has begun.
    case close(GracefulClose)
}

extension ConnectionOwner {
    var deadlineWithoutConnection: ContinuousClock.Instant? { nil }
    func loginFailed(_ error: BrokerError, wait: Duration) {}
    func disconnected(_ error: BrokerError, wait: Duration) {}
    func turnBegins() {}
    func turnEnded(isLast: Bool) {}
}

extension ConnectionOwner {
    /// Begins the loop; `false` if it has begun before.
    func begin() -> Bool {
        guard life.begin(now: .now) else { return false }
        poller.begin { wake in self.assumeIsolated { $0.loop(wake) } }
        return true
    }

    /// Ends the loop, with the closing handshake if there is a connection. A login that is under way may take as long as `loginTime`.
    func end(loginTime: Duration) async {
        await withCheckedContinuation { continuation in
            life.close(by: .now + loginTime)
            guard !life.hasEnded else { return continuation.resume() }
            endWaiters.append(continuation)
            poller.nudge()
        }
    }

    private func loop(_ wake: SocketPoller.Wake) -> SocketPoller.Interest? {
        turnBegins()
        let interest = turn(wake)
        if interest == nil { life.end() }
        turnEnded(isLast: interest == nil)
        guard interest == nil else { return interest }
        for waiter in endWaiters { waiter.resume() }
        endWaiters = []
        return nil
    }

    /// Does everything that there is to do, and returns what to wait for; `nil` if the loop is over.
    private func turn(_ wake: SocketPoller.Wake) -> SocketPoller.Interest? {
        switch life.step(now: .now, isWanted: wantsConnection) {
        case .end: return nil
        case .sleep(let instant): return sleep(until: instant)
        case .connect(let endpoint):
            life.connecting(ConnectionAttempt(parameters(endpoint: endpoint)) { [poller] in poller.nudge() })
            return sleep(until: nil)
        case .awaitLogin(let attempt): return awaitLogin(attempt)
        case .use(let connection): return perform(connection) { () throws(BrokerError.Reason) in try use(connection, wake) }
        case .advance(var closing):
            let interest = closing.turn()
            life.closing(closing)
            return interest
        }
    }

    private func sleep(until instant: ContinuousClock.Instant?) -> SocketPoller.Interest {
        .init(wantsBytes: false, deadline: [instant, deadlineWithoutConnection].compactMap(\.self).min())
    }

    private func awaitLogin(_ attempt: ConnectionAttempt) -> SocketPoller.Interest? {
        switch attempt.takeResult() {
        case nil:
            guard case .sleep(let instant) = life.loginPending(now: .now) else {
                attempt.leave()
                return nil
            }
            return sleep(until: instant)
        case .failure(let error):
            let wait = life.loginFailed(now: .now, random: .random(in: 0...1), isLimit: error.isLimit)
            loginFailed(error, wait: wait)
            disconnected(error, wait: wait)
            return turn(.init())
        case .success(let connection):
            life.opened(connection, now: connection.openedAt)
            return perform(connection) { () throws(BrokerError.Reason) in try opened(connection) }
        }
    }

    private func perform(
        _ connection: Connection, _ body: () throws(BrokerError.Reason) -> ConnectionUse
    ) -> SocketPoller.Interest? {
        do throws(BrokerError.Reason) {
            switch try body() {
            case .wait(var interest):
                try connection.sendDueHeartbeat()
                interest.deadline = [interest.deadline, connection.heartbeats.due].compactMap(\.self).min()
                return interest
            case .renew:
                connection.closeElsewhere()
                life.released(now: .now)
            case .close(let closing): life.closing(closing)
            }
        } catch {
            lost(connection, error)
            // After a failed read or write the connection is only destroyed.
            if error.leavesConnectionOpen { connection.closeElsewhere() }
            let error = BrokerError(error, endpoint: connection.destination)
            disconnected(error, wait: life.lost(now: .now, random: .random(in: 0...1), isLimit: error.isLimit))
        }
        return turn(.init())
    }
}
