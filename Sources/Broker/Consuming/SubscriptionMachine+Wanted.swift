internal import Messages

/// Starts, pauses and gives up consuming.
extension SubscriptionMachine {
    /// Sets what is wanted from now on. It outlives the connection. Repeating it changes nothing.
    ///
    /// If consuming begins with this, it begins after `delay`.
    mutating func want(_ consumption: Consumption, now: Instant, delay: Duration = .zero) -> [Action] {
        wanted = consumption
        return switch consumption {
        case .on: goOn(now: now, delay: delay)
        case .paused: pause(now: now)
        case .givenUp: giveUp(now: now)
        }
    }

    private mutating func goOn(now: Instant, delay: Duration) -> [Action] {
        switch state {
        case .idle: return connected(now: now, delay: delay)
        case .cancelled(let session):
            // The channel stays, so that held deliveries can still be acknowledged.
            state = .resuming(session, deadline: now + Self.answerTime)
            return [.consume]
        case .withholding(let session):
            // Deliveries that were not handed on have to come again, to the next consumer.
            state = .closing(deadline: now + Self.answerTime, retryIn: .zero)
            return [.unsubscribed(session, nil), .closeChannel]
        case .closing(let deadline, nil):
            state = .closing(deadline: deadline, retryIn: .zero)
            return []
        case .disconnected, .closing, .waiting, .inquiring, .subscribing, .consuming, .cancelling, .resuming:
            return []
        }
    }

    private mutating func pause(now: Instant) -> [Action] {
        switch state {
        case .consuming(let session) where handsOver:
            state = .withholding(session)
            return []
        case .consuming(let session):
            state = .cancelling(session, deadline: now + Self.answerTime)
            return [.cancel]
        // Its answer has to come first.
        case .cancelling, .resuming, .withholding: return []
        case .disconnected, .idle, .waiting, .inquiring, .subscribing, .cancelled, .closing: return leave(now: now)
        }
    }

    private mutating func giveUp(now: Instant) -> [Action] {
        guard let session else { return leave(now: now, keepsWait: true) }
        let giveBack = givingBack
        state = .closing(deadline: now + Self.answerTime, retryIn: nil)
        return [.unsubscribed(session, nil)] + giveBack + [.closeChannel]
    }

    /// The actions before the closing of a channel: the consumer is cancelled, so that the broker does not deliver returned messages to it again;
    /// then messages are returned in the way that counts least.
    var givingBack: [Action] {
        guard session != nil, !handsOver else { return [] }
        return (isConsuming ? [.cancel] : []) + (returnsFreely ? [.giveBack] : [])
    }

    /// Leaves without a session, so that nothing is left to finish. `keepsWait`: the present wait stays, so that a queue that accepts no consumer is
    /// not retried at once.
    private mutating func leave(now: Instant, keepsWait: Bool = false) -> [Action] {
        switch state {
        case .subscribing, .inquiring:
            state = .closing(deadline: now + Self.answerTime, retryIn: nil)
            return [.closeChannel]
        case .closing where keepsWait, .waiting where keepsWait: break
        case .closing(let deadline, _): state = .closing(deadline: deadline, retryIn: nil)
        case .waiting: state = .idle
        case .disconnected, .idle, .consuming, .cancelling, .cancelled, .withholding, .resuming: break
        }
        return []
    }
}
