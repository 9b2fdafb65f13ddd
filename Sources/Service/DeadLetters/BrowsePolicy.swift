internal import Broker
internal import ControlMessages
internal import Mapping
internal import Messages

/// What a look at dead letters may do to them, by what RabbitMQ reports about their queue. Pure.
///
/// No look loses a letter. If the queue counts returns, the administrator must have consented. A letter that was returned nearly as often as a
/// delivery limit allows is not returned but put at the end of the queue, as a new copy with a count of zero.
struct BrowsePolicy {
    /// This many returns below the limit a letter is no longer returned: some returns have other causes, such as a lost connection.
    static let margin = 5

    let terms: BrowseTerms

    /// After this many returns a letter is renewed.
    var renewalCount: Int { max(0, terms.limit - Self.margin) }

    /// Returns are counted, or may be.
    var countsReturns: Bool { if case .nothing = terms.cost { false } else { true } }

    /// The count matters only with a delivery limit, and a classic queue has none. A look that costs nothing uses up none of the last returns: a
    /// letter whose returns are not counted is in no danger.
    func isNearLimit(_ delivery: Delivery) -> Bool {
        let count = delivery.countedReturns
        return switch terms.cost {
        case .nothing(.channelClose): false
        case .nothing(.nack): count >= max(1, renewalCount)
        case .delivery, .unknown: count >= renewalCount
        }
    }

    /// Why a look needs consent; `nil` if it costs nothing. `returns` is how often a letter was returned at most, at the last look if there was one.
    func refusal(queue: String, ready: Int, returns: Int?, processor: String) -> ControlError? {
        guard countsReturns, ready > 0 else { return nil }
        let why =
            switch terms.cost {
            case .unknown(let reason):
                "may count as a delivery of each, because RabbitMQ does not report the queue's type (\(reason))"
            default: "would count as a delivery of each: it is a quorum queue, and this RabbitMQ counts what is given back"
            }
        let left =
            returns.map { "At the last look none had been given back more than \($0) times, so \(max(0, terms.limit - $0)) looks are left" }
            ?? "How often they were given back is not known before the first look"
        return .countsDeliveries(
            "looking at the \(ready) letters of \(queue) \(why). RabbitMQ ends a message that is given back more often than its delivery limit "
                + "says: \(terms.limit) is assumed, because a policy's is not told. \(left). With consent=deliveries (`warren dead list \(processor) "
                + "--count-deliveries`) Warren looks, and ends none: what was given back \(renewalCount) times goes to the end of the queue as a new "
                + "copy instead")
    }

    /// Warnings after a look. `returns` is how often a letter was returned at most, this time included; `renewed` are letters that were put at the
    /// end.
    func warnings(returns: Int?, renewed: Int) -> [String] {
        var list: [String] = []
        if countsReturns, let returns {
            list.append(
                "each look counts as a delivery here: what went back was given back up to \(returns) times, and RabbitMQ ends messages beyond a "
                    + "delivery limit (\(terms.limit) is assumed)")
        }
        if renewed > 0 {
            list.append(
                "\(renewed) letters were near the delivery limit: they went to the end of the queue as new copies with the same ids, and their "
                    + "account is empty")
        }
        return list
    }

    /// Why a look ended that was not allowed to change anything.
    static let endOfLook =
        "the look ended here: letters were given back nearly as often as a delivery limit allows; with consent=deliveries (--count-deliveries) they are "
        + "renewed, and the look continues"
}
