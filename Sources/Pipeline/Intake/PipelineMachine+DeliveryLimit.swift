internal import Messages

/// How often a message may come back to its queue.
///
/// Near the limit a delivery is reported and counted, and Warren does not return it for reasons of its own:
/// - A database that is away is never a message's fault: the delivery is kept instead of returned, on its open channel.
/// - What only lacks its onward message is parked. Its copy is safe, and the next return, or the one after it, would lose it.
/// - On its last delivery it is parked whatever the reason, because RabbitMQ would drop it.
struct DeliveryLimit {
    /// RabbitMQ 4's default. A queue's own limit is seldom known: AMQP does not show policies.
    static let assumed = 20
    /// A message is near its limit this many returns before it.
    static let margin = 5

    /// Returns that the queue forgives; the next one drops the message.
    var returns = Self.assumed

    func isNear(_ count: Int) -> Bool { count > 0 && count >= returns - Self.margin }
    /// The next return drops it.
    func isLast(_ count: Int) -> Bool { count >= returns }
}

/// Deliveries of one arrival that are near the limit.
struct NearLimit {
    private(set) var count = 0
    /// The highest return count among them.
    private(set) var highest = 0

    /// Takes in how often a delivery has come back.
    mutating func add(_ returns: Int, _ limit: DeliveryLimit) {
        guard limit.isNear(returns) else { return }
        count += 1
        highest = max(highest, returns)
    }
}

extension PipelineMachine {
    /// Counts deliveries that are near the limit, and reports them.
    mutating func tell(_ near: NearLimit, of processor: SubscriptionID) {
        processors[processor].counters.nearLimit += near.count
        // Once for each step: a whole window comes back together.
        guard near.highest > processors[processor].highestReturns else { return }
        processors[processor].highestReturns = near.highest
        actions.append(.note(.nearLimit(processor, returns: near.highest, limit: processors[processor].limit.returns)))
    }

    /// Something that is held, and not in flight, is near the limit.
    func holdsNearLimit(_ processor: SubscriptionID) -> Bool {
        var isFound = false
        forEachReturnable(of: processor) { isFound = isFound || processors[processor].limit.isNear(countedReturns($0.write.delivery)) }
        return isFound
    }

    /// Parks what the next return would lose, or, with `includingNear`, a return soon after. Returns true if it parked something.
    mutating func parkLast(of processor: SubscriptionID, includingNear: Bool, because text: String) -> Bool {
        guard parks, let session = processors[processor].session else { return false }
        let (limit, countedReturns) = (processors[processor].limit, countedReturns)
        func isMeant(_ entry: Lanes.Entry) -> Bool {
            guard entry.write.processor == processor, entry.session == session, entry.write.delivery.redelivered else { return false }
            // Its dead letter is on the way already, and later writes of its document wait for that.
            guard entry.stage != .deadLettering else { return false }
            let count = countedReturns(entry.write.delivery)
            return limit.isLast(count) || includingNear && limit.isNear(count)
        }
        var isAny = false
        forEachReturnable(of: processor) { isAny = isAny || isMeant($0) }
        guard isAny else { return false }
        // A write that left with others is sent by itself first.
        lanes.dissolveConflations { $0.write.processor == processor }
        var leaving: [Lanes.Entry] = []
        let (dropped, newFirst) = lanes.drop { entry in
            guard isMeant(entry) else { return false }
            leaving.append(entry)
            return true
        }
        forget(dropped)
        for slot in newFirst { proceed(slot) }
        for entry in leaving {
            let write = entry.write
            let detail = "RabbitMQ has had it back \(countedReturns(write.delivery)) times, and drops it after \(limit.returns): \(text)"
            park(
                processor, session, write.delivery, Refusal(.deliveryLimit, detail), attempts: entry.attempts,
                Subject(
                    key: write.key, version: write.version, eventID: write.eventID, receivedNanoseconds: entry.receivedNanoseconds))
        }
        return true
    }

    /// The remaining deliveries of a processor are returned for a reason that cannot wait: those that would be lost by that are parked.
    ///
    /// Whether those in flight would be lost is not known yet: each is checked again with its answer, until the channel is gone.
    mutating func part(with processor: SubscriptionID) {
        parting.insert(processor)
        let trouble = trouble(of: processor)
        let text = trouble?.text ?? "it could not be settled in time"
        _ = parkLast(of: processor, includingNear: trouble?.isDatabase == false, because: text)
    }

    private func forEachReturnable(of processor: SubscriptionID, _ body: (Lanes.Entry) -> Void) {
        let session = processors[processor].session
        lanes.forEach { entry in
            let isOwn = entry.write.processor == processor && entry.session == session
            if isOwn, !entry.stage.isInFlight, entry.write.delivery.redelivered { body(entry) }
        }
    }
}
