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
        case .paused, .draining: return nil
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
            if case .failed(let error) = facts.subscription, broker.state == .up { return error.fault }
            if broker.state == .unknown, database.state == .away { return "waiting for ArangoDB: \(database.reason ?? "")" }
            return broker.state == .away ? "RabbitMQ \(broker.endpoint): \(broker.reason ?? "")" : nil
        }
    }

    /// Why ArangoDB accepts no writes from this processor; `nil` if it does.
    private func outage(of facts: ProcessorState) -> String? {
        if database.state == .away { return "ArangoDB: \(database.reason ?? "away")" }
        if let obstacle = facts.faults.notReady, !facts.isSubscribed { return "not consuming: \(obstacle.text)" }
        let name = facts.settings.collection
        return faults.collections[Exact(name)].map { "\(name) takes no writes: \($0.text)" }
    }
}
