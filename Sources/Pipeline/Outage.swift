internal import Mapping

/// What an outage of the database does to consuming, and how its end is noticed when there is nothing to write.
extension PipelineMachine {
    /// Why nothing is written.
    private var closure: Gate.Closure? { gate.closure ?? queue.closure }

    /// When held deliveries go back to RabbitMQ, if the database stays away, or onward messages stay untold.
    var returnTime: ContinuousClock.Instant? {
        guard isConsuming, lanes.count > 0 else { return nil }
        let since = [closure?.since, emissions.troubledSince].compactMap(\.self).min()
        return since.map { max($0, resumedAt ?? $0) + longestHold }
    }

    /// Returns what is held for too long, and asks for a sign of life where no write can find out.
    mutating func watchOutage(at now: ContinuousClock.Instant) {
        if let returnTime, returnTime <= now {
            isConsuming = false
            let isUntold = closure == nil
            actions.append(.setConsuming(false))
            actions.append(
                .note(
                    isUntold
                        ? .returningUntold(held: lanes.count, after: longestHold) : .returning(held: lanes.count, after: longestHold)))
        }
        if let nextTry = gate.nextTry, nextTry <= now, inFlight.isEmpty {
            gate.sent()
            actions.append(.probe)
        }
        // A target that is shut, or an exchange that takes nothing, is tried with the messages that come.
        if !isConsuming, gate.closure == nil, lanes.count == 0 { consumeAgain(at: now) }
    }

    private mutating func consumeAgain(at now: ContinuousClock.Instant) {
        isConsuming = true
        resumedAt = now
        actions.append(.setConsuming(true))
    }

    /// A server that answers a probe need not be one that writes: the window lets one request go first, and the gate shuts again if it fails.
    mutating func settleProbe(_ failure: RequestFailure?, at now: ContinuousClock.Instant) {
        if let failure { databaseLost(failure.fault, at: now) } else { databaseAnswered(at: now) }
    }

    /// The database has done, or judged, a write: consuming goes on, if it was given up.
    mutating func databaseAnswered(at now: ContinuousClock.Instant) {
        unknownInARow = 0
        guard let closure = gate.succeeded() else { return }
        window.restart()
        actions.append(.note(.databaseBack(after: now - closure.since)))
        if !isConsuming { consumeAgain(at: now) }
    }

    /// The same, by a request to this target.
    mutating func databaseAnswered(_ target: WriteTarget, at now: ContinuousClock.Instant) {
        databaseAnswered(at: now)
        guard let closure = queue[gateOf: target].succeeded() else { return }
        actions.append(.note(.targetBack(target, after: now - closure.since)))
    }

    /// The database did not do a request, and that is not the fault of what was in it.
    mutating func databaseLost(_ fault: Fault, at now: ContinuousClock.Instant) {
        guard gate.failed(.outage, fault, at: now, delay: &delay) != nil else { return }
        actions.append(.note(.databaseLost(fault)))
    }

    /// Nothing can be written to this target until an administrator acts.
    mutating func targetLost(_ target: WriteTarget, _ fault: Fault, at now: ContinuousClock.Instant) {
        gate.released(at: now)
        guard queue[gateOf: target].failed(.configuration, fault, at: now, delay: &delay) != nil else { return }
        actions.append(.note(.targetLost(target, fault)))
    }
}
