/// What the cluster test does to the parts, one after the other. Nodes are counted from 1, instances are taken by their age, the oldest first.
enum ClusterFault: Sendable, Hashable {
    /// A RabbitMQ node is killed with SIGKILL, and started again.
    case nodeKilled(Int)
    /// The network between one node and the others fails, and is mended: with pause_minority the one closes its clients' connections.
    case nodeCut(Int)
    /// An instance is killed with SIGKILL, and another one started.
    case instanceKilled(Int)
    /// It is stopped in order (SIGTERM), and another one started.
    case instanceStopped(Int)
    /// There is one more.
    case instanceAdded
    /// It is stopped in order, and none comes in its place.
    case instanceRemoved(Int)
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
        case .nodeKilled(let number), .nodeCut(let number), .instanceKilled(let number), .instanceStopped(let number),
            .instanceRemoved(let number):
            "\(kind), number \(number)"
        case .instanceAdded, .instancesUpgraded: kind
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
    init(seed: UInt64, faults: Int, messages: Int, nodes: Int, instances: Int) {
        var random = SeededGenerator(seed: seed)
        var faultList: [ClusterFault] = []
        while faultList.count < faults {
            let instance = { Int.random(in: 1...instances, using: &random) }
            var deck: [ClusterFault] = [
                .instanceKilled(instance()), .instanceKilled(instance()), .instanceStopped(instance()), .instanceAdded,
                .instanceRemoved(instance()), .instancesUpgraded,
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
