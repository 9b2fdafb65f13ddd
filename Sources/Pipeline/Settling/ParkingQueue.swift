internal import DequeModule
public import Messages
internal import Settings

/// A message on its way to the dead-letter queue, with everything for its headers (Sources/README.md, "When a write fails").
public struct ParkOrder: Sendable {
    /// Names the order in its reply.
    public let id: Int
    /// The processor of the message.
    public let processor: SubscriptionID
    /// The life of the channel it came on.
    public let session: SessionID
    /// The message.
    public let delivery: Delivery
    /// The reason.
    public let refusal: Refusal
    /// Times it was written; 0 if it was refused before.
    public let attempts: Int
    /// Which document it is about, and when it came.
    let subject: Subject
    /// Its slot in the lanes, if later writes of its document wait until it is parked.
    let slot: Lanes.Slot?

    /// Bytes that the lanes do not count.
    var ownBytes: Int { slot == nil ? delivery.bytes.count : 0 }
}

/// Why a dead letter is not confirmed.
public struct ParkFailure: Sendable, Equatable {
    /// For people.
    public let text: String
    /// The message can never be published as it is, however often it is tried.
    public let isFinal: Bool

    /// A failure by its parts.
    package init(_ text: String, isFinal: Bool = false) {
        self.text = text
        self.isFinal = isFinal
    }
}

/// Messages to be published to their dead-letter queues: in bulk, one bulk of a processor at a time, until RabbitMQ has confirmed each.
///
/// Each processor has a line of its own. While its queue accepts nothing, one of its messages at a time is tried. Other processors are not affected,
/// not even while RabbitMQ does not answer at all for that queue.
struct ParkingQueue {
    /// Orders of one processor in a bulk.
    static let bulkBound = 256
    /// Backoff of a line while publishing fails.
    static let backoff = Backoff(first: .milliseconds(200), longest: .seconds(30))

    private struct Line {
        var waiting: Deque<ParkOrder> = []
        /// They wait for their confirmation.
        var sent: [ParkOrder] = []
        var failures = 0
        var failure = ""
        var failingSince: ContinuousClock.Instant?
        var notBefore: ContinuousClock.Instant?
    }

    private var lines = PerSubscription<Line>()
    private var nextID = 0

    /// A line for one processor more.
    mutating func addLine() { lines.append(Line()) }

    /// Nothing is waiting for a confirmation.
    var isEmpty: Bool { lines.indices.allSatisfy { lines[$0].sent.isEmpty && lines[$0].waiting.isEmpty } }
    /// Messages not yet confirmed that the lanes do not count.
    var count: Int { lines.indices.reduce(0) { $0 + count(of: $1) } }
    /// The same of one processor.
    func count(of processor: SubscriptionID) -> Int {
        lines[processor].sent.count { $0.slot == nil } + lines[processor].waiting.count { $0.slot == nil }
    }
    /// Shows each message that ``count`` counts.
    func forEachOnItsOwn(_ body: (ParkOrder) -> Void) {
        for line in lines {
            for order in line.sent where order.slot == nil { body(order) }
            for order in line.waiting where order.slot == nil { body(order) }
        }
    }
    /// Shows each message, sent or not.
    func forEach(_ body: (ParkOrder) -> Void) {
        for line in lines {
            for order in line.sent { body(order) }
            for order in line.waiting { body(order) }
        }
    }
    /// A message of this processor waits for a confirmation.
    func isSending(of processor: SubscriptionID) -> Bool { !lines[processor].sent.isEmpty }
    /// Bytes of those.
    private(set) var heldBytes = 0
    /// When the next bulk is due, if one is waiting for its time.
    var nextTry: ContinuousClock.Instant? {
        lines.indices.lazy.compactMap { lines[$0].sent.isEmpty && !lines[$0].waiting.isEmpty ? lines[$0].notBefore : nil }.min()
    }

    /// Some queue accepts no dead letters.
    var isFailing: Bool { lines.indices.contains { !lines[$0].waiting.isEmpty && lines[$0].failingSince != nil } }
    /// Since when a processor's dead letters are not accepted; `nil` if they are, or there are none.
    func failingSince(_ processor: SubscriptionID) -> ContinuousClock.Instant? {
        lines[processor].waiting.isEmpty ? nil : lines[processor].failingSince
    }

    /// Why a processor's dead letters are not confirmed, those included that are being tried; `nil` if they are, or there are none.
    func fault(of processor: SubscriptionID) -> StandingFault? {
        let line = lines[processor]
        guard let since = line.failingSince, !line.waiting.isEmpty || !line.sent.isEmpty else { return nil }
        return StandingFault(line.failure, since: since)
    }

    /// Takes a message in.
    mutating func add(
        _ processor: SubscriptionID, _ session: SessionID, _ delivery: Delivery, _ refusal: Refusal, attempts: Int, _ subject: Subject,
        slot: Lanes.Slot?
    ) {
        nextID += 1
        let order = ParkOrder(
            id: nextID, processor: processor, session: session, delivery: delivery, refusal: refusal, attempts: attempts,
            subject: subject, slot: slot)
        lines[processor].waiting.append(order)
        heldBytes += order.ownBytes
    }

    /// The next bulk of a processor of which none is under way and whose time has come; `nil` if there is none.
    mutating func takeBulk(at now: ContinuousClock.Instant) -> (processor: SubscriptionID, orders: [ParkOrder])? {
        for index in lines.indices where lines[index].sent.isEmpty && !lines[index].waiting.isEmpty {
            guard lines[index].notBefore.map({ $0 <= now }) ?? true else { continue }
            let room = min(lines[index].failures > 0 ? 1 : Self.bulkBound, lines[index].waiting.count)
            lines[index].sent = Array(lines[index].waiting.prefix(room))
            lines[index].waiting.removeFirst(room)
            return (index, lines[index].sent)
        }
        return nil
    }

    /// What became of a processor's bulk: the confirmed orders, those that can never be, and the first other failure with the wait it causes.
    mutating func settle(
        _ processor: SubscriptionID, _ failures: [Int: ParkFailure], at now: ContinuousClock.Instant, delay: inout RetryDelay
    ) -> (parked: [ParkOrder], unparkable: [(order: ParkOrder, text: String)], failure: (text: String, wait: Duration)?) {
        let sent = lines[processor].sent
        lines[processor].sent = []
        let parked = sent.filter { failures[$0.id] == nil }
        let unparkable = sent.compactMap { order in
            failures[order.id].flatMap { $0.isFinal ? (order: order, text: $0.text) : nil }
        }
        heldBytes -= parked.reduce(0) { $0 + $1.ownBytes } + unparkable.reduce(0) { $0 + $1.order.ownBytes }
        if !parked.isEmpty || !unparkable.isEmpty {
            lines[processor].failures = 0
            lines[processor].failingSince = nil
            lines[processor].notBefore = nil
        }
        let failed = sent.filter { failures[$0.id]?.isFinal == false }
        guard let first = failed.first, let failure = failures[first.id] else { return (parked, unparkable, nil) }
        // To the back, so that one of them does not hold up the others.
        lines[processor].waiting.append(contentsOf: failed)
        let wait = delay.backoff(Self.backoff, failures: lines[processor].failures)
        lines[processor].failures += 1
        lines[processor].failure = failure.text
        lines[processor].failingSince = lines[processor].failingSince ?? now
        lines[processor].notBefore = now + wait
        return (parked, unparkable, (failure.text, wait))
    }

    /// Forgets orders whose channel is gone: RabbitMQ delivers those messages again.
    mutating func drop(where isDropped: (ParkOrder) -> Bool) {
        for index in lines.indices {
            heldBytes -= lines[index].waiting.reduce(0) { isDropped($1) ? $0 + $1.ownBytes : $0 }
            lines[index].waiting.removeAll(where: isDropped)
        }
    }
}
