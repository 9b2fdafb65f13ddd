import ControlMessages
import ControlServer
import Mapping
import Messages
import Testing

@testable import Broker
@testable import Service

@Suite("What a look at dead letters may cost") struct LookRulesTests {
    private func delivery(returned count: Int64?) -> Delivery {
        var table = FieldTable()
        if let count { table.append("x-delivery-count", .integer(count)) }
        return Delivery(
            tag: 1, redelivered: true, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: [0x20, 0] + table.encoded, bodyBytes: 0)
    }

    @Test(
        "A look needs consent where returns are counted, or may be, and nowhere else",
        arguments: [
            (.nothing(.channelClose), false), (.nothing(.nack), false), (.delivery(.nack), true), (.delivery(.channelClose), true),
            (.unknown("403"), true),
        ] as [(BrowseCost, Bool)])
    func consent(cost: BrowseCost, isNeeded: Bool) {
        let rules = BrowsePolicy(terms: BrowseTerms(cost: cost))
        let refusal = rules.refusal(queue: "q.dead", ready: 7, returns: nil, processor: "p")
        #expect((refusal != nil) == isNeeded)
        #expect(rules.refusal(queue: "q.dead", ready: 0, returns: nil, processor: "p") == nil, "nothing is there that could be counted")
        guard let refusal else { return }
        #expect(refusal.code == ErrorCode.countsDeliveries.rawValue)
        for words in ["the 7 letters of q.dead", "20 is assumed", "is not known", "consent=deliveries", "--count-deliveries"] {
            #expect(refusal.message.contains(words), "\(refusal.message)")
        }
        let again = rules.refusal(queue: "q.dead", ready: 7, returns: 12, processor: "p")
        #expect(again?.message.contains("so 8 looks are left") == true)
    }

    @Test(
        "Letters are renewed some returns before the limit, and always where there is next to none",
        arguments: [
            (20, nil, false), (20, 14, false), (20, 15, true), (20, Int64.max, true), (5, nil, true), (0, nil, true), (7, 1, false),
            (7, 2, true),
        ] as [(Int, Int64?, Bool)])
    func renewal(limit: Int, count: Int64?, isNear: Bool) {
        for cost in [BrowseCost.delivery(.nack), .unknown("why")] {
            #expect(BrowsePolicy(terms: BrowseTerms(cost: cost, limit: limit)).isNearLimit(delivery(returned: count)) == isNear)
        }
        // What was never counted is in no danger where a look costs nothing.
        #expect(
            BrowsePolicy(terms: BrowseTerms(cost: .nothing(.nack), limit: limit)).isNearLimit(delivery(returned: count))
                == (isNear && count != nil))
        // A classic queue has no limit: there the header proves nothing.
        #expect(!BrowsePolicy(terms: BrowseTerms(cost: .nothing(.channelClose), limit: limit)).isNearLimit(delivery(returned: count)))
    }

    @Test("What a look has cost is told, and what was renewed") func warnings() {
        let counting = BrowsePolicy(terms: BrowseTerms(cost: .delivery(.nack)))
        #expect(counting.warnings(returns: nil, renewed: 0).isEmpty)
        #expect(counting.warnings(returns: 3, renewed: 0).first?.contains("up to 3 times") == true)
        #expect(counting.warnings(returns: 3, renewed: 2).last?.contains("2 letters") == true)
        #expect(BrowsePolicy(terms: BrowseTerms(cost: .nothing(.nack))).warnings(returns: 3, renewed: 0).isEmpty)
    }

    @Test("No text advises a limit of -1: RabbitMQ 3 drops messages at their first return for it") func advice() {
        let rules = BrowsePolicy(terms: BrowseTerms(cost: .delivery(.nack)))
        let texts =
            [BrowsePolicy.endOfLook] + rules.warnings(returns: 1, renewed: 1) + [
                rules.refusal(queue: "q", ready: 1, returns: 1, processor: "p")?.message ?? ""
            ]
        #expect(texts.allSatisfy { !$0.contains("-1") && !$0.contains("policy (") })
    }
}
