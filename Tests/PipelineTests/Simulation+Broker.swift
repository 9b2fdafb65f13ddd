import Messages

@testable import Pipeline

/// Queues, their channels, and the exchanges that take dead letters and onward messages.
extension Simulation {
    /// One message of the world, with all that was ever done about it.
    struct Message {
        let processor: SubscriptionID
        let key: String
        let version: UInt64?
        /// The database refuses it, whatever is tried.
        let isPoison: Bool
        /// Mapping refuses it.
        let isIllegal: Bool
        var isApplied = false
        var isParked = false
        /// Its onward message is with the exchange.
        var isTold = false
        var isAcknowledged = false
    }

    /// The channel on which a queue is consumed, or was.
    struct Channel {
        var session: UInt64 = 0
        var isOpen = false
        var nextTag: UInt64 = 1
        /// Delivered and not acknowledged, by tag.
        var unacknowledged: [UInt64: Int] = [:]
    }

    /// What the queue has, and sometimes what the other one has as well, in one go.
    mutating func deliver(_ processor: SubscriptionID) throws {
        guard let own = takeBulk(processor) else { return }
        let other = chance(0.3) ? takeBulk(processor == 0 ? 1 : 0) : nil
        try perform([own] + [other].compactMap(\.self))
        plan(.deliver(processor), in: 0...0.5)
    }

    private mutating func takeBulk(_ processor: SubscriptionID) -> PipelineMachine.Event? {
        guard channels[processor].isOpen, isTaking(processor) else { return nil }
        let room = prefetch - channels[processor].unacknowledged.count
        let count = min(room, queues[processor].count, Int.random(in: 1...20, using: &random))
        guard count > 0 else { return nil }
        let bulk = queues[processor].prefix(count).map { id in
            let tag = channels[processor].nextTag
            channels[processor].nextTag += 1
            channels[processor].unacknowledged[tag] = id
            return plan(id, tag: DeliveryTag(rawValue: tag))
        }
        queues[processor].removeFirst(count)
        return .received(processor, session(processor), bulk)
    }

    private func plan(_ id: Int, tag: DeliveryTag) -> (Delivery, Result<PlannedWrite, Refusal>) {
        let message = messages[id]
        let delivery = Delivery(
            tag: tag, redelivered: false, route: Route(exchange: "", routingKey: "\(id)"), contentEncoding: .identity, timestamp: nil,
            bytes: Array(repeating: 0, count: 20), bodyBytes: 20)
        return message.isIllegal ? (delivery, .failure(Refusal(.notJSON, ""))) : (delivery, .success(planned(id, delivery)))
    }

    private func planned(_ id: Int, _ delivery: Delivery) -> PlannedWrite {
        let message = messages[id]
        return PlannedWrite(
            processor: message.processor, delivery: delivery,
            target: WriteTarget(collection: "c", mode: .update, versionAttribute: message.version.map { _ in "version" }),
            key: DocumentKey(legal: message.key), version: message.version,
            document: DocumentText(source: [], runs: [], additions: content(id)), onward: onwardQueue[message.processor])
    }

    /// Each message has an attribute that others have too. Without versions it has one of its own as well, so that it can be seen in a merged
    /// write; with versions some have one that not all newer ones have, so that they must not be folded.
    func content(_ id: Int) -> [UInt8] {
        let others = hasVersions ? (id % 4 == 0 ? "" : #","rare":\#(id)"#) : #","own\#(id)":\#(id),"third\#(id % 3)":\#(id)"#
        return Array((#""last":\#(id)"# + others).utf8)
    }

    mutating func confirm(_ processor: SubscriptionID, _ orders: [ParkOrder]) throws {
        var failures: [Int: ParkFailure] = [:]
        for processor in queues.indices where hasFaults && chance(0.2) { withoutDeadLetters.formSymmetricDifference([processor]) }
        if !hasFaults { withoutDeadLetters = [] }
        for order in orders {
            let message = messages[id(order.delivery)]
            guard !isBlameless || message.isPoison || message.isIllegal else {
                throw Violation(description: "message \(id(order.delivery)) parked, and only the database failed: \(order.refusal)")
            }
            guard !withoutDeadLetters.contains(order.processor) else {
                failures[order.id] = ParkFailure("simulated")
                continue
            }
            // A copy may be there although its confirmation is not: that is a repetition, not a loss.
            if !hasFaults || chance(0.8) { messages[id(order.delivery)].isParked = true }
            if hasFaults, chance(0.2) || !messages[id(order.delivery)].isParked { failures[order.id] = ParkFailure("simulated") }
        }
        try perform(.parked(processor, failures: failures))
    }

    /// Onward messages reach their exchange, or not.
    mutating func tell(_ processor: SubscriptionID, _ orders: [OnwardOrder]) throws {
        if hasFaults, chance(0.2) { withoutExchange.formSymmetricDifference([processor]) }
        if hasFaults, chance(0.2), let order = orders.first { unroutable.formSymmetricDifference([order.write.key.text]) }
        if !hasFaults { (withoutExchange, unroutable) = ([], []) }
        var failures: [Int: OnwardFailure] = [:]
        for order in orders {
            guard order.outcome == .written, isCovered(id(order.write)) || order.write.version == nil else {
                throw Violation(description: "message \(id(order.write)) told, but it is not written")
            }
            if withoutExchange.contains(processor) {
                failures[order.id] = OnwardFailure(.exchange, "simulated")
            } else if unroutable.contains(order.write.key.text) {
                failures[order.id] = OnwardFailure(.message, "simulated")
            } else {
                messages[id(order.write)].isTold = true
                // It may be there although its confirmation is not: then it comes twice.
                if hasFaults, chance(0.1) { failures[order.id] = OnwardFailure(chance(0.5) ? .exchange : .message, "simulated") }
            }
        }
        try perform(.emitted(processor, failures: failures))
    }

    mutating func acknowledge(_ acknowledgement: Acknowledgement) throws {
        let processor = acknowledgement.processor
        guard channels[processor].isOpen, acknowledgement.session == session(processor) else {
            throw Violation(description: "acknowledgement for a channel that is gone")
        }
        let tags: [UInt64]
        switch acknowledgement.kind {
        case .through(let last):
            guard channels[processor].unacknowledged[last.rawValue] != nil else {
                throw Violation(description: "unknown delivery tag \(last)")
            }
            tags = channels[processor].unacknowledged.keys.filter { $0 <= last.rawValue }
        case .each(let list), .reject(let list): tags = list.map(\.rawValue)
        }
        for tag in tags {
            guard let id = channels[processor].unacknowledged.removeValue(forKey: tag) else {
                throw Violation(description: "unknown delivery tag \(tag)")
            }
            guard messages[id].isApplied || messages[id].isParked || isCovered(id) else {
                throw Violation(description: "message \(id) acknowledged, but neither written nor stale nor parked")
            }
            let isToBeTold = onwardQueue[processor] != nil && !messages[id].isParked && !isOvertaken(id)
            guard messages[id].isTold || !isToBeTold else {
                throw Violation(description: "message \(id) acknowledged, but nobody was told")
            }
            messages[id].isAcknowledged = true
        }
        plan(.deliver(processor), in: 0...0.05)
    }

    func session(_ processor: SubscriptionID) -> SessionID { SessionID(rawValue: channels[processor].session) }
    func id(_ write: PlannedWrite) -> Int { id(write.delivery) }
    func id(_ delivery: Delivery) -> Int { Int(delivery.route.routingKey) ?? -1 }
}
