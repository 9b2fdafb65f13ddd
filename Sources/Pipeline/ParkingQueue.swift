internal import DequeModule
public import Mapping

/// A message on its way to the dead-letter queue, with all that its headers will tell (DESIGN.md section 7).
public struct ParkOrder: Sendable {
    /// Names the order in its reply.
    public let id: Int
    /// Whose message it is.
    public let processor: ProcessorIndex
    /// The life of the channel it came on.
    public let session: SessionID
    /// The message.
    public let delivery: Delivery
    /// Why.
    public let refusal: Refusal
    /// Times it was written; 0 if it was refused before.
    public let attempts: Int
    /// Its place in the lanes, if later writes of its document wait until it is parked.
    let slot: Lanes.Slot?

    /// Bytes that the lanes do not count.
    var ownBytes: Int { slot == nil ? delivery.bytes.count : 0 }
}

/// Messages to be published to their dead-letter queue: sent in bulk, one bulk at a time, until RabbitMQ has confirmed each.
///
/// A failure delays only the bulks to come; it never reaches the writes of other messages.
struct ParkingQueue {
    /// Orders in one bulk.
    static let bulkBound = 256
    /// Backoff between bulks while publishing fails.
    static let firstWait: Duration = .milliseconds(200), longestWait: Duration = .seconds(30)

    private var waiting: Deque<ParkOrder> = []
    private var sent: [ParkOrder] = []
    private var failures = 0
    private var notBefore: ContinuousClock.Instant?
    private var nextID = 0

    /// Nothing is waiting for a confirmation.
    var isEmpty: Bool { waiting.isEmpty && sent.isEmpty }
    /// Messages not yet confirmed that the lanes do not count.
    var count: Int { waiting.count { $0.slot == nil } + sent.count { $0.slot == nil } }
    /// Bytes of those.
    private(set) var heldBytes = 0
    /// When the next bulk is due, if one is waiting for its time.
    var nextTry: ContinuousClock.Instant? { waiting.isEmpty || !sent.isEmpty ? nil : notBefore }

    /// Takes a message in.
    mutating func add(
        _ processor: ProcessorIndex, _ session: SessionID, _ delivery: Delivery, _ refusal: Refusal, attempts: Int, slot: Lanes.Slot?
    ) {
        nextID += 1
        let order = ParkOrder(
            id: nextID, processor: processor, session: session, delivery: delivery, refusal: refusal, attempts: attempts, slot: slot)
        waiting.append(order)
        heldBytes += order.ownBytes
    }

    /// The next bulk, if none is under way and its time has come.
    mutating func takeBulk(at now: ContinuousClock.Instant) -> [ParkOrder]? {
        guard sent.isEmpty, !waiting.isEmpty, notBefore.map({ $0 <= now }) ?? true else { return nil }
        sent = Array(waiting.prefix(Self.bulkBound))
        waiting.removeFirst(sent.count)
        return sent
    }

    /// What became of the bulk: the confirmed orders, and the first failure with the wait it causes.
    mutating func settle(
        _ failures: [Int: String], at now: ContinuousClock.Instant, delay: inout RetryDelay
    ) -> (parked: [ParkOrder], failure: (order: ParkOrder, text: String, wait: Duration)?) {
        let parked = sent.filter { failures[$0.id] == nil }
        let failed = sent.filter { failures[$0.id] != nil }
        sent = []
        heldBytes -= parked.reduce(0) { $0 + $1.ownBytes }
        guard let first = failed.first, let text = failures[first.id] else {
            self.failures = 0
            notBefore = nil
            return (parked, nil)
        }
        // Failed ones go to the back, so that one queue without room does not hold up the dead letters of others.
        waiting.append(contentsOf: failed)
        let wait = delay.backoff(failures: self.failures, first: Self.firstWait, longest: Self.longestWait)
        self.failures += 1
        notBefore = now + wait
        return (parked, (first, text, wait))
    }

    /// Forgets orders whose channel is gone: RabbitMQ delivers those messages again.
    mutating func drop(where isDropped: (ParkOrder) -> Bool) {
        heldBytes -= waiting.reduce(0) { isDropped($1) ? $0 + $1.ownBytes : $0 }
        waiting.removeAll(where: isDropped)
    }
}
