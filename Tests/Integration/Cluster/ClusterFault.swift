import Schedules

/// What the cluster test does to the parts, one after the other. Nodes are counted from 1. Of the instances it chooses the one with most partitions.
enum ClusterFault: Sendable, Hashable {
    /// A RabbitMQ node is killed with SIGKILL, and started again.
    case nodeKilled(Int)
    /// The network between one node and the others fails, and is mended: with pause_minority the one closes its clients' connections.
    case nodeCut(Int)
    /// An instance is killed with SIGKILL, and another one started.
    case instanceKilled
    /// It is stopped in order (SIGTERM), and another one started.
    case instanceStopped
    /// There is one more, for a time.
    case instanceAdded
    /// It is stopped in order, and for a time there is one less.
    case instanceRemoved
    /// One after the other is stopped and started with another binary.
    case instancesUpgraded

    /// Its line in the table.
    var kind: String {
        switch self {
        case .nodeKilled: "RabbitMQ node: kill -9"
        case .nodeCut: "RabbitMQ node: cut off from the others"
        case .instanceKilled: "instance: kill -9"
        case .instanceStopped: "instance: SIGTERM"
        case .instanceAdded: "instance: added"
        case .instanceRemoved: "instance: removed"
        case .instancesUpgraded: "instances: upgraded one by one"
        }
    }

    /// RabbitMQ stays as it is, so partitions move within the time that was promised.
    var isOfInstances: Bool {
        switch self {
        case .nodeKilled, .nodeCut: false
        case .instanceKilled, .instanceStopped, .instanceAdded, .instanceRemoved, .instancesUpgraded: true
        }
    }
}

extension ClusterFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .nodeKilled(let number), .nodeCut(let number): "\(kind), number \(number)"
        case .instanceKilled, .instanceStopped, .instanceAdded, .instanceRemoved, .instancesUpgraded: kind
        }
    }
}

/// Which faults, in which order, and how long each lasts: the same for a seed.
struct ClusterPlan: Sendable, Equatable {
    struct Step: Sendable, Equatable {
        let fault: ClusterFault
        /// From the fault to its end.
        let hold: Duration
        let messages: Int
    }

    let steps: [Step]

    /// Shuffled decks that hold every kind once; without a cluster only the faults of instances.
    init(seed: UInt64, faults: Int, messages: Int, nodes: Int) {
        var random = SplitMix(seed: seed)
        var faultList: [ClusterFault] = []
        while faultList.count < faults {
            var deck: [ClusterFault] = [
                .instanceKilled, .instanceKilled, .instanceStopped, .instanceAdded, .instanceRemoved, .instancesUpgraded,
            ]
            if nodes > 1 {
                deck += [.nodeKilled(.random(in: 1...nodes, using: &random)), .nodeCut(.random(in: 1...nodes, using: &random))]
            }
            faultList += deck.shuffled(using: &random).prefix(faults - faultList.count)
        }
        steps = faultList.map { fault in
            Step(fault: fault, hold: .milliseconds(Int.random(in: 3000...6000, using: &random)), messages: messages / faults)
        }
    }
}
