internal import Broker
internal import Control
internal import Mapping
internal import Settings

/// Counts dead letters as they are looked at: by reason, with their age, and how near a quorum queue's delivery limit they are.
struct DeadLetterCensus {
    /// Messages of a quorum queue that were delivered so often are not looked at again without need: RabbitMQ 4 ends them at 20 by default.
    static let deliveryCountBound = 15

    private(set) var letters: [DeadLetterSummary] = []
    private var groups: [Exact<String>: DeadLetterListing.Group] = [:]
    private var highestCount: Int?
    private var highestReturned: Int?

    /// Messages counted.
    var seen: Int { letters.count }
    /// Looking on would bring messages that go back near the end that a delivery limit sets.
    var isNearLimit: Bool { (highestReturned ?? 0) >= Self.deliveryCountBound }
    /// By reason, the most frequent first.
    var reasons: [DeadLetterListing.Group] { groups.values.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) } }

    /// One more, in the queue's order. `isReturned`: it goes back to the queue; what is taken out for good is in no danger.
    mutating func add(_ delivery: Delivery, isReturned: Bool = true) {
        let letter = DeadLetterContent(delivery).summary(number: seen + 1)
        letters.append(letter)
        highestCount = [highestCount, delivery.deliveryCount].compactMap(\.self).max()
        if isReturned { highestReturned = [highestReturned, delivery.deliveryCount].compactMap(\.self).max() }
        var group = groups[Exact(letter.reason)] ?? .init(reason: letter.reason, count: 0, oldest: nil, newest: nil)
        group.count += 1
        // RFC 3339 times in UTC sort as text.
        group.oldest = [group.oldest, letter.failedAt].compactMap(\.self).min()
        group.newest = [group.newest, letter.failedAt].compactMap(\.self).max()
        groups[Exact(letter.reason)] = group
    }

    /// What to know before the next look.
    var warnings: [String] {
        guard let highestCount else { return [] }
        let text =
            "this is a quorum queue: it counts each look as a delivery (\(highestCount + 1) so far), and a delivery-limit ends messages "
            + "(RabbitMQ 4: at 20 unless a policy says otherwise). What was looked at comes back to the front, in another order"
        guard isNearLimit else { return [text] }
        return [text, Self.endOfLook]
    }

    /// Why a look ended, and how to go on.
    static let endOfLook =
        "the look ended here, before the limit: raise it with a policy (rabbitmqctl set_policy … '{\"delivery-limit\":-1}'), then look on"
}
