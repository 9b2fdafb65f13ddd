internal import Glibc
public import Messages
public import Settings
internal import Synchronization
internal import Threads

/// Looks into a queue: fetches messages one after the other without acknowledging them. It has a connection of its own, so that no consumer of ours
/// waits for it. Messages that are not acknowledged when the browser closes return to their positions.
///
/// RabbitMQ marks fetched messages as redelivered. Otherwise a classic queue stays as it was. A quorum queue may count each fetch as a failed
/// delivery (`x-delivery-count`), and drop a message beyond its delivery limit. ``terms`` says so before anything is fetched.
///
/// Each call waits for the broker on a thread of its own, at most ``stepTime`` for each answer. Concurrent calls wait for each other.
public final class QueueBrowser: Sendable {
    /// The longest wait for one answer of the broker.
    static let stepTime: Duration = .seconds(10)
    private static let channel: UInt16 = 1
    /// The longest wait until messages that were given back can be fetched again.
    private static let returnTime: Duration = .seconds(2)
    /// The time between two questions whether messages are settled, or back.
    private static let pauseMicroseconds: UInt32 = 2000

    private struct State {
        var contents = [ContentAssembly(.fetched)]
        /// Messages that were fetched, and neither acknowledged nor given back.
        var held: Set<DeliveryTag> = []
        /// At least one message was taken out of the queue.
        var hasAcknowledged = false
    }

    /// The result of acknowledgements.
    public struct Acknowledged: Sendable, Equatable {
        /// How many messages are known to be out of the queue.
        public let confirmed: Int
        /// Why the others are in doubt; `nil` if there are no others.
        public let failure: BrokerError?
    }

    /// The queue.
    public let queue: String
    /// Messages that were ready when the browser opened.
    public let ready: Int
    /// What fetching costs in this queue.
    public let terms: BrowseTerms
    /// True if ``acknowledge(_:)`` can confirm that messages are gone. Otherwise only ``close()`` can.
    public var tellsWhatIsGone: Bool { isQuorum == true }
    private let consumersAtStart: Int
    private let connection: Connection
    private let state = Mutex(State())

    /// Connects, checks that the queue exists, and finds out what fetching costs. Fetches nothing. Throws if the queue is missing or the broker
    /// cannot be reached. `trials` holds what earlier browsers have found out about the broker.
    public static func open(
        _ queue: String, settings: RabbitMQSettings, trials: ReturnTrials = ReturnTrials()
    ) async throws(BrokerError) -> QueueBrowser {
        try await onBlockingThread(named: "queue-browser") { () throws(BrokerError) in try QueueBrowser(queue, settings, trials) }
    }

    private init(_ queue: String, _ settings: RabbitMQSettings, _ trials: ReturnTrials) throws(BrokerError) {
        guard queue.utf8.count <= 255 else {
            throw BrokerError(.unsupported("a queue's name has at most 255 bytes"), endpoint: "", queue: queue)
        }
        // Nothing would send heartbeats between two calls. Each step has its own timeout instead.
        var settings = settings
        settings.heartbeat = .zero
        let connection = try Connection.first(of: settings, name: "warren dead letters", sendTime: Self.stepTime)
        self.queue = queue
        self.connection = connection
        // The terms come later: their inquiry would mistake a missing queue for one that may be declared.
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

    /// The next message in the queue's order; `nil` if none is left. Throws if the connection is lost: then all messages are back in the queue.
    public func next() async throws(BrokerError) -> Delivery? {
        try await take(atMost: 1, bytes: 1).first
    }

    /// The next messages: at most `count`, and no further one after `bytes` body bytes. The list ends early if no message is left.
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

    /// Takes messages out of the queue for good, and waits until the queue shows that they are gone. A classic queue does not show it: its messages
    /// are gone when ``close()`` returns without an error.
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
            failure: BrokerError(.timedOut("\(tags.count - count) acknowledgements"), endpoint: connection.destination, queue: queue))
    }

    /// Returns unacknowledged messages to their positions, and closes the connection. Throws if the broker does not confirm that. Then
    /// acknowledgements may be lost, and their messages still in the queue.
    public func close() async throws(BrokerError) {
        try await onThread { connection, state throws(BrokerError.Reason) in
            let held = state.held.count
            switch self.terms.cost {
            case .nothing(.nack), .delivery(.nack): try self.giveBack(&state)
            // Messages go to the end of the queue only if they must.
            case .delivery(.channelClose), .unknown: if state.hasAcknowledged { try self.giveBack(&state) }
            case .nothing(.channelClose): break
            }
            try connection.closeChannel(Self.channel)
            self.waitForReturn(of: held)
            connection.closeAndWait()
        }
    }

    /// RabbitMQ puts messages back a moment after it has confirmed the end of their channel. Another look meanwhile would find none. It is no error if
    /// they do not come back in time: somebody else may have taken them.
    private func waitForReturn(of count: Int) {
        guard count > 0 else { return }
        let deadline = ContinuousClock.now + Self.returnTime
        do throws(BrokerError.Reason) {
            try connection.openChannel(Self.channel)
            while try connection.look(queue, channel: Self.channel).messages < count, ContinuousClock.now < deadline {
                usleep(Self.pauseMicroseconds)
            }
        } catch {
            // What was acknowledged is known already, and the connection ends in any case.
        }
    }

    /// Gives messages back in the queue's order, which keeps that order or repeats it at the end of the queue.
    ///
    /// If some messages that `basic.get` fetched were acknowledged, a quorum queue of RabbitMQ 3.10 must not return the others by the end of the
    /// channel: after the next restart it lacks some messages and has others twice. `packaging/lib/fetched-and-acknowledged.py` shows it without
    /// Warren. RabbitMQ 4.0.5 and 4.3.6 keep all messages.
    private func giveBack(_ state: inout State) throws(BrokerError.Reason) {
        let tags = state.held.sorted()
        for start in stride(from: 0, to: tags.count, by: SettlingProof.window) {
            let window = tags[start..<min(start + SettlingProof.window, tags.count)]
            let unproven = try settle(window.count, &state) { () throws(BrokerError.Reason) in
                try connection.sendGivingBack(through: tags[window.endIndex - 1], channel: Self.channel)
            }
            state.held.subtract(window)
            // The end of the channel returns the others.
            guard unproven == 0 else { return }
        }
    }

    /// Settles `count` of the held messages, and waits until the queue shows it. Returns how many of them are not known to be settled.
    private func settle(
        _ count: Int, _ state: inout State, _ send: () throws(BrokerError.Reason) -> Void
    ) throws(BrokerError.Reason) -> Int {
        let proof = SettlingProof(
            settling: count, held: state.held.count, before: try consumers(), atStart: consumersAtStart, isQuorum: isQuorum)
        try send()
        // The queue will never show it.
        guard proof.isTold != nil else { return count }
        let deadline = ContinuousClock.now + Self.stepTime
        while true {
            let unproven = proof.unproven(consumers: try consumers())
            guard unproven > 0, ContinuousClock.now < deadline else { return unproven }
            usleep(Self.pauseMicroseconds)
        }
    }

    /// `nil` if the type is unknown.
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
