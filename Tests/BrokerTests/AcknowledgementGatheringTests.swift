import Messages
import Testing

@testable import Broker

@Suite("Acknowledgements that wait for more under load") struct AcknowledgementGatheringTests {
    private let begin = ContinuousClock.now

    private func through(_ tag: UInt64, session: UInt64 = 1) -> Acknowledgement {
        Acknowledgement(processor: 0, session: SessionID(rawValue: session), kind: .through(DeliveryTag(rawValue: tag)))
    }

    private func kinds(_ taken: [(index: Int, session: SessionID, kind: Acknowledgement.Kind)]) -> [Acknowledgement.Kind] {
        taken.map(\.kind)
    }

    @Test("Without load nothing waits") func withoutLoad() {
        var gathering = AcknowledgementGathering()
        #expect(gathering.add(through(3), index: 0, prefetch: 100, at: begin) == nil)
        #expect(kinds(gathering.take(mayWait: false, at: begin)) == [.through(3)])
        #expect(gathering.take(mayWait: false, at: begin).isEmpty, "each is told once")
    }

    @Test("The later one stands for all before it") func laterOne() {
        var gathering = AcknowledgementGathering()
        for tag in [3, 9, 20] as [UInt64] { #expect(gathering.add(through(tag), index: 0, prefetch: 100, at: begin) == nil) }
        #expect(gathering.take(mayWait: true, at: begin + .milliseconds(19)).isEmpty)
        #expect(kinds(gathering.take(mayWait: true, at: begin + AcknowledgementGathering.patience)) == [.through(20)])
    }

    @Test("Half of what the broker may send before it is acknowledged waits for nothing") func halfOfTheWindow() {
        var gathering = AcknowledgementGathering()
        #expect(gathering.add(through(49), index: 0, prefetch: 100, at: begin) == nil)
        #expect(gathering.add(through(50), index: 0, prefetch: 100, at: begin) == .through(50))
        #expect(gathering.add(through(99), index: 0, prefetch: 100, at: begin) == nil, "counted from the last one that was told")
        #expect(gathering.add(through(100), index: 0, prefetch: 100, at: begin) == .through(100))
        #expect(gathering.take(mayWait: false, at: begin).isEmpty)
        #expect(gathering.add(through(1), index: 1, prefetch: 1, at: begin) == .through(1))
    }

    @Test("What names deliveries singly goes at once, before what waits") func singly() {
        var gathering = AcknowledgementGathering()
        #expect(gathering.add(through(4), index: 0, prefetch: 100, at: begin) == nil)
        let single = Acknowledgement(processor: 0, session: 1, kind: .each([6, 8]))
        #expect(gathering.add(single, index: 0, prefetch: 100, at: begin) == .each([6, 8]))
        #expect(kinds(gathering.take(mayWait: false, at: begin)) == [.through(4)])
    }

    @Test("Queues do not wait for each other's windows, but leave together") func queues() {
        var gathering = AcknowledgementGathering()
        #expect(gathering.add(through(4), index: 0, prefetch: 100, at: begin) == nil)
        #expect(gathering.add(through(5), index: 2, prefetch: 100, at: begin + .milliseconds(15)) == nil)
        let taken = gathering.take(mayWait: true, at: begin + .milliseconds(20))
        #expect(taken.map(\.index) == [0, 2])
        #expect(kinds(taken) == [.through(4), .through(5)])
    }

    @Test("A new session counts from 1 again, and nothing of the old one is left") func newSession() {
        var gathering = AcknowledgementGathering()
        #expect(gathering.add(through(90), index: 0, prefetch: 100, at: begin) == .through(90))
        #expect(gathering.add(through(95), index: 0, prefetch: 100, at: begin) == nil)
        #expect(gathering.add(through(2, session: 2), index: 0, prefetch: 100, at: begin) == nil)
        let taken = gathering.take(mayWait: false, at: begin)
        #expect(taken.map(\.session) == [2])
        #expect(kinds(taken) == [.through(2)])
    }
}
