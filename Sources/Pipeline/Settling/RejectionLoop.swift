internal import HeapModule
internal import Messages
internal import Settings

/// Rejected messages that come back: the dead-letter exchange of their queue leads to the queue again.
///
/// Each turn costs RabbitMQ and us as much as a message, and nothing ends it. From the third on the next rejection waits, longer each time; until
/// then RabbitMQ keeps the message, unacknowledged. It is rejected again all the same, so that it leaves once the exchange is mended.
struct RejectionLoop {
    /// A message may come back this often before its next rejection waits: exchanges are used to retry later, too.
    static let freeTurns = 3
    /// The first wait; each is twice as long as the one before.
    static let firstWait: Duration = .seconds(1)
    /// No wait is longer.
    static let longestWait: Duration = .seconds(60)

    /// How long the rejection of a message waits that has come back so often; `nil` if it does not wait.
    static func wait(turns: Int) -> Duration? {
        guard turns >= freeTurns else { return nil }
        return Backoff(first: firstWait, longest: longestWait).step(after: turns - freeTurns)
    }

    /// A waiting rejection. Only its tag: the body is not needed any more.
    struct Rejection: Comparable {
        let until: ContinuousClock.Instant
        let processor: SubscriptionID
        let session: SessionID
        let tag: DeliveryTag

        static func < (left: Self, right: Self) -> Bool {
            (left.until, left.processor, left.tag) < (right.until, right.processor, right.tag)
        }
    }

    private var waiting = Heap<Rejection>()
    /// By processor, when its last rejection began to wait.
    private var lastTurns: [SubscriptionID: ContinuousClock.Instant] = [:]

    /// When ``takeDue(at:)`` has something.
    var nextTry: ContinuousClock.Instant? { waiting.min?.until }

    /// True if the processor's loop begins with this: there was none for a while.
    mutating func add(_ rejection: Rejection, at now: ContinuousClock.Instant) -> Bool {
        waiting.insert(rejection)
        defer { lastTurns[rejection.processor] = now }
        return lastTurns[rejection.processor].map { now - $0 > Self.longestWait * 2 } ?? true
    }

    /// Those whose time has come.
    mutating func takeDue(at now: ContinuousClock.Instant) -> [Rejection] {
        var due: [Rejection] = []
        while let first = waiting.min, first.until <= now { due.append(waiting.removeMin()) }
        return due
    }

    /// Forgets those whose channel is gone: RabbitMQ delivers the messages again.
    mutating func drop(_ processor: SubscriptionID, _ session: SessionID) {
        waiting = Heap(waiting.unordered.filter { $0.processor != processor || $0.session != session })
    }
}
