internal import DequeModule
internal import Messages

/// Which deliveries of one channel may be acknowledged.
///
/// One `basic.ack multiple` covers every tag up to N, so it may only cover an unbroken run of settled deliveries.
/// Behind one that is slow (a retry, a dead letter not confirmed yet) the settled ones are acknowledged singly once they are many:
/// otherwise one slow message would fill the prefetch window and stop its queue.
struct AcknowledgementLedger {
    private enum Entry { case open, settled, acknowledged }

    /// Settled deliveries that may wait behind an open one before they are acknowledged singly.
    private let patience: Int
    /// From the oldest delivery that is not acknowledged on.
    private var window: Deque<Entry> = []
    private var base: DeliveryTag = 1
    private var settledAhead = 0
    /// A delivery was left to RabbitMQ for good: `multiple` would acknowledge it as well.
    private var mustNameEach = false

    /// A channel's ledger, before its first delivery; `prefetch` is the most that can be open.
    init(prefetch: Int) {
        patience = max(1, prefetch / 4)
    }

    /// Deliveries received and not yet acknowledged.
    var openCount: Int { window.count { $0 != .acknowledged } }

    /// Neither settled nor left to RabbitMQ.
    func isOpen(_ tag: DeliveryTag) -> Bool {
        tag.rawValue >= base.rawValue && tag.rawValue - base.rawValue < UInt64(window.count)
            && window[Int(tag.rawValue - base.rawValue)] == .open
    }

    /// Deliveries that are neither settled nor left to RabbitMQ. Looks at all of them.
    var unsettledCount: Int { window.count { $0 == .open } }

    /// RabbitMQ has sent three quarters of what it may send without an acknowledgement.
    var isNearlyFull: Bool { window.count >= patience * 3 }
    /// Settled deliveries behind one that is open, once they are half as many as are acknowledged singly; else 0.
    var heldUpCount: Int { settledAhead * 2 > patience ? settledAhead : 0 }

    /// Deliveries come in the order of their tags.
    mutating func received(_ tag: DeliveryTag) {
        precondition(tag.rawValue == base.rawValue + UInt64(window.count), "tags of a channel rise by one")
        window.append(.open)
    }

    /// The delivery's effect is confirmed.
    mutating func settle(_ tag: DeliveryTag) {
        mark(tag, as: .settled)
        settledAhead += 1
    }

    /// The delivery is refused to RabbitMQ on its own; no acknowledgement must name it again.
    mutating func reject(_ tag: DeliveryTag) {
        mark(tag, as: .acknowledged)
    }

    /// The delivery is never settled on this channel: RabbitMQ keeps it, and it must not be acknowledged by any later acknowledgement.
    mutating func setAside(_ tag: DeliveryTag) {
        mark(tag, as: .acknowledged)
        mustNameEach = true
    }

    /// What may be acknowledged now. Each tag is acknowledged once.
    mutating func takeAcknowledgements() -> [Acknowledgement.Kind] {
        guard !mustNameEach else { return takeEach() }
        var kinds: [Acknowledgement.Kind] = []
        if let last = popSettledRun() { kinds.append(.through(last)) }
        if settledAhead >= patience { kinds.append(.each(takeSettledAhead())) }
        return kinds
    }

    private mutating func takeEach() -> [Acknowledgement.Kind] {
        let tags = settledAhead > 0 ? takeSettledAhead() : []
        _ = popSettledRun()
        return tags.isEmpty ? [] : [.each(tags)]
    }

    /// Removes the unbroken run at the front. Returns its last tag that was not acknowledged yet: RabbitMQ closes the channel over a tag it does not
    /// know.
    private mutating func popSettledRun() -> DeliveryTag? {
        var last: DeliveryTag?
        while let entry = window.first, entry != .open {
            if entry == .settled {
                last = base
                settledAhead -= 1
            }
            window.removeFirst()
            base = base.next
        }
        return last
    }

    private mutating func takeSettledAhead() -> [DeliveryTag] {
        var tags: [DeliveryTag] = []
        for index in window.indices where window[index] == .settled {
            window[index] = .acknowledged
            tags.append(DeliveryTag(rawValue: base.rawValue + UInt64(index)))
        }
        settledAhead = 0
        return tags
    }

    private mutating func mark(_ tag: DeliveryTag, as entry: Entry) {
        let index = Int(tag.rawValue - base.rawValue)
        precondition(window[index] == .open, "a delivery is settled once")
        window[index] = entry
    }
}
