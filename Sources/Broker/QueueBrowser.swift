public import Mapping
public import Settings
internal import Synchronization
internal import Threads

/// A look into a queue: fetches messages one after the other without acknowledging them, over a connection of its own, so that no consumer of
/// ours waits for it. Whatever is not acknowledged when the browser closes returns to its place.
///
/// RabbitMQ marks what was fetched as redelivered. A classic queue is otherwise as it was. A quorum queue counts each look as a delivery
/// (`x-delivery-count`), so that a `delivery-limit` may end a message that is looked at too often (see ``Delivery/deliveryCount``), and takes
/// what was looked at back to its front, but not in the order in which it was.
///
/// Each call blocks on a thread of its own for as long as the broker takes, at most ``stepTime`` for each answer. One call at a time; calls made at
/// once wait for each other.
public final class QueueBrowser: Sendable {
    /// For one answer of the broker.
    static let stepTime: Duration = .seconds(10)
    private static let channel: UInt16 = 1

    /// The queue.
    public let queue: String
    /// Messages that were ready when the browser opened.
    public let ready: Int
    private let connection: Connection
    private let contents: Mutex<[ContentAssembly]>

    /// Connects, and looks whether the queue is there. Throws if it is not, or if the broker cannot be reached.
    public static func open(_ queue: String, settings: RabbitMQSettings) async throws(BrokerError) -> QueueBrowser {
        try await onBlockingThread(named: "queue-browser") { () throws(BrokerError) in try QueueBrowser(queue, settings) }
    }

    private init(_ queue: String, _ settings: RabbitMQSettings) throws(BrokerError) {
        guard queue.utf8.count <= 255 else {
            throw BrokerError(.unsupported("a queue's name has at most 255 bytes"), endpoint: "", queue: queue)
        }
        // Between two calls nothing would send heartbeats; each step has its own time instead.
        var settings = settings
        settings.heartbeat = .zero
        let connection = try Connection.first(of: settings, name: "warren dead letters", sendTime: Self.stepTime)
        var contents = [ContentAssembly(.fetched)]
        do throws(BrokerError.Reason) {
            try connection.sendLook(channel: Self.channel, queue: queue)
            guard case .method(.channelOpenOk, _) = try connection.answer(into: &contents, within: Self.stepTime),
                case .method(.declareOk(let ready, _), _) = try connection.answer(into: &contents, within: Self.stepTime)
            else { throw .protocolError("an unexpected answer to a look at the queue") }
            self.ready = ready
        } catch {
            throw connection.ended(by: error, queue: queue)
        }
        self.queue = queue
        self.connection = connection
        self.contents = Mutex(contents)
    }

    /// The next message, in the queue's order; nil: none is left. Throws if the connection is lost: all messages are back in the queue then.
    public func next() async throws(BrokerError) -> Delivery? {
        try await take(atMost: 1, bytes: 1).first
    }

    /// The next messages: `count` of them at most, and no more after `bytes` body bytes. Fewer, with room left, if none is left.
    public func take(atMost count: Int, bytes: Int) async throws(BrokerError) -> [Delivery] {
        try await onThread { connection, contents throws(BrokerError.Reason) in
            var (list, left) = ([Delivery](), bytes)
            while list.count < count, left > 0 {
                try connection.sendGet(channel: Self.channel, queue: self.queue)
                guard case .delivery(let delivery) = try connection.answer(into: &contents, within: Self.stepTime) else { break }
                list.append(delivery)
                left -= delivery.bytes.count
            }
            return list
        }
    }

    /// Takes messages out of the queue for good. Known to be done when ``close()`` returns without an error.
    public func acknowledge(_ tags: [DeliveryTag]) async throws(BrokerError) {
        guard !tags.isEmpty else { return }
        try await onThread { connection, _ throws(BrokerError.Reason) in
            try connection.sendAcknowledgement(.each(tags), channel: Self.channel)
        }
    }

    /// Returns what was not acknowledged to its place, and closes the connection. Throws if the broker did not confirm that: then it may not have
    /// seen acknowledgements, and those messages are in the queue still.
    public func close() async throws(BrokerError) {
        try await onThread { connection, contents throws(BrokerError.Reason) in
            // Not with basic.nack: a quorum queue without a delivery limit puts what is requeued at its end.
            try connection.sendChannelClose(Self.channel)
            guard case .method(.channelCloseOk, _) = try connection.answer(into: &contents, within: Self.stepTime) else {
                throw .protocolError("an unexpected answer to the closing of the channel")
            }
            connection.closeAndWait()
        }
    }

    private func onThread<Value: Sendable>(
        _ body: @escaping @Sendable (Connection, inout [ContentAssembly]) throws(BrokerError.Reason) -> Value
    ) async throws(BrokerError) -> Value {
        try await onBlockingThread(named: "queue-browser") { () throws(BrokerError) in
            do throws(BrokerError.Reason) {
                return try self.contents.withLock { contents throws(BrokerError.Reason) in try body(self.connection, &contents) }
            } catch {
                throw self.connection.ended(by: error, queue: self.queue)
            }
        }
    }
}

extension Delivery {
    /// A header that tells of more was not written by a quorum queue: other queues let anybody write it.
    private static let mostDeliveries: Int64 = 1_000_000_000

    /// How often a quorum queue has delivered the message before and got it back; nil: it is no quorum queue.
    public var deliveryCount: Int? {
        if case .integer(let count)? = headers["x-delivery-count"] { Int(min(max(0, count), Self.mostDeliveries)) } else { nil }
    }
}
