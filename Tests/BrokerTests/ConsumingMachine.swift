import Messages
import Testing

@testable import Broker

extension SubscriptionMachine {
    /// A machine that consumes in session 1.
    static func consuming(since start: ContinuousClock.Instant) throws -> SubscriptionMachine {
        var machine = SubscriptionMachine()
        #expect(machine.connected(now: start) == [.subscribe])
        #expect(try machine.consumeOk(session: 1, now: start) == [.subscribed(1)])
        return machine
    }
}

/// A delivery of which only the tag matters.
func delivery(_ tag: UInt64) -> Delivery {
    Delivery(
        tag: DeliveryTag(rawValue: tag), redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: .identity,
        timestamp: nil, bytes: [], bodyBytes: 0)
}
