internal import Mapping
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
/// Calls that need the broker block on a thread of their own, at most ``stepTime`` for each answer. One call at a time.
public final class QueueMover: Sendable {
    /// For one answer of the broker.
    static let stepTime: Duration = .seconds(10)
    /// Longer than a publication may take, during which nothing is sent here.
    private static let heartbeat: Duration = .seconds(60)
    /// Messages fetched at once, at most, and body bytes, if they are as large as those before.
    private static let bulkMessages = 128, bulkBytes = 1 << 20
    private static let channel: UInt16 = 1, lockChannel: UInt16 = 2

    private struct State {
        var contents = [ContentAssembly(.fetched), ContentAssembly(.fetched)]
        /// Of the latest messages, the average.
        var messageBytes = 32 << 10
        var isLocked = false
    }

    /// The queue.
    public let queue: String
    private let exchange: String
    private let lock: String
    private let connection: Connection
    private let publisher: Publisher
    private let state = Mutex(State())

    /// Connects. Throws if the broker cannot be reached, or the queue is missing.
    public static func open(_ names: PartitionNames, settings: RabbitMQSettings) async throws(BrokerError) -> QueueMover {
        try await onBlockingThread(named: "queue-mover") { () throws(BrokerError) in try QueueMover(names, settings) }
    }

    private init(_ names: PartitionNames, _ settings: RabbitMQSettings) throws(BrokerError) {
        (queue, exchange, lock) = (names.queue, names.hash, names.lock)
        var own = settings
        own.heartbeat = Self.heartbeat
        connection = try Connection.first(of: own, name: "warren mover", channels: 2, sendTime: Self.stepTime)
        publisher = Publisher(settings: settings)
        try perform { _ throws(BrokerError.Reason) in
            try connection.openChannel(Self.channel)
            _ = try connection.look(queue, channel: Self.channel)
        }
    }

    /// Messages that are ready in the queue.
    public func ready() async throws(BrokerError) -> Int {
        try await onThread { _ throws(BrokerError.Reason) in try self.connection.look(self.queue, channel: Self.channel).messages }
    }

    /// Takes the right to move, which ends with ``release()`` or the connection. False: somebody else has it.
    public func acquire() async throws(BrokerError) -> Bool {
        try await onThread { state throws(BrokerError.Reason) in
            guard !state.isLocked else { return true }
            state.isLocked = try self.connection.hold(self.lock, channel: Self.lockChannel)
            return state.isLocked
        }
    }

    /// Gives the right to move back.
    public func release() async throws(BrokerError) {
        try await onThread { state throws(BrokerError.Reason) in
            guard state.isLocked else { return }
            try self.connection.letGo(of: self.lock, channel: Self.lockChannel)
            state.isLocked = false
        }
    }

    /// Moves the next messages, in their order, and returns how many; 0: none was ready. Throws a ``MoveFailure`` if a message could not be
    /// published, or the connection was lost: what was not moved is in the queue still, or again.
    public func moveNext() async throws(MoveFailure) -> Int {
        let bulk: [Delivery]
        do throws(BrokerError) {
            bulk = try await onThread { state throws(BrokerError.Reason) in try self.fetch(&state) }
        } catch {
            throw .broker(error)
        }
        guard !bulk.isEmpty else { return 0 }
        let results = await publisher.publish(
            bulk.map {
                Publication(
                    exchange: exchange, routingKey: $0.route.routingKey, body: $0.body, encodedProperties: $0.encodedProperties,
                    unreadable: $0.unreadable, headers: []
                )
            })
        var moved = 0
        var failure: PublishFailure?
        for result in results where failure == nil {
            switch result {
            case .success: moved += 1
            case .failure(let error): failure = error
            }
        }
        let last = moved > 0 ? bulk[moved - 1].tag : nil
        do throws(BrokerError) {
            let isComplete = failure == nil
            try await onThread { _ throws(BrokerError.Reason) in
                if let last { try self.connection.sendAcknowledgement(.through(last), channel: Self.channel) }
                if !isComplete { try self.giveBack() }
            }
        } catch {
            throw .broker(error)
        }
        if let failure { throw .publication(failure) }
        return moved
    }

    /// Closes the connections; what was fetched and not moved returns.
    public func close() async {
        await publisher.close()
        do throws(BrokerError) {
            try await onThread { _ throws(BrokerError.Reason) in
                try self.connection.closeChannel(Self.channel)
                self.connection.closeAndWait()
            }
        } catch {
            // Acknowledgements that got lost with the connection mean messages that are moved once more.
        }
    }

    private func fetch(_ state: inout State) throws(BrokerError.Reason) -> [Delivery] {
        let count = min(Self.bulkMessages, max(1, Self.bulkBytes / state.messageBytes))
        for _ in 0..<count { try connection.sendGet(channel: Self.channel, queue: queue) }
        let deliveries = try connection.answers(toGets: count, into: &state.contents, within: Self.stepTime)
        if !deliveries.isEmpty { state.messageBytes = max(1, deliveries.reduce(0) { $0 + $1.bytes.count } / deliveries.count) }
        return deliveries
    }

    /// What was fetched and not acknowledged returns to the front of the queue.
    private func giveBack() throws(BrokerError.Reason) {
        try connection.closeChannel(Self.channel)
        try connection.openChannel(Self.channel)
    }

    private func onThread<Value: Sendable>(
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
