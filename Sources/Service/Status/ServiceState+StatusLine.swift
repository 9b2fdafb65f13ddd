internal import Broker
internal import ControlMessages
internal import Formats
internal import Messages
internal import Pipeline
internal import Settings

/// What systemd gets: when the service is ready, and what it does, in one line.
extension ServiceState {
    /// Whether consuming was attempted: each processor consumes, or it is known what keeps it from doing so. That is what READY waits for.
    ///
    /// A broker that is away counts: its return needs no administrator, and a service that is not ready for that long would be restarted instead. The
    /// same goes for a database that must answer before anything is consumed, and does not.
    var hasAttemptedConsuming: Bool {
        broker.state == .away || database.state == .away
            || subscriptions.allSatisfy { subscription in
                if case .none = processors[subscription].subscription { processors[subscription].faults.notReady != nil } else { true }
            }
    }

    /// What `systemctl status` says in one line.
    var statusLine: String {
        guard phase != .stopping else { return held > 0 ? "stopping: finishing \(counted(held, "message"))" : "stopping" }
        let isConsuming = subscriptions.contains { processors[$0].isSubscribed }
        return ([consuming, isConsuming ? throughput : nil] + [paused(.draining), paused(.paused)] + storing).compactMap(\.self)
            .joined(separator: "; ")
    }

    private var held: Int { processors.reduce(0) { $0 + $1.holding.count } }

    private var consuming: String {
        if database.state == .away, broker.state == .unknown {
            return "waiting for ArangoDB before anything is consumed: \(database.reason ?? "")"
        }
        if let error = brokerError { return "waiting for RabbitMQ at \(error.endpoint): \(error.fault)" }
        guard broker.state == .up else { return "connecting" }
        let consumed = subscriptions.count { processors[$0].isSubscribed }
        let failures = subscriptions.sorted().compactMap { subscription in
            processors[subscription].obstacle.map { "\(processors[subscription].settings.name): \($0)" }
        }
        let queues =
            consumed == subscriptions.count ? counted(consumed, "queue") : "\(consumed) of \(counted(subscriptions.count, "queue"))"
        return (["consuming \(queues)"] + failures).joined(separator: ", ")
    }

    private func paused(_ state: Pause.State) -> String? {
        let names = pauses.filter { $0.value.state == state }.keys.sorted()
        return names.isEmpty ? nil : "\(state): \(names.joined(separator: ", "))"
    }

    private var throughput: String {
        let rate = Int(subscriptions.reduce(0) { $0 + processors[$1].rate }.rounded())
        return rate == 0 ? "idle" : "\(rate.grouped) messages/s"
    }

    private var storing: [String] {
        let lost =
            faults.collections.map { "\($0.key.wrappedValue) takes no writes: \($0.value.text)" }.sorted()
            + subscriptions.sorted().compactMap { subscription in
                processors[subscription].faults.onward.map {
                    "\(processors[subscription].settings.name) cannot publish onward messages: \($0.text)"
                }
            }
        switch database.state {
        case .unknown, .connecting: return lost
        case .up: return [database.version.map { "ArangoDB \($0) answers" } ?? "ArangoDB answers"] + lost
        // Reported in front already.
        case .away where broker.state == .unknown: return lost
        case .away: return ["ArangoDB is away, holding \(counted(held, "message")): \(database.reason ?? "")"] + lost
        }
    }
}

extension ProcessorState {
    /// Why its queue is not consumed; `nil` if it is, or is about to be.
    fileprivate var obstacle: String? {
        if isSubscribed { return nil }
        if let fault = faults.notReady { return fault.text }
        switch subscription {
        case .lost(let error), .failed(let error): return error.fault
        case .none, .subscribed, .unproven: return nil
        }
    }
}

/// `1 queue`, `1,204 messages`.
private func counted(_ count: Int, _ noun: String) -> String { "\(count.grouped) \(noun)\(count == 1 ? "" : "s")" }
