internal import Messages
public import Settings
internal import Synchronization
internal import Threads

/// Moves messages from a queue to an exchange. It publishes each message, mandatory and confirmed, and acknowledges it only then. If it ends in
/// between, a message exists twice, but is never lost. Messages stay unchanged, except for headers that do not fit in a frame: see
/// ``MessageProperties``.
///
/// Messages keep their order. One mover at a time works on a queue (see ``acquire()``). If a message could not be published, none behind it is
/// acknowledged, so that all of them come again in order.
///
/// One connection holds the lock, fetches and publishes. If a mover stalls until the broker gives up its connection, it loses all three at once, and
/// publishes afterwards into a socket that nobody reads. Over a second connection, those messages would arrive behind the ones that its successor has
/// moved meanwhile.
///
/// Calls wait for the broker on a thread of their own, at most ``stepTime`` for each answer. Make one call at a time.
public final class QueueMover: Sendable {
    /// The longest wait for one answer of the broker.
    static let stepTime: Duration = .seconds(10)
    /// Nothing is sent between two calls, and callers call once in a second or two.
    private static let shortestHeartbeat: Duration = .seconds(10)
    /// Used if heartbeats are switched off, because a mover that is gone must not hold the lock.
    private static let defaultHeartbeat: Duration = .seconds(60)
    /// The most messages that are fetched together, and the most body bytes, if they are as large as the messages before.
    private static let bulkMessages = 128, bulkBytes = 1 << 20
    static let fetchChannel: UInt16 = 1, publishChannel: UInt16 = 2, countChannel: UInt16 = 3, ownChannel: UInt16 = 4

    struct State {
        /// The average size of the latest messages.
        var messageBytes = 32 << 10
        var isLocked = false
        /// The publications on the open channel; `nil` if no channel is open.
        var ledger: ConfirmLedger<Int>?
        /// The number of messages to publish alone, because the broker has closed a channel because of one of them. This finds that message, and does
        /// not publish the others again and again.
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

    /// Takes the right to move, which ends with ``release()`` or the connection. Returns `false` if another mover has it.
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

    /// Moves the next messages in order. Returns their number, 0 if no message was ready. Throws a ``MoveFailure`` if a message could not be
    /// published or the connection was lost. Messages that were not moved are in the queue.
    public func moveNext() async throws(MoveFailure) -> Int { try await publish(await fetchNext()) }

    /// The next messages, unacknowledged.
    func fetchNext() async throws(MoveFailure) -> [Delivery] {
        do throws(BrokerError) {
            return try await onThread { state throws(BrokerError.Reason) in try self.fetch(&state) }
        } catch {
            throw .broker(error)
        }
    }

    /// Publishes fetched messages, and acknowledges those that the broker has confirmed.
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

    /// Closes the connection. Messages that were fetched and not moved return to the queue. It first releases the lock, because RabbitMQ 4.3 holds it
    /// for a moment after the end of its connection.
    public func close() async {
        do throws(BrokerError) {
            try await onThread { state throws(BrokerError.Reason) in
                try self.connection.closeChannel(Self.fetchChannel)
                try self.release(&state)
                self.connection.closeAndWait()
            }
        } catch {
            // If acknowledgements were lost with the connection, their messages are moved a second time.
        }
    }

    private func fetch(_ state: inout State) throws(BrokerError.Reason) -> [Delivery] {
        let count = state.alone > 0 ? 1 : min(Self.bulkMessages, max(1, Self.bulkBytes / state.messageBytes))
        for _ in 0..<count { try connection.sendGet(channel: Self.fetchChannel, queue: queue) }
        let deliveries = try connection.answers(toGets: count, within: Self.stepTime)
        if !deliveries.isEmpty { state.messageBytes = max(1, deliveries.reduce(0) { $0 + $1.bytes.count } / deliveries.count) }
        return deliveries
    }

    /// Returns messages that were fetched and not acknowledged to the front of the queue.
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

/// Why messages were not moved.
public enum MoveFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The queue could not be read, or acknowledgements could not be sent. The mover cannot be used any more.
    case broker(BrokerError)
    /// A message was not confirmed. That message and all behind it are in the queue again.
    case publication(PublishFailure)

    /// For people.
    public var description: String {
        switch self {
        case .broker(let error): "\(error)"
        case .publication(let failure): "\(failure)"
        }
    }
}
