internal import DequeModule
internal import Messages

/// A queue behind the consistent-hash exchange, and what its one active consumer has of it.
struct Partition {
    struct Message {
        let published: Seconds
        let key: Int
        /// Its rank among all messages: newer ones have higher versions.
        let version: Int
    }

    /// The instance that consumes it, and its subscription there.
    let holder: Int, subscription: SubscriptionID
    /// The nodes that keep it, its leader first.
    let nodes: [Int]
    /// In the queue, not delivered.
    var ready: Deque<Message> = []
    /// The broker is about to deliver some.
    var isDelivering = false
    /// What came later must not overtake what came before on its way to the instance.
    var lastArrival: Seconds = 0
    /// Publication times by delivery tag, which begins at 1.
    private(set) var published: [Seconds] = []
    private var isSettled: [Bool] = []
    private var firstUnsettled = 0
    private(set) var unacknowledged = 0

    init(holder: Int, subscription: SubscriptionID, nodes: [Int]) {
        self.holder = holder
        self.subscription = subscription
        self.nodes = nodes
    }

    /// A message gets its delivery tag.
    mutating func deliver(_ message: Message) -> UInt64 {
        published.append(message.published)
        isSettled.append(false)
        unacknowledged += 1
        return UInt64(published.count)
    }

    /// All up to a tag are acknowledged. Says how many are so by this.
    mutating func acknowledge(through tag: UInt64) -> Int {
        var count = 0
        while firstUnsettled < Int(tag) {
            if !isSettled[firstUnsettled] { count += 1 }
            isSettled[firstUnsettled] = true
            firstUnsettled += 1
        }
        unacknowledged -= count
        return count
    }

    /// One is acknowledged. Says how many are so by this.
    mutating func acknowledge(_ tag: UInt64) -> Int {
        guard !isSettled[Int(tag) - 1] else { return 0 }
        isSettled[Int(tag) - 1] = true
        unacknowledged -= 1
        return 1
    }
}
