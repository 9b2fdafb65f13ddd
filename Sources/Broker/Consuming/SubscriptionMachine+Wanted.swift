internal import Messages

/// Deliveries are wanted, or not, or not even those that came.
extension SubscriptionMachine {
    /// What is wanted from now on; it outlives the connection. Saying it again changes nothing.
    mutating func want(_ consumption: Consumption, now: Instant) -> [Action] {
        wanted = consumption
        return switch consumption {
        case .on: goOn(now: now)
        case .paused: pause(now: now)
        case .givenUp: giveUp(now: now)
        }
    }

    private mutating func goOn(now: Instant) -> [Action] {
        switch state {
        case .idle: return begin(now: now)
        case .cancelled(let session):
            // The same channel: what is held can still be acknowledged on it.
            state = .resuming(session, deadline: now + Self.answerTime)
            return [.consume]
        case .withholding(let session):
            // What was not handed on has to come once more, to whoever is next.
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

    /// What comes before the closing of a channel: cancelled first, so that what returns to the queue is not sent to us once more; then returned in the
    /// way that counts least.
    var givingBack: [Action] {
        guard session != nil, !handsOver else { return [] }
        return (isConsuming ? [.cancel] : []) + (returnsFreely ? [.giveBack] : [])
    }

    /// Without a session there is nothing to finish. `keepsWait`: who is back soon waits as long as it had to, or a queue that takes no consumer would be
    /// tried again at once.
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
