internal import Messages
public import Settings
internal import Synchronization
internal import Threads

/// Moves messages from a queue to an exchange: each is published, mandatory and confirmed, and acknowledged only then. It is unchanged but for
/// headers that no frame has room for, see ``MessageProperties``. Whatever ends it
/// in between, a message is there twice and never not at all.
///
/// Messages keep their order: one mover at a time works on a queue (see ``acquire()``), and behind a message that could not be published nothing is
/// acknowledged, so that all from there on come again in order.
///
/// The lock, what is fetched, and what is published are one connection's. A mover that stood still until the broker gave its connection up has lost all three
/// at once: what it publishes afterwards goes into a socket that nobody reads. Over a second connection it would come behind what its successor has
/// moved since.
///
/// Calls that need the broker block on a thread of their own, at most ``stepTime`` for each answer. One call at a time.
public final class QueueMover: Sendable {
    /// For one answer of the broker.
    static let stepTime: Duration = .seconds(10)
    /// Between two calls nothing is sent; whoever uses a mover looks once in a second or two.
    private static let shortestHeartbeat: Duration = .seconds(10)
    /// Where heartbeats are switched off: a lock must not be held by somebody who is gone.
    private static let defaultHeartbeat: Duration = .seconds(60)
    /// Messages fetched at once, at most, and body bytes, if they are as large as those before.
    private static let bulkMessages = 128, bulkBytes = 1 << 20
    static let fetchChannel: UInt16 = 1, publishChannel: UInt16 = 2, countChannel: UInt16 = 3, ownChannel: UInt16 = 4

    struct State {
        /// Of the latest messages, the average.
        var messageBytes = 32 << 10
        var isLocked = false
        /// What was published on the channel that is open; nil: none is.
        var ledger: ConfirmLedger<Int>?
        /// So many messages go alone, because the broker has closed a channel over one of them: so it is known over which, and the others are not
        /// published again and again.
        var alone = 0
        var countsAsInstance = false
    }

    /// The queue.
    public let queue: String
    let names: PartitionNames
    let connection: Connection
    private let state = Mutex(State())

    /// Connects. Throws if the broker cannot be reached, or the queue is missing.
    public static func open(_ names: PartitionNames, settings: RabbitMQSettings) async throws(BrokerError) -> QueueMover {
        let shortest = settings.heartbeat == .zero ? defaultHeartbeat : shortestHeartbeat
        return try await open(names, settings: settings, heartbeat: max(settings.heartbeat, shortest))
    }

    static func open(
        _ names: PartitionNames, settings: RabbitMQSettings, heartbeat: Duration
    ) async throws(BrokerError) -> QueueMover {
        var own = settings
        own.heartbeat = heartbeat
        return try await onBlockingThread(named: "queue-mover") { [own] () throws(BrokerError) in try QueueMover(names, own) }
    }

    private init(_ names: PartitionNames, _ settings: RabbitMQSettings) throws(BrokerError) {
        (queue, self.names) = (names.queue, names)
        connection = try Connection.first(of: settings, name: "warren mover", channels: 4, sendTime: Self.stepTime)
        connection.contents = [
            ContentAssembly(.fetched), ContentAssembly(.returned), ContentAssembly(.delivered), ContentAssembly([]),
        ]
        try perform { _ throws(BrokerError.Reason) in
            try connection.openChannel(Self.fetchChannel)
            _ = try connection.look(queue, channel: Self.fetchChannel)
        }
    }

    /// Messages that are ready in the queue.
    public func ready() async throws(BrokerError) -> Int {
        try await onThread { _ throws(BrokerError.Reason) in
            try self.connection.look(self.queue, channel: Self.fetchChannel).messages
        }
    }

    /// Takes the right to move, which ends with ``release()`` or the connection. False: somebody else has it.
    public func acquire() async throws(BrokerError) -> Bool {
        try await onThread { state throws(BrokerError.Reason) in
            guard !state.isLocked else { return true }
            state.isLocked = try self.connection.hold(self.names.lock, channel: Self.ownChannel)
            return state.isLocked
        }
    }

    /// Gives the right to move back.
    public func release() async throws(BrokerError) {
        try await onThread { state throws(BrokerError.Reason) in try self.release(&state) }
    }

    private func release(_ state: inout State) throws(BrokerError.Reason) {
        guard state.isLocked else { return }
        try connection.letGo(of: names.lock, channel: Self.ownChannel)
        state.isLocked = false
    }

    /// Moves the next messages, in their order, and returns how many; 0: none was ready. Throws a ``MoveFailure`` if a message could not be
    /// published, or the connection was lost: what was not moved is in the queue still, or again.
    public func moveNext() async throws(MoveFailure) -> Int { try await publish(await fetchNext()) }

    /// The next messages, unacknowledged.
    func fetchNext() async throws(MoveFailure) -> [Delivery] {
        do throws(BrokerError) {
            return try await onThread { state throws(BrokerError.Reason) in try self.fetch(&state) }
        } catch {
            throw .broker(error)
        }
    }

    /// Publishes what was fetched, and acknowledges what the broker has confirmed.
    func publish(_ bulk: [Delivery]) async throws(MoveFailure) -> Int {
        guard !bulk.isEmpty else { return 0 }
        let (moved, failure): (Int, PublishFailure?)
        do throws(BrokerError) {
            (moved, failure) = try await onThread { state throws(BrokerError.Reason) in
                let (moved, failure) = try self.publish(bulk, &state)
                if moved > 0 {
                    try self.connection.sendAcknowledgement(.through(bulk[moved - 1].tag), channel: Self.fetchChannel)
                }
                if failure != nil { try self.giveBack() }
                return (moved, failure)
            }
        } catch {
            throw .broker(error)
        }
        if let failure { throw .publication(failure) }
        return moved
    }

    /// Closes the connection; what was fetched and not moved returns. The lock is given back first: RabbitMQ 4.3 holds it for a moment beyond the end
    /// of its connection.
    public func close() async {
        do throws(BrokerError) {
            try await onThread { state throws(BrokerError.Reason) in
                try self.connection.closeChannel(Self.fetchChannel)
                try self.release(&state)
                self.connection.closeAndWait()
            }
        } catch {
            // Acknowledgements that got lost with the connection mean messages that are moved once more.
        }
    }

    private func fetch(_ state: inout State) throws(BrokerError.Reason) -> [Delivery] {
        let count = state.alone > 0 ? 1 : min(Self.bulkMessages, max(1, Self.bulkBytes / state.messageBytes))
        for _ in 0..<count { try connection.sendGet(channel: Self.fetchChannel, queue: queue) }
        let deliveries = try connection.answers(toGets: count, within: Self.stepTime)
        if !deliveries.isEmpty { state.messageBytes = max(1, deliveries.reduce(0) { $0 + $1.bytes.count } / deliveries.count) }
        return deliveries
    }

    /// What was fetched and not acknowledged returns to the front of the queue.
    private func giveBack() throws(BrokerError.Reason) {
        try connection.closeChannel(Self.fetchChannel)
        try connection.openChannel(Self.fetchChannel)
    }

    func onThread<Value: Sendable>(
        _ body: @escaping @Sendable (inout State) throws(BrokerError.Reason) -> Value
    ) async throws(BrokerError) -> Value {
        try await onBlockingThread(named: "queue-mover") { () throws(BrokerError) in try self.perform(body) }
    }

    private func perform<Value: Sendable>(_ body: (inout State) throws(BrokerError.Reason) -> Value) throws(BrokerError) -> Value {
        do throws(BrokerError.Reason) {
            return try state.withLock { state throws(BrokerError.Reason) in try body(&state) }
        } catch {
            throw connection.ended(by: error, queue: queue)
        }
    }
}

/// Why messages stay where they are.
public enum MoveFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The queue could not be read, or acknowledgements not sent: the mover is of no use any more.
    case broker(BrokerError)
    /// A message was not confirmed. It and all behind it are in the queue again.
    case publication(PublishFailure)

    /// For people.
    public var description: String {
        switch self {
        case .broker(let error): "\(error)"
        case .publication(let failure): "\(failure)"
        }
    }
}
