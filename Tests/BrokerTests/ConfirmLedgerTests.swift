import Messages
import Testing

@testable import Broker

@Suite("Publisher confirms")
struct ConfirmLedgerTests {
    let start = ContinuousClock.now

    /// Publications 1, 2, … with these bodies, to these queues; their tickets are their numbers.
    private func ledger(_ messages: [(queue: String, body: [UInt8])]) -> ConfirmLedger<Int> {
        var ledger = ConfirmLedger<Int>()
        for (number, message) in messages.enumerated() {
            ledger.sent(
                number + 1, route: Route(exchange: "", routingKey: message.queue), body: message.body[...], properties: [0, 0],
                deadline: start + .seconds(number + 1))
        }
        return ledger
    }

    private func returned(_ queue: String, _ body: [UInt8], properties: [UInt8] = [0, 0]) -> ReturnedMessage {
        ReturnedMessage(
            replyCode: 312, replyText: "NO_ROUTE", route: Route(exchange: "", routingKey: queue), bytes: body + properties,
            bodyBytes: body.count)
    }

    @Test("One confirm can settle one publication or all up to it")
    func multiple() {
        var ledger = ledger([("q", [1]), ("q", [2]), ("q", [3]), ("q", [4])])
        #expect(ledger.acknowledged(2, multiple: false).map(\.ticket) == [2])
        #expect(ledger.acknowledged(3, multiple: true).map(\.ticket) == [1, 3])
        #expect(ledger.acknowledged(3, multiple: true).isEmpty)
        #expect(ledger.count == 1)
        #expect(ledger.bodyBytes == 1)
    }

    @Test("A message that came back is no success when its confirm comes")
    func returnedThenConfirmed() {
        var ledger = ledger([("q", [1]), ("gone", [2])])
        ledger.returned(returned("gone", [2]))
        let settled = ledger.acknowledged(2, multiple: true)
        #expect(settled.map(\.result.failure) == [nil, .returned("312 NO_ROUTE")])
    }

    @Test("Of several to the same queue, the one with the same content came back")
    func matchedByContent() {
        var ledger = ledger([("q", [1]), ("q", [2]), ("q", [3])])
        ledger.returned(returned("q", [2]))
        #expect(ledger.acknowledged(3, multiple: true).map(\.result.failure) == [nil, .returned("312 NO_ROUTE"), nil])
    }

    @Test("Equal messages come back one by one")
    func equalMessages() {
        var ledger = ledger([("q", [1]), ("q", [1])])
        ledger.returned(returned("q", [1]))
        #expect(ledger.acknowledged(2, multiple: true).map(\.result.failure) == [.returned("312 NO_ROUTE"), nil])
    }

    @Test("If it is not clear which one came back, all that it can be count as returned: twice is allowed, lost is not")
    func doubt() {
        var ledger = ledger([("q", [1]), ("q", [1]), ("other", [1])])
        ledger.returned(returned("q", [1], properties: [0x10, 0, 1]))
        let settled = ledger.acknowledged(3, multiple: true)
        #expect(settled.map(\.result.failure) == [.returned("312 NO_ROUTE"), .returned("312 NO_ROUTE"), nil])
    }

    @Test("A refused one is a failure of its own, its neighbours are not")
    func nack() {
        var ledger = ledger([("q", [1]), ("q", [2])])
        #expect(ledger.refused(1, multiple: false).map(\.result.failure) == [.nacked])
        #expect(ledger.acknowledged(2, multiple: false).map(\.result.failure) == [nil])
    }

    @Test("Without an answer each is given up at its own time, and a late answer means nothing")
    func expiry() {
        var ledger = ledger([("q", [1]), ("q", [2])])
        #expect(ledger.deadline == start + .seconds(1))
        #expect(ledger.expired(now: start).isEmpty)
        let settled = ledger.expired(now: start + .seconds(1))
        #expect(settled.map(\.ticket) == [1])
        #expect(settled.map(\.result.failure) == [.timedOut])
        #expect(ledger.acknowledged(1, multiple: false).isEmpty)
        #expect(ledger.acknowledged(2, multiple: false).map(\.ticket) == [2])
    }

    @Test("With the channel all are lost, and the next channel counts from 1")
    func channelLost() {
        var ledger = ledger([("q", [1]), ("q", [2])])
        let error = BrokerError(.heartbeatMissed, endpoint: "h:1")
        #expect(ledger.channelLost(error).map(\.result.failure) == [.connection(error), .connection(error)])
        ledger.sent(9, route: Route(exchange: "", routingKey: "q"), body: [], properties: [0, 0], deadline: start)
        #expect(ledger.acknowledged(1, multiple: false).map(\.ticket) == [9])
    }
}
