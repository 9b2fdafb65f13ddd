internal import DequeModule
internal import Messages
internal import Pipeline
internal import Schedules

/// A broker, many Warrens and a database under a virtual clock. The Warrens are real, as far as they decide: each is a `PipelineMachine` that gets
/// events. The broker and the database are stations, whose servers are the cores of their machines.
///
/// The same seed is the same run, event for event.
public struct Fleet {
    /// What is published.
    public struct Load: Sendable {
        /// Messages in all.
        public var messages: Int
        /// Messages per second, at random times (Poisson); `nil` if all are in the queues when it begins.
        public var rate: Double?
        /// What they are about.
        public var popularity: Popularity

        /// A load by its parts.
        package init(messages: Int, rate: Double?, popularity: Popularity) {
            self.messages = messages
            self.rate = rate
            self.popularity = popularity
        }
    }

    private enum Happening {
        case publish
        /// A message is in its queue.
        case enqueued(partition: Int, Partition.Message)
        /// The broker has handed so many messages over.
        case delivered(partition: Int, count: Int)
        /// The instance has done its share of the work with them.
        case received(partition: Int, [(tag: UInt64, message: Partition.Message)])
        /// A request is at the database.
        case requested(instance: Int, WriteBatch)
        case answered(instance: Int, WriteBatch, queueTime: Seconds)
        case woke(instance: Int)
    }

    /// Messages that are handed over at once, at most: as many as Warren maps in one go.
    private static let bulk = 128

    private let deployment: Deployment
    private let load: Load
    private var random: SplitMix
    private var stations: [Station]
    private var partitions: [Partition]
    private var instances: [Instance]
    private var agenda = Agenda<Seconds, Happening>()
    private var now: Seconds = 0
    private var published = 0
    private var result = FleetResult()

    /// A fleet that has not begun yet.
    public init(_ deployment: Deployment, load: Load, seed: UInt64) {
        self.deployment = deployment
        self.load = load
        random = SplitMix(seed: seed)
        let machines = deployment.isOneMachine ? 1 : deployment.brokerNodes + deployment.instances + deployment.databaseNodes
        stations = Array(repeating: Station(servers: deployment.cores), count: machines)
        partitions = (0..<deployment.partitions).map { number in
            let nodes = (0..<deployment.replicas).map { (number + $0) % deployment.brokerNodes }
            return Partition(
                holder: number % deployment.instances, subscription: SubscriptionID(rawValue: number / deployment.instances), nodes: nodes)
        }
        instances = (0..<deployment.instances).map { number in
            let held = (deployment.partitions - number + deployment.instances - 1) / deployment.instances
            return Instance(partitions: max(0, held), prefetch: deployment.prefetch, seed: seed &+ UInt64(number))
        }
    }

    /// Runs until every message is settled, or nothing happens any more.
    public mutating func run() -> FleetResult {
        if load.rate == nil { fillQueues() } else { plan(.publish, at: 0) }
        while let next = agenda.next() {
            now = next.time
            happen(next.event)
        }
        result.duration = now
        result.settled = load.messages - partitions.reduce(0) { $0 + $1.ready.count + $1.unacknowledged }
        result.measureUtilization(of: stations, deployment)
        return result
    }

    private mutating func happen(_ what: Happening) {
        switch what {
        case .publish: publish()
        case .enqueued(let partition, let message):
            partitions[partition].ready.append(message)
            deliver(partition)
        case .delivered(let partition, let count): handOver(partition, count)
        case .received(let partition, let messages):
            let (holder, subscription) = (partitions[partition].holder, partitions[partition].subscription)
            perform(instances[holder].receive(messages, subscription: subscription, at: now), instance: holder)
        case .requested(let instance, let batch): request(instance, batch)
        case .answered(let instance, let batch, let queueTime): answer(instance, batch, queueTime)
        case .woke(let instance):
            instances[instance].plannedWake = nil
            perform(instances[instance].handle(.woke, at: now), instance: instance)
        }
    }

    // What the broker does.

    private mutating func fillQueues() {
        for _ in 0..<load.messages {
            let (partition, message) = next()
            partitions[partition].ready.append(message)
        }
        for partition in partitions.indices { deliver(partition) }
    }

    private mutating func publish() {
        let (partition, message) = next()
        plan(.enqueued(partition: partition, message), at: work(partition, for: deployment.costs.publish) + deployment.costs.network)
        if let rate = load.rate, published < load.messages { plan(.publish, at: now + random.exponential(mean: 1 / rate)) }
    }

    private mutating func next() -> (partition: Int, message: Partition.Message) {
        published += 1
        let key = load.popularity.key(&random)
        let partition = JumpHash.bucket(of: UInt64(key), buckets: partitions.count)
        return (partition, Partition.Message(published: now, key: key, version: published))
    }

    /// As much as prefetch allows, one bulk after the other: a queue is one process in the broker.
    private mutating func deliver(_ partition: Int) {
        let room = deployment.prefetch - partitions[partition].unacknowledged
        let count = min(room, partitions[partition].ready.count, Self.bulk)
        guard count > 0, !partitions[partition].isDelivering else { return }
        partitions[partition].isDelivering = true
        plan(.delivered(partition: partition, count: count), at: work(partition, for: deployment.costs.deliver * Double(count)))
    }

    /// When the leader of a queue has done this; the other nodes that keep the queue do it too, and nobody waits for them.
    private mutating func work(_ partition: Int, for work: Seconds) -> Seconds {
        let ends = partitions[partition].nodes.map { stations[deployment.isOneMachine ? 0 : $0].serve(at: now, for: work).end }
        return ends[0]
    }

    private mutating func handOver(_ partition: Int, _ count: Int) {
        partitions[partition].isDelivering = false
        let messages = (0..<count).compactMap { _ in
            partitions[partition].ready.popFirst().map { (tag: partitions[partition].deliver($0), message: $0) }
        }
        let station = deployment.isOneMachine ? 0 : deployment.brokerNodes + partitions[partition].holder
        let done = stations[station].serve(at: now, for: deployment.costs.warren * Double(count)).end + deployment.costs.network
        partitions[partition].lastArrival = max(partitions[partition].lastArrival, done)
        plan(.received(partition: partition, messages), at: partitions[partition].lastArrival)
        deliver(partition)
    }

    // What an instance says.

    private mutating func perform(_ actions: [PipelineMachine.Action], instance: Int) {
        for action in actions {
            switch action {
            case .write(let batch): plan(.requested(instance: instance, batch), at: now + deployment.costs.network)
            case .acknowledge(let list): for acknowledgement in list { acknowledge(acknowledgement, instance: instance) }
            // Nothing fails here, and no message asks for more than its document.
            default: break
            }
        }
        if let wake = instances[instance].nextWake, instances[instance].plannedWake.map({ wake < $0 }) ?? true {
            instances[instance].plannedWake = wake
            plan(.woke(instance: instance), at: max(wake, now))
        }
    }

    private mutating func acknowledge(_ acknowledgement: Acknowledgement, instance: Int) {
        let partition = acknowledgement.processor.rawValue * deployment.instances + instance
        switch acknowledgement.kind {
        case .through(let tag): result.acknowledged(partitions[partition].acknowledge(through: tag.rawValue), at: now)
        case .each(let tags), .reject(let tags):
            for tag in tags { result.acknowledged(partitions[partition].acknowledge(tag.rawValue), at: now) }
        }
        deliver(partition)
    }

    // What the database does.

    private mutating func request(_ instance: Int, _ batch: WriteBatch) {
        let costs = deployment.costs
        // Each instance goes round by itself.
        let server = (instance + batch.id.number) % deployment.databaseNodes
        let station = deployment.isOneMachine ? 0 : deployment.brokerNodes + deployment.instances + server
        let turn = stations[station].serve(at: now, for: costs.request + costs.document * Double(batch.writes.count))
        result.requested(documents: batch.writes.count)
        plan(.answered(instance: instance, batch, queueTime: turn.start - now), at: turn.end + costs.commit + costs.network)
    }

    private mutating func answer(_ instance: Int, _ batch: WriteBatch, _ queueTime: Seconds) {
        for write in batch.writes {
            let partition = write.processor.rawValue * deployment.instances + instance
            result.stored(after: now - partitions[partition].published[Int(write.delivery.tag.rawValue) - 1])
        }
        let outcomes = [Outcome](repeating: .written, count: batch.writes.count)
        let actions = instances[instance].handle(.replied(batch.id, .success(outcomes), queueTime: .seconds(queueTime)), at: now)
        perform(actions, instance: instance)
    }

    private mutating func plan(_ what: Happening, at time: Seconds) {
        agenda.plan(what, at: time)
    }
}
