import Messages
import Testing

@testable import Broker

@Suite("Acknowledgements on their way to the broker's thread")
struct AcknowledgementQueueTests {
    @Test("They leave in the order in which they came, once")
    func order() {
        let queue = AcknowledgementQueue()
        let list = [Acknowledgement(processor: 0, session: 1, kind: .through(3)), .init(processor: 0, session: 1, kind: .reject([5]))]
        _ = queue.append([list[0]])
        _ = queue.append([list[1]])
        #expect(queue.take { _ in 1 } == list)
        #expect(queue.take { _ in 1 } == [])
    }

    @Test("One wake-up covers all that come before the thread looks")
    func oneWakeUp() {
        let queue = AcknowledgementQueue()
        let one = [Acknowledgement(processor: 0, session: 1, kind: .through(1))]
        #expect(!queue.append([]))
        #expect(queue.append(one))
        #expect(!queue.append(one))
        _ = queue.take { _ in 1 }
        #expect(queue.append(one))
    }

    @Test("Tags of a session that is over are dropped, those of other processors are not")
    func deadSessions() {
        let queue = AcknowledgementQueue()
        let (dead, alive) = (
            Acknowledgement(processor: 0, session: 1, kind: .through(9)), Acknowledgement(processor: 1, session: 2, kind: .each([4]))
        )
        let unknown = Acknowledgement(processor: 7, session: 1, kind: .through(1))
        _ = queue.append([dead, alive, unknown])
        let sessions: [SubscriptionID: SessionID] = [0: 3, 1: 2]
        #expect(queue.take { sessions[$0] } == [alive])
    }
}
