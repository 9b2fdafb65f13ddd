/// What an outage of the database does to consuming, and how its end is noticed when there is nothing to write.
extension PipelineMachine {
    /// When held deliveries go back to RabbitMQ, if the database stays away.
    var returnTime: ContinuousClock.Instant? {
        guard isConsuming, lanes.count > 0, let closure = gate.closure else { return nil }
        return closure.since + longestHold
    }

    /// Returns what is held for too long, and asks for a sign of life where no write can find out.
    mutating func watchOutage(at now: ContinuousClock.Instant) {
        if let returnTime, returnTime <= now {
            isConsuming = false
            actions += [.setConsuming(false), .note(.returning(held: lanes.count, after: longestHold))]
        }
        if let nextTry = gate.nextTry, nextTry <= now, inFlight.isEmpty {
            isProbing = true
            gate.sent()
            actions.append(.probe)
        }
    }

    /// A server that answers a probe need not be one that writes: the window lets one request go first, and the gate shuts again if it fails.
    mutating func settleProbe(_ failure: RequestFailure?, at now: ContinuousClock.Instant) {
        isProbing = false
        switch failure {
        case .configuration(let fault): return databaseLost(.configuration, fault, at: now)
        case let failure?: return databaseLost(.outage, failure.fault, at: now)
        case nil: databaseAnswered(at: now)
        }
    }

    /// The database has answered: consuming goes on, if it was given up.
    mutating func databaseAnswered(at now: ContinuousClock.Instant) {
        unknownInARow = 0
        guard let closure = gate.succeeded() else { return }
        window.restart()
        actions.append(.note(.databaseBack(after: now - closure.since)))
        guard !isConsuming else { return }
        isConsuming = true
        actions.append(.setConsuming(true))
    }

    /// The database did not do a request, and that is not the fault of what was in it.
    mutating func databaseLost(_ cause: Gate.Cause, _ fault: Fault, at now: ContinuousClock.Instant) {
        guard let closure = gate.failed(cause, fault, at: now, delay: &delay) else { return }
        actions.append(.note(.databaseLost(closure.cause, closure.fault)))
    }
}
