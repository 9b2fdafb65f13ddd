internal import Glibc
public import Messages
public import Settings
internal import Synchronization
internal import Threads

/// A look into a queue: fetches messages one after the other without acknowledging them, over a connection of its own, so that no consumer of
/// ours waits for it. Whatever is not acknowledged when the browser closes returns to its place.
///
/// RabbitMQ marks what was fetched as redelivered. A classic queue is otherwise as it was. A quorum queue may count each look as a delivery
/// (`x-delivery-count`), so that a delivery limit ends a message that is looked at too often: ``terms`` tell, before anything is fetched.
///
/// Each call blocks on a thread of its own for as long as the broker takes, at most ``stepTime`` for each answer. One call at a time; calls made at
/// once wait for each other.
public final class QueueBrowser: Sendable {
    /// For one answer of the broker.
    static let stepTime: Duration = .seconds(10)
    private static let channel: UInt16 = 1
    /// Between two questions whether something is settled.
    private static let pauseMicroseconds: UInt32 = 2000

    private struct State {
        var contents = [ContentAssembly(.fetched)]
        /// What was fetched and is neither acknowledged nor given back.
        var held: Set<DeliveryTag> = []
        /// Something was taken out of the queue.
        var hasAcknowledged = false
    }

    /// What became of acknowledgements.
    public struct Acknowledged: Sendable, Equatable {
        /// So many are known to be out of the queue.
        public let confirmed: Int
        /// Why the others are in doubt; nil: there are none.
        public let failure: BrokerError?
    }

    /// The queue.
    public let queue: String
    /// Messages that were ready when the browser opened.
    public let ready: Int
    /// What looking costs here.
    public let terms: BrowseTerms
    /// True: what was acknowledged is known to be gone at once, and not only when the browser is closed.
    public var tellsWhatIsGone: Bool { isQuorum == true }
    private let consumersAtStart: Int
    private let connection: Connection
    private let state = Mutex(State())

    /// Connects, and looks whether the queue is there and what a look at its messages costs; fetches nothing. Throws if it is not there, or if the
    /// broker cannot be reached. `trials`: what earlier looks have found out about the broker.
    public static func open(
        _ queue: String, settings: RabbitMQSettings, trials: ReturnTrials = ReturnTrials()
    ) async throws(BrokerError) -> QueueBrowser {
        try await onBlockingThread(named: "queue-browser") { () throws(BrokerError) in try QueueBrowser(queue, settings, trials) }
    }

    private init(_ queue: String, _ settings: RabbitMQSettings, _ trials: ReturnTrials) throws(BrokerError) {
        guard queue.utf8.count <= 255 else {
            throw BrokerError(.unsupported("a queue's name has at most 255 bytes"), endpoint: "", queue: queue)
        }
        // Between two calls nothing would send heartbeats; each step has its own time instead.
        var settings = settings
        settings.heartbeat = .zero
        let connection = try Connection.first(of: settings, name: "warren dead letters", sendTime: Self.stepTime)
        self.queue = queue
        self.connection = connection
        // Before its terms are asked for, which would take a queue that is missing for one that may be declared.
        if case .refused(let error) = try connection.declare(QueueDeclaration(name: queue), passive: true) {
            connection.closeAndWait()
            throw error
        }
        terms = try connection.terms(of: queue, trials)
        do throws(BrokerError.Reason) {
            try connection.openChannel(Self.channel)
            let depth = try connection.look(queue, channel: Self.channel)
            (ready, consumersAtStart) = (depth.messages, depth.consumers)
        } catch {
            throw connection.ended(by: error, queue: queue)
        }
    }

    /// The next message, in the queue's order; nil: none is left. Throws if the connection is lost: all messages are back in the queue then.
    public func next() async throws(BrokerError) -> Delivery? {
        try await take(atMost: 1, bytes: 1).first
    }

    /// The next messages: `count` of them at most, and no more after `bytes` body bytes. Fewer, with room left, if none is left.
    public func take(atMost count: Int, bytes: Int) async throws(BrokerError) -> [Delivery] {
        try await onThread { connection, state throws(BrokerError.Reason) in
            var (list, left) = ([Delivery](), bytes)
            while list.count < count, left > 0 {
                try connection.sendGet(channel: Self.channel, queue: self.queue)
                guard case .delivery(let delivery) = try connection.answer(into: &state.contents, within: Self.stepTime) else { break }
                list.append(delivery)
                state.held.insert(delivery.tag)
                left -= delivery.bytes.count
            }
            return list
        }
    }

    /// Takes messages out of the queue for good, and waits until the queue tells that they are gone. Of a classic queue, which tells nothing, it is
    /// known when ``close()`` returns without an error.
    public func acknowledge(_ tags: [DeliveryTag]) async -> Acknowledged {
        let confirmed = Mutex(0)
        do throws(BrokerError) {
            try await onThread { connection, state throws(BrokerError.Reason) in
                state.hasAcknowledged = state.hasAcknowledged || !tags.isEmpty
                for start in stride(from: 0, to: tags.count, by: SettlingProof.window) {
                    let window = tags[start..<min(start + SettlingProof.window, tags.count)]
                    let unproven = try self.settle(window.count, &state) { () throws(BrokerError.Reason) in
                        try connection.sendAcknowledgement(.each(Array(window)), channel: Self.channel)
                    }
                    state.held.subtract(window)
                    confirmed.withLock { $0 += window.count - unproven }
                }
            }
        } catch {
            return Acknowledged(confirmed: confirmed.withLock { $0 }, failure: error)
        }
        let count = confirmed.withLock { $0 }
        guard count < tags.count else { return Acknowledged(confirmed: count, failure: nil) }
        return Acknowledged(
            confirmed: count,
            failure: BrokerError(.timedOut("\(tags.count - count) acknowledgements"), endpoint: connection.place, queue: queue))
    }

    /// Returns what was not acknowledged to its place, and closes the connection. Throws if the broker did not confirm that: then it may not have
    /// seen acknowledgements, and those messages are in the queue still.
    public func close() async throws(BrokerError) {
        try await onThread { connection, state throws(BrokerError.Reason) in
            switch self.terms.cost {
            case .nothing(.nack), .delivery(.nack): try self.giveBack(&state)
            // Not to the end of the queue without need.
            case .delivery(.channelClose), .unknown: if state.hasAcknowledged { try self.giveBack(&state) }
            case .nothing(.channelClose): break
            }
            try connection.sendChannelClose(Self.channel)
            guard case .method(.channelCloseOk, _) = try connection.answer(into: &state.contents, within: Self.stepTime) else {
                throw .protocolError("an unexpected answer to the closing of the channel")
            }
            connection.closeAndWait()
        }
    }

    /// In the queue's order, which is kept so, or begins anew at its end.
    ///
    /// A quorum queue of RabbitMQ 3.10 must not be left to give back what was fetched by `basic.get` when the channel closes, if something of it was
    /// acknowledged: after its next restart it has other messages than before, some twice, some not at all. Shown without Warren, see
    /// `packaging/lib/fetched-and-acknowledged.py`; RabbitMQ 4.0.5 and 4.3.6 have what they had.
    private func giveBack(_ state: inout State) throws(BrokerError.Reason) {
        let tags = state.held.sorted()
        for start in stride(from: 0, to: tags.count, by: SettlingProof.window) {
            let window = tags[start..<min(start + SettlingProof.window, tags.count)]
            let unproven = try settle(window.count, &state) { () throws(BrokerError.Reason) in
                try connection.sendGivingBack(through: tags[window.endIndex - 1], channel: Self.channel)
            }
            state.held.subtract(window)
            // The end of the channel gives back the rest.
            guard unproven == 0 else { return }
        }
    }

    /// Settles so many of the messages that are held, and waits until the queue tells that it has; how many are not known to be settled.
    private func settle(
        _ count: Int, _ state: inout State, _ send: () throws(BrokerError.Reason) -> Void
    ) throws(BrokerError.Reason) -> Int {
        let proof = SettlingProof(
            settling: count, held: state.held.count, before: try consumers(), atStart: consumersAtStart, isQuorum: isQuorum)
        try send()
        // What will never be told is not waited for.
        guard proof.isTold != nil else { return count }
        let deadline = ContinuousClock.now + Self.stepTime
        while true {
            let unproven = proof.unproven(consumers: try consumers())
            guard unproven > 0, ContinuousClock.now < deadline else { return unproven }
            usleep(Self.pauseMicroseconds)
        }
    }

    /// nil: nobody knows.
    private var isQuorum: Bool? {
        switch terms.cost {
        case .nothing(.channelClose): false
        case .nothing(.nack), .delivery: true
        case .unknown: nil
        }
    }

    private func consumers() throws(BrokerError.Reason) -> Int { try connection.look(queue, channel: Self.channel).consumers }

    private func onThread<Value: Sendable>(
        _ body: @escaping @Sendable (Connection, inout State) throws(BrokerError.Reason) -> Value
    ) async throws(BrokerError) -> Value {
        try await onBlockingThread(named: "queue-browser") { () throws(BrokerError) in
            do throws(BrokerError.Reason) {
                return try self.state.withLock { state throws(BrokerError.Reason) in try body(self.connection, &state) }
            } catch {
                throw self.connection.ended(by: error, queue: self.queue)
            }
        }
    }
}
