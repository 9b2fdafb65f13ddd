internal import Broker
internal import ControlMessages
internal import Messages
internal import Pipeline
internal import Settings

/// Healthy is: consuming and progressing. Being connected is not enough, and a paused processor is as it should be.
extension ServiceState {
    /// For a reconnection, or a subscription, before it counts as a fault.
    static let subscribingTime: Duration = .seconds(15)
    /// For the first answer of a server at the start, before the state says that there is none.
    static let answeringTime: Duration = .seconds(1)
    /// The longest that messages may be ready without one being delivered.
    static let supplyTime: Duration = .seconds(15)
    /// An instance that has just come has consumers on partitions, and is counted after this at the latest.
    static let countingTime: Duration = .seconds(5)
    /// The longest that deliveries may be held without one being settled. Longer than a message's attempts with their delays usually take.
    static let progressTime: Duration = .seconds(60)
    /// A rejected message that comes back does so again in less: twice the longest wait of ``Pipeline`` between two rejections.
    static let circleTime: Duration = Pipeline.longestRejectionWait * 2

    func health(at now: ClockReading) -> HealthReport {
        guard phase != .stopping else { return HealthReport(reasons: ["the service is stopping"]) }
        return HealthReport(reasons: serverFaults(at: now) + subscriptions.flatMap { faults(of: $0, at: now) })
    }

    private func serverFaults(at now: ClockReading) -> [String] {
        var list: [String] = []
        if broker.state == .away { list.append("RabbitMQ \(broker.endpoint): \(broker.reason ?? "away")") }
        if database.state == .away { list.append("ArangoDB: \(database.explanation ?? "away")") }
        list += silences(at: now)
        for (collection, reason) in faults.collections.map({ ($0.key.wrappedValue, $0.value.text) }).sorted(by: { $0.0 < $1.0 }) {
            list.append("collection \(collection) takes no writes: \(reason)")
        }
        for (name, pause) in pauses.sorted(by: { $0.key < $1.key }) where pause.request.origin == .unreadableRecord {
            list.append("\(name) is \(pause.request.text). `warren resume \(name)` ends the pause")
        }
        if let recordFault {
            list.append(
                "STATE_DIRECTORY cannot be written (\(recordFault)): a message that ends the process again and again is not found out")
        }
        return list
    }

    /// A server that has not answered yet, and without which nothing is consumed.
    private func silences(at now: ClockReading) -> [String] {
        guard now.since(max(broker.since, database.since)) > Self.answeringTime else { return [] }
        let waiting = subscriptions.map { processors[$0] }.filter { pauses[$0.settings.name] == nil }
        guard !waiting.isEmpty else { return [] }
        let silences = waiting.map { silence(of: $0) }
        return silences.allSatisfy { $0 != nil } ? Set(silences.compactMap(\.self)).sorted() : []
    }

    private func faults(of index: SubscriptionID, at now: ClockReading) -> [String] {
        let facts = processors[index]
        let name = facts.settings.name
        let (state, since) = state(of: index)
        var faults: [String] = []
        switch state {
        case .failed: faults.append("\(name) cannot consume \(facts.queue.name): \(reason(of: index) ?? "")")
        case .subscribing where broker.state != .away && now.since(since) > Self.subscribingTime:
            faults.append("\(name) is not subscribed to \(facts.queue.name) since \(now.since(since).wholeSeconds) s")
        // Another instance consumes it: that is what standing by is for.
        case .standby where !facts.mayHaveOthers(at: now),
            .consuming where facts.queue.partition == nil || facts.isOurs || !facts.mayHaveOthers(at: now):
            faults += stalls(facts, at: now)
        case .consuming: break
        case .subscribing, .standby, .outage, .paused, .draining: break
        }
        if let obstacle = facts.faults.notReady, !facts.isSubscribed, pauses[name] == nil {
            let seconds = obstacle.seconds(at: now)
            faults.append("\(name) does not consume \(facts.queue.name) since \(seconds) s: \(obstacle.text)")
        }
        if let fault = facts.dealingFault, facts.queue.partition == 0 { faults.append("\(name): \(fault)") }
        if let failure = facts.faults.parking {
            faults.append("\(name) cannot park since \(failure.seconds(at: now)) s: \(failure.text)")
        }
        if let aside = facts.faults.setAside {
            faults.append(
                "\(name) has set \(aside.count) messages of \(facts.queue.name) aside that can neither be written nor parked: \(aside.text)"
            )
        }
        if let circle = facts.circle, now.since(circle.at) < Self.circleTime {
            faults.append(
                "\(name) rejects messages of \(facts.queue.name) that come back, one of them \(circle.turns) times: its dead-letter exchange leads to the "
                    + "queue again. Bind it to another queue, or set [dead_letter] enabled = true")
        }
        if let failure = facts.faults.onward {
            faults.append("\(name) cannot publish onward messages since \(failure.seconds(at: now)) s: \(failure.text)")
        }
        return faults
    }

    /// Subscribed, and yet nothing moves.
    private func stalls(_ facts: ProcessorState, at now: ClockReading) -> [String] {
        let (name, queue) = (facts.settings.name, facts.queue.name)
        if facts.holding.count > 0, now.since(facts.progressedAt) > Self.progressTime {
            return [
                "\(name) holds \(facts.holding.count) messages of \(queue), none was settled for \(now.since(facts.progressedAt).wholeSeconds) s"
            ]
        }
        // A full window is no stall of the broker's.
        if let depth = facts.depth, depth.messages > 0, !facts.isFull, now.since(facts.suppliedAt) > Self.supplyTime {
            return [
                "\(depth.messages) messages are ready in \(queue), none was delivered for \(now.since(facts.suppliedAt).wholeSeconds) s"
            ]
        }
        return []
    }
}

extension StandingFault {
    /// Whole seconds since it began.
    fileprivate func seconds(at now: ClockReading) -> Int64 { (now.instant - since).wholeSeconds }
}

extension Duration {
    /// Rounded down, for people.
    var wholeSeconds: Int64 { components.seconds }
}
