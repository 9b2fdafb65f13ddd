internal import Broker
internal import Formats
internal import Mapping
internal import Pipeline
internal import Settings
internal import Store

/// What `systemctl status` says in one line, as facts: learnt from what the parts report, and put into words.
struct SystemdStatus {
    /// Where the service is in its life.
    enum Phase: Equatable { case running, stopping }

    /// RabbitMQ, as far as it is known.
    enum Broker: Equatable {
        case unknown
        case connected
        case waiting(BrokerError)
    }

    /// ArangoDB, as far as it is known.
    enum Database: Equatable {
        case unknown
        case answers(ServerVersion?)
        case away(String)
    }

    /// The queue of one processor.
    enum Queue: Equatable {
        case unknown
        case consuming
        case failed(BrokerError)
        /// Not consumed, because something is missing that its processor needs.
        case notReady(String)
    }

    var phase = Phase.running
    var broker = Broker.unknown
    var database = Database.unknown
    var queues: [ProcessorIndex: Queue]
    /// Collections that take no writes until somebody acts, and why.
    var lostTargets: [Exact<String>: String] = [:]
    /// Processors that an administrator has paused, or drains.
    var pauses: [String: Pause.State] = [:]
    /// Processors whose onward messages cannot be published, and why.
    private var untold: [ProcessorIndex: String] = [:]
    /// Deliveries settled a second.
    var rate = 0
    /// Deliveries held.
    var held = 0

    private var version: ServerVersion?
    private var names: [ProcessorIndex: String]

    /// Nothing is known yet of the processors with these names.
    init(processors names: [ProcessorIndex: String]) {
        self.names = names
        queues = names.mapValues { _ in .unknown }
    }

    /// Other processors are there now; what is known of those that stay in their places is kept.
    mutating func adopt(_ names: [ProcessorIndex: String]) {
        untold = untold.filter { self.names[$0.key] == names[$0.key] }
        queues = Dictionary(uniqueKeysWithValues: names.map { ($0, self.names[$0] == $1 ? queues[$0] ?? .unknown : .unknown) })
        self.names = names
    }

    /// The consumer told something.
    mutating func learn(_ event: ConsumerEvent) {
        switch event {
        case .connected: broker = .connected
        case .waiting(let error, _): (broker, queues) = (.waiting(error), names.mapValues { _ in .unknown })
        case .subscribed(let processor, _), .resumed(let processor, _): know(processor, .consuming)
        case .subscribeFailed(let processor, let error, _): know(processor, .failed(error))
        case .unsubscribed(let processor, _, nil): know(processor, .unknown)
        case .unsubscribed(let processor, _, let error?): know(processor, .failed(error))
        case .deliveries, .depth, .unproven: break
        }
    }

    /// Of one that has left meanwhile nothing is told.
    private mutating func know(_ processor: ProcessorIndex, _ queue: Queue) {
        if names[processor] != nil { queues[processor] = queue }
    }

    /// The pipeline told something.
    mutating func learn(_ note: PipelineEvent) {
        switch note {
        case .databaseLost(let fault): database = .away("\(fault)")
        case .databaseBack: database = .answers(version)
        case .targetLost(let target, let fault): lostTargets[Exact(target.collection)] = "\(fault)"
        case .targetBack(let target, _): lostTargets[Exact(target.collection)] = nil
        case .emitFailing(let processor, let text, _, _): if names[processor] != nil { untold[processor] = text }
        case .notReady(let processor, let text, _, _): know(processor, .notReady(text))
        case .emitBack(let processor, _): untold[processor] = nil
        default: break
        }
    }

    /// The database was asked for its version at start.
    mutating func learn(_ answer: Result<ServerVersion, RequestFailure>) {
        switch answer {
        case .success(let version): (self.version, database) = (version, .answers(version))
        case .failure(let failure): database = .away("\(failure.fault)")
        }
    }

    /// One line.
    var text: String {
        switch phase {
        case .stopping: return held > 0 ? "stopping: finishing \(counted(held, "message"))" : "stopping"
        case .running:
            return ([consuming, isConsuming ? throughput : nil] + [paused(.draining), paused(.paused)] + storing).compactMap(\.self).joined(
                separator: "; ")
        }
    }

    private var isConsuming: Bool { queues.values.contains(.consuming) }

    private var consuming: String? {
        if case .away(let fault) = database, broker == .unknown { return "waiting for ArangoDB before anything is consumed: \(fault)" }
        switch broker {
        case .unknown: return "connecting"
        case .waiting(let error): return "waiting for RabbitMQ at \(error.endpoint): \(error.fault)"
        case .connected: break
        }
        let consumed = queues.values.count { $0 == .consuming }
        let failures = queues.sorted { $0.key < $1.key }.compactMap { place, queue -> String? in
            switch queue {
            case .failed(let error): names[place].map { "\($0): \(error.fault)" }
            case .notReady(let text): names[place].map { "\($0): \(text)" }
            case .unknown, .consuming: nil
            }
        }
        let queues = consumed == names.count ? counted(consumed, "queue") : "\(consumed) of \(counted(names.count, "queue"))"
        return (["consuming \(queues)"] + failures).joined(separator: ", ")
    }

    private func paused(_ state: Pause.State) -> String? {
        let names = pauses.filter { $0.value == state }.keys.sorted()
        return names.isEmpty ? nil : "\(state): \(names.joined(separator: ", "))"
    }

    private var throughput: String { rate == 0 ? "idle" : "\(rate.grouped) messages/s" }

    private var storing: [String] {
        let lost =
            lostTargets.map { "\($0.key.wrappedValue) takes no writes: \($0.value)" }.sorted()
            + untold.sorted { $0.key < $1.key }.map { "\(names[$0.key] ?? "") cannot tell others: \($0.value)" }
        switch database {
        case .unknown: return lost
        case .answers(let version?): return ["ArangoDB \(version) answers"] + lost
        case .answers(nil): return ["ArangoDB answers"] + lost
        // Told in front already.
        case .away where broker == .unknown: return lost
        case .away(let fault): return ["ArangoDB is away, holding \(counted(held, "message")): \(fault)"] + lost
        }
    }
}

/// `1 queue`, `1,204 messages`.
private func counted(_ count: Int, _ noun: String) -> String { "\(count.grouped) \(noun)\(count == 1 ? "" : "s")" }
