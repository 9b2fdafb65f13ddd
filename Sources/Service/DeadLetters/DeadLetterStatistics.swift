internal import Broker
internal import ControlMessages
internal import ControlServer
internal import Mapping
internal import Messages
internal import Settings

/// Counts dead letters as they are looked at: by reason, with their age, and how often they were returned.
struct DeadLetterStatistics {
    /// The first that were counted, as many as a listing may have.
    private(set) var letters: [DeadLetterSummary] = []
    /// Messages counted.
    private(set) var seen = 0
    /// Letters that went to the end of the queue.
    var renewed = 0
    private var groups: [Exact<String>: DeadLetterListing.Group] = [:]
    /// How often a returned letter had been returned before this look, at most.
    private var highest: Int?

    /// By reason, the most frequent first.
    var reasons: [DeadLetterListing.Group] { groups.values.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) } }
    /// How often a letter was returned at most, this time included; `nil` if none is returned.
    var returns: Int? { highest.map { $0 + 1 } }

    /// One more, in the queue's order.
    mutating func add(_ delivery: Delivery) {
        let letter = DeadLetterContent(delivery).summary
        if seen < DeadLetterListing.mostLimit { letters.append(letter) }
        seen += 1
        var group = groups[Exact(letter.reason)] ?? .init(reason: letter.reason, count: 0, oldest: nil, newest: nil)
        group.count += 1
        // RFC 3339 times in UTC sort as text.
        group.oldest = [group.oldest, letter.failedAt].compactMap(\.self).min()
        group.newest = [group.newest, letter.failedAt].compactMap(\.self).max()
        groups[Exact(letter.reason)] = group
    }

    /// It returns to the queue.
    mutating func giveBack(_ delivery: Delivery) { highest = max(highest ?? 0, delivery.countedReturns) }
}
