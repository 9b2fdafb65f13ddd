public import Settings

/// How a queue is dealt out to partitions: what `warren provision` creates, and how the number of partitions grows. Queues are never deleted.
///
/// ``PartitionNames`` describes the way of a message. Each step can be repeated. If it ends in between, every message is in a queue: while the
/// bindings of the hash exchange change, new messages wait in the queue itself.
public struct Partitioning: Sendable {
    /// What was done, or is being waited for.
    public enum Step: Sendable, Equatable, CustomStringConvertible {
        case created(String)
        case present(String)
        /// It existed with differences, and was not changed.
        case differs(String, [QueueDifference])
        /// There are fewer partitions now. They are emptied first, so that a document's messages are never in two of them.
        case waiting(forMessages: Int, in: Int)
        /// A new hash exchange replaces one with which keys may change partitions when the broker restarts. The partitions are emptied first.
        case renewing
        /// The number of partitions has changed.
        case grown(from: Int, to: Int)
        /// This number of messages was moved from the queue into the partitions.
        case moved(Int)
        /// This number of messages was still in the queue when new messages began to go to the partitions directly.
        case overtaken(Int)

        /// For people.
        public var description: String {
            switch self {
            case .created(let name): "queue \(name): created"
            case .present(let name): "queue \(name): was there"
            case .differs(let name, let differences): "queue \(name): was there, and is left as it is: \(differences.summary)"
            case .waiting(let messages, let count): "waiting until \(count) partitions are empty: \(messages) messages are ready in them"
            case .renewing:
                "the exchange that deals messages out is of Warren 0.1, and a restart of the broker may change which key has which partition; it is "
                    + "made anew"
            case .grown(let old, let new): "partitions: \(new), there were \(old)"
            case .moved(let count): "\(count) messages moved into the partitions"
            case .overtaken(let count):
                "\(count) messages may have been overtaken by newer ones while the way was opened; without versions compare their documents"
            }
        }
    }

    /// Why it failed. Steps that were done stay done, and a retry continues from there.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        case broker(BrokerError)
        /// A message could not be moved. It is in the queue.
        case move(MoveFailure)
        /// `warren provision` has not created the partitions yet.
        case notProvided(PartitionNames)
        /// There are more partitions than requested.
        case shrinking(PartitionNames)
        /// Another mover, or another `warren provision`, keeps working on the queue.
        case busy(PartitionNames)
        /// The existing partitions do not become empty.
        case notEmptied(PartitionNames, messages: Int, consumers: Int)
        /// Messages come faster than they can be moved.
        case tooFast(PartitionNames)

        /// What failed, and what to do.
        public var description: String {
            switch self {
            case .broker(let error): "\(error)"
            case .move(let failure): "\(failure)"
            case .notProvided(let names): "the partitions of '\(names.queue)' are not complete. Run `warren provision`"
            case .shrinking(let names):
                "queue '\(names.partition(names.count))' is there, so there are more than \(names.count) partitions, and their number "
                    + "cannot be lowered: messages of the last ones would be left. Raise partitions, or let Warren empty them, stop all "
                    + "instances, and delete the queues \(names.queue).0 and so on"
            case .busy(let names):
                "another process is moving messages of '\(names.queue)' (it holds the queue '\(names.lock)'); try again"
            case .tooFast(let names):
                "messages come to '\(names.queue)' faster than they can be moved into its partitions. They are moved through the queue, which running "
                    + "instances move from; try again when less comes"
            case .notEmptied(let names, let messages, let consumers):
                "\(messages) messages are still in the partitions of '\(names.queue)', which have \(consumers) consumers in all. New ones wait "
                    + "in the queue itself meanwhile. "
                    + (consumers == 0
                        ? "Start Warren with the present number of partitions, and try again" : "See `warren status`, and try again")
            }
        }
    }

    /// The names of its queues and exchanges.
    public let names: PartitionNames
    let key: PartitionKey
    let type: QueueType?
    let settings: RabbitMQSettings
    /// Document versions keep the result right, even if a key's messages are in two partitions.
    let hasVersion: Bool
    /// How long partitions must look empty until they count as empty. Messages that consumers hold are invisible.
    public var settleTime: Duration = .seconds(20)
    /// How long to wait for a moment without waiting messages. Opening the entry exchange then lets no message overtake another one.
    var calmTime: Duration = .seconds(30)
    /// The types of exchange that are tried.
    var hashTypes = Self.hashTypes
    /// How long the partitions may take to become empty.
    public var patience: Duration = .seconds(600)

    /// The partitions of a processor; `nil` if it has none.
    public init?(_ processor: ProcessorSettings, settings: RabbitMQSettings) {
        guard let names = processor.partitionNames else { return nil }
        self.names = names
        key = processor.partitionBy
        type = processor.queueType
        hasVersion = processor.version != nil
        self.settings = settings
    }

    /// How long another mover may hold the lock.
    private static let lockTime: Duration = .seconds(60)
    /// With at most this many messages, the queue counts as empty after ``calmTime``. It is never quite empty while messages come fast.
    private static let fewMessages = 32
    /// The time between two checks.
    private static let pause: Duration = .milliseconds(250)

    /// Creates what is missing, lets the number of partitions grow, and moves the queue's messages into them. Calls `onStep` for each step.
    public func provide(onStep: @escaping @Sendable (Step) -> Void) async throws(Failure) {
        let before = try await present()
        guard before <= names.count else { throw .shrinking(names) }
        let isGrowing = before > 0 && before < names.count
        try await create([QueueDeclaration(name: names.queue, arguments: typeArguments), instancesQueue], onStep)
        try await change { connection, channel throws(BrokerError.Reason) in
            for exchange in ways { try connection.declare(exchange, channel: channel) }
            try connection.bind(fallback, channel: channel)
        }
        let isOld = try await declareHash() == .unstable
        if isOld { onStep(.renewing) }
        try await withMover { mover throws(Failure) in
            if isGrowing || isOld { try await dealAnew(from: before, over: mover, isOld: isOld, onStep) }
            try await create(partitionQueues, onStep)
            try await open(mover, onStep)
        }
    }

    /// Declares the hash exchange again after a restart of the broker has deleted it: see ``hash(_:)``. Moves messages that have waited in the queue
    /// into the partitions. Throws if `warren provision` has not created the rest yet.
    public func restore(onStep: @escaping @Sendable (Step) -> Void) async throws(Failure) {
        guard try await present() == names.count, try await isThere(names.entry) else { throw .notProvided(names) }
        guard try await declareHash() == .ready else { return }
        try await withMover { mover throws(Failure) in try await open(mover, onStep) }
    }

    /// A mover that has just taken the lock calls this before it moves anything. The instance that declared the hash exchange may have ended before
    /// it had bound all partitions. Changes nothing if the number of partitions differs, or without the right to bind.
    public func complete(_ mover: QueueMover) async throws(Failure) {
        guard try await present() == names.count else { return }
        do throws(Failure) { try await bindPartitions(over: mover) } catch {
            guard case .broker(let reason) = error, case .channelClosed(let code, _) = reason.reason, ReplyCode(code) == .accessRefused
            else {
                throw error
            }
        }
    }

    private func withMover(_ body: (QueueMover) async throws(Failure) -> Void) async throws(Failure) {
        let mover = try await locked()
        do throws(Failure) {
            try await body(mover)
        } catch {
            await mover.close()
            throw error
        }
        await mover.close()
    }

    /// From now on, messages go directly to the partitions, behind those that wait in the queue.
    private func open(_ mover: QueueMover, _ onStep: @Sendable (Step) -> Void) async throws(Failure) {
        try await bindPartitions(over: mover)
        let moved = try await moveAll(over: mover)
        try await change(over: mover) { connection, channel throws(BrokerError.Reason) in
            try connection.unbind(gate, channel: channel)
            try connection.bind(way, channel: channel)
        }
        // Only the messages that wait now: another exchange that is still bound to the queue may feed it for ever.
        let waiting = try await ready(mover)
        let late = try await move(over: mover, atMost: waiting)
        if moved + late > 0 { onStep(.moved(moved + late)) }
        if late > 0 { onStep(.overtaken(late)) }
    }

    /// Moves messages until none waits, or only few if messages keep coming.
    private func moveAll(over mover: QueueMover) async throws(Failure) -> Int {
        let start = ContinuousClock.now
        var moved = 0
        while true {
            let waiting = try await ready(mover)
            let time = ContinuousClock.now - start
            guard waiting > (time < calmTime ? 0 : Self.fewMessages) else { return moved }
            guard time < patience else { throw .tooFast(names) }
            moved += try await moveNext(mover)
        }
    }

    /// Moves `count` messages, or all there are.
    private func move(over mover: QueueMover, atMost most: Int) async throws(Failure) -> Int {
        var moved = 0
        while moved < most {
            let count = try await moveNext(mover)
            guard count > 0 else { break }
            moved += count
        }
        return moved
    }

    private func moveNext(_ mover: QueueMover) async throws(Failure) -> Int {
        do throws(MoveFailure) { return try await mover.moveNext() } catch { throw .move(error) }
    }

    private func ready(_ mover: QueueMover) async throws(Failure) -> Int {
        do throws(BrokerError) { return try await mover.ready() } catch { throw .broker(error) }
    }

    /// Lets new messages wait in the queue until the partitions are empty. Then the hash exchange and its bindings can be declared again.
    private func dealAnew(
        from count: Int, over mover: QueueMover, isOld: Bool, _ onStep: @escaping @Sendable (Step) -> Void
    ) async throws(Failure) {
        try await change(over: mover) { connection, channel throws(BrokerError.Reason) in
            try connection.bind(gate, channel: channel)
            try connection.unbind(way, channel: channel)
        }
        try await waitUntilEmpty(PartitionNames(queue: names.queue, count: count), onStep)
        try await change(over: mover) { connection, channel throws(BrokerError.Reason) in
            if isOld {
                try connection.delete(exchange: names.hash, channel: channel)
            } else {
                for binding in hashBindings { try connection.unbind(binding, channel: channel) }
            }
        }
        if isOld { _ = try await declareHash() }
        if count < names.count { onStep(.grown(from: count, to: names.count)) }
    }

    private func waitUntilEmpty(_ old: PartitionNames, _ onStep: @Sendable (Step) -> Void) async throws(Failure) {
        let deadline = ContinuousClock.now + patience
        var emptySince: ContinuousClock.Instant?
        var told: Int?
        while true {
            let depths = try await look(old.partitions).compactMap { state in
                if case .present(let depth) = state { depth } else { nil }
            }
            let messages = depths.reduce(0) { $0 + $1.messages }
            emptySince = messages > 0 ? nil : emptySince ?? .now
            if let emptySince, .now - emptySince >= settleTime { return }
            if told == nil || (messages == 0) != (told == 0) { onStep(.waiting(forMessages: messages, in: old.count)) }
            told = messages
            let consumers = depths.reduce(0) { $0 + $1.consumers }
            guard .now < deadline, consumers > 0 || messages == 0 else {
                throw .notEmptied(old, messages: messages, consumers: consumers)
            }
            do { try await Task.sleep(for: Self.pause) } catch { throw .busy(names) }
        }
    }

    private func locked() async throws(Failure) -> QueueMover {
        let deadline = ContinuousClock.now + Self.lockTime
        let mover: QueueMover
        do throws(BrokerError) { mover = try await QueueMover.open(names, settings: settings) } catch { throw .broker(error) }
        while true {
            let isOurs: Bool
            // A mover closes a failed connection itself.
            do throws(BrokerError) { isOurs = try await mover.acquire() } catch { throw .broker(error) }
            if isOurs { return mover }
            guard .now < deadline, (try? await Task.sleep(for: Self.pause)) != nil else {
                await mover.close()
                throw .busy(names)
            }
        }
    }
}
