import Messages
import Schedules
import Testing

@testable import Pipeline

@Suite("The acknowledgement ledger")
struct AcknowledgementLedgerTests {
    @Test(
        "acknowledges the longest unbroken run of settled deliveries",
        arguments: [
            (settled: [1, 2, 3], expected: [Acknowledgement.Kind.through(3)]),
            (settled: [3, 1], expected: [.through(1)]),
            (settled: [2, 3], expected: []),
            (settled: [], expected: []),
        ] as [(settled: [DeliveryTag], expected: [Acknowledgement.Kind])])
    func unbrokenRun(settled: [DeliveryTag], expected: [Acknowledgement.Kind]) {
        var ledger = ledger(received: 5, prefetch: 100)
        settled.forEach { ledger.settle($0) }
        #expect(ledger.takeAcknowledgements() == expected)
        #expect(ledger.takeAcknowledgements().isEmpty, "each tag is told once")
    }

    @Test("acknowledges singly once a quarter of the window is settled behind a slow delivery")
    func slowDelivery() {
        var ledger = ledger(received: 8, prefetch: 8)
        ledger.settle(3)
        #expect(ledger.takeAcknowledgements() == [])
        ledger.settle(5)
        #expect(ledger.takeAcknowledgements() == [.each([3, 5])])
    }

    @Test("names each tag once one was set aside, because `multiple` would acknowledge that one as well")
    func setAside() {
        var ledger = ledger(received: 6, prefetch: 4)
        ledger.settle(1)
        ledger.setAside(2)
        #expect(ledger.takeAcknowledgements() == [.each([1])])
        ledger.settle(4)
        ledger.settle(3)
        #expect(ledger.takeAcknowledgements() == [.each([3, 4])])
        #expect(ledger.openCount == 2)
        // It takes no room for ever.
        ledger.settle(6)
        ledger.settle(5)
        #expect(ledger.takeAcknowledgements() == [.each([5, 6])])
        #expect(ledger.takeAcknowledgements().isEmpty && ledger.openCount == 0)
        ledger.received(7)
        ledger.settle(7)
        #expect(ledger.takeAcknowledgements() == [.each([7])])
    }

    @Test("never names a tag again that it has acknowledged singly: RabbitMQ closes the channel over an unknown tag")
    func singlyThenTogether() {
        var ledger = ledger(received: 4, prefetch: 4)
        ledger.settle(3)
        #expect(ledger.takeAcknowledgements() == [.each([3])])
        ledger.settle(1)
        ledger.settle(2)
        #expect(ledger.takeAcknowledgements() == [.through(2)])
        ledger.settle(4)
        #expect(ledger.takeAcknowledgements() == [.through(4)])
        #expect(ledger.openCount == 0)
    }

    @Test("steps over a rejected delivery without acknowledging it")
    func rejected() {
        var ledger = ledger(received: 3, prefetch: 100)
        ledger.reject(2)
        ledger.settle(1)
        #expect(ledger.takeAcknowledgements() == [.through(1)])
        ledger.settle(3)
        #expect(ledger.takeAcknowledgements() == [.through(3)])
    }

    @Test("agrees with a model over random orders of settling", arguments: 1...50 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let count = 200
        var ledger = ledger(received: count, prefetch: 40)
        var unacknowledged = Set((1...count).map { DeliveryTag(rawValue: UInt64($0)) })
        var settled: Set<DeliveryTag> = []
        for tag in unacknowledged.sorted().shuffled(using: &random) {
            ledger.settle(tag)
            settled.insert(tag)
            for kind in ledger.takeAcknowledgements() {
                switch kind {
                case .through(let last):
                    #expect(unacknowledged.contains(last), "the broker must know the tag it is told")
                    let covered = unacknowledged.filter { $0 <= last }
                    #expect(covered.isSubset(of: settled), "only settled deliveries are acknowledged")
                    unacknowledged.subtract(covered)
                case .each(let tags):
                    #expect(unacknowledged.isSuperset(of: tags) && settled.isSuperset(of: tags))
                    unacknowledged.subtract(tags)
                case .reject: Issue.record("nothing was rejected")
                }
            }
        }
        #expect(unacknowledged.isEmpty, "all settled, so all acknowledged")
    }

    private func ledger(received: Int, prefetch: Int) -> AcknowledgementLedger {
        var ledger = AcknowledgementLedger(prefetch: prefetch)
        for tag in 1...received { ledger.received(DeliveryTag(rawValue: UInt64(tag))) }
        return ledger
    }
}
