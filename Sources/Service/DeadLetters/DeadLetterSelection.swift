internal import Broker
internal import ControlMessages
internal import Formats
internal import Messages
internal import Settings

/// Which messages an order by reason or number is about, decided one after the other in the queue's order. Pure.
struct DeadLetterSelection {
    private let order: DeadLetterOrder
    private(set) var seen = 0
    private(set) var matched = 0

    init(_ order: DeadLetterOrder) { self.order = order }

    /// No letter that follows can be meant.
    var isComplete: Bool { order.limit.map { matched >= $0 } ?? false }

    /// How many more are worth a look, by the order: what is looked at in vain must be returned.
    var wanted: Int { order.reason == nil ? order.limit.map { $0 - matched } ?? .max : .max }

    /// Looks at the next message.
    mutating func takes(_ delivery: Delivery) -> Bool {
        guard !isComplete else { return false }
        seen += 1
        if let reason = order.reason, !reason.isExactly(DeadLetterContent(delivery).reason) { return false }
        matched += 1
        return true
    }
}

/// The letters that match an id. The whole queue must be looked at: only then it is known that just one matches.
struct DeadLetterSearch {
    /// How many are listed if there are several.
    private static let mostTold = 8

    private let id: DeadLetterID
    private(set) var seen = 0
    private(set) var matched = 0
    /// The first letter that matches.
    private(set) var letter: Delivery?
    private var told: [String] = []

    init(_ id: DeadLetterID) { self.id = id }

    /// Looks at the next message. Returns true if it must be kept until all are looked at.
    mutating func keeps(_ delivery: Delivery) -> Bool {
        seen += 1
        let content = DeadLetterContent(delivery)
        guard id.fits(content) else { return false }
        matched += 1
        if matched <= Self.mostTold { told.append(content.particulars) }
        if letter == nil { letter = delivery }
        return matched == 1
    }

    /// The one that is meant. Throws `not_found` if there is none, and `ambiguous_id` with all of them if there are several.
    func found(_ text: String, processor: String) throws(ControlError) -> Delivery {
        guard let letter else {
            throw .notFound("no dead letter of \(processor) has the id \(text); `warren dead list \(processor)` lists those that there are")
        }
        guard matched > 1 else { return letter }
        let more = matched > told.count ? "; and \(matched - told.count) more" : ""
        throw ControlError(
            .ambiguousID,
            "\(matched) dead letters have an id that begins with \(text), so nothing was done: \(told.joined(separator: "; "))\(more). "
                + "Give more of the id; of letters with the same name, the part after the dot differs")
    }
}

extension DeadLetterContent {
    /// Its digest, which distinguishes it from others, with the longest id that it can have.
    fileprivate var particulars: String {
        let summary = summary
        let time = summary.failedAt.map { ", parked \($0)" } ?? ""
        let message = summary.messageId.map { ", message-id \($0.cut(toBytes: 100))" } ?? ""
        return
            "\(id).\(delivery.digest.prefix(DeadLetterID.fewestDigits)) (\(reason.cut(toBytes: 100))\(time)\(message), \(summary.bodyBytes) bytes)"
    }
}
