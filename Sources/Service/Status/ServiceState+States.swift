internal import Broker
internal import ControlMessages
internal import Mapping
internal import Messages
internal import Pipeline
internal import Settings

/// What a processor is doing, derived from what is known. The strongest reason wins.
extension ServiceState {
    func currentState(of index: SubscriptionID) -> ProcessorStatus.State {
        let facts = processors[index]
        switch pauses[facts.settings.name]?.state {
        case .paused?: return .paused
        case .draining?: return .draining
        case nil: break
        }
        if case .failed(let error) = facts.subscription, broker.state == .up { return error.advice == .intervene ? .failed : .subscribing }
        // RabbitMQ is not asked before the database has answered.
        if broker.state == .unknown, !isConnecting, database.state == .away { return .outage }
        guard broker.state == .up else { return .subscribing }
        if outage(of: facts) != nil { return .outage }
        switch facts.subscription {
        case .none, .lost, .failed: return .subscribing
        case .unproven: return .standby
        case .subscribed: return facts.standsBy ? .standby : .consuming
        }
    }

    /// The state's reason, in words; `nil` if the state says it all.
    func reason(of index: SubscriptionID) -> String? {
        let facts = processors[index]
        switch state(of: index).state {
        case .paused, .draining: return pauses[facts.settings.name]?.request.text
        case .consuming: return facts.faults.onward.map { "cannot publish onward messages: \($0.text)" }
        case .failed:
            if case .failed(let error) = facts.subscription { return error.explanation }
            return nil
        case .outage: return outage(of: facts)
        case .standby:
            guard facts.queue.partition == nil else { return nil }
            if case .unproven(let ready) = facts.subscription {
                return "\(ready) ready, none delivered; another consumer may have the queue to itself"
            }
            return nil
        case .subscribing:
            if case .failed(let error) = facts.subscription, broker.state == .up { return error.explanation }
            if broker.state == .away { return "RabbitMQ \(broker.endpoint): \(broker.reason ?? "")" }
            return silence(of: facts)
        }
    }

    /// Which server a processor that is not subscribed waits for, while nothing is known to be wrong; `nil`: for none.
    func silence(of facts: ProcessorState) -> String? {
        guard case .none = facts.subscription else { return nil }
        if broker.state == .unknown, isConnecting { return "RabbitMQ \(broker.endpoint) has not answered yet" }
        return database.state == .unknown ? "ArangoDB \(database.endpoint) has not answered yet, and nothing is consumed before" : nil
    }

    /// Why ArangoDB accepts no writes from this processor; `nil` if it does.
    private func outage(of facts: ProcessorState) -> String? {
        if database.state == .away { return "ArangoDB: \(database.explanation ?? "away")" }
        if let obstacle = facts.faults.notReady, !facts.isSubscribed { return "not consuming: \(obstacle.text)" }
        let name = facts.settings.collection
        return faults.collections[Exact(name)].map { "\(name) takes no writes: \($0.text)" }
    }
}
