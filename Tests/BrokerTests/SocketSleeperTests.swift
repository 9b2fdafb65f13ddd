import Settings
import Testing

@testable import Broker

@Suite("A broker's thread sleeps")
struct SocketSleeperTests {
    @Test("A nudge that nobody waits for wakes the thread once, and never keeps it awake")
    func nudgeWithoutWaiter() async throws {
        let consumer = Consumer(settings: RabbitMQSettings(), subscriptions: []) { _ in }
        // Before the nudge, so that the thread has come to rest.
        while consumer.turnCount == 0 { await Task.yield() }
        consumer.setReading(false)
        try await Task.sleep(for: .milliseconds(200))
        #expect(consumer.turnCount < 10)
    }

    @Test("A nudge that came before the wait ends it at once")
    func nudgeBeforeWait() async {
        let consumer = Consumer(settings: RabbitMQSettings(), subscriptions: []) { _ in }
        consumer.setReading(false)
        // The loop begins to wait for an hour; it ends because it looks at the nudge that was kept.
        await consumer.waitOnce()
    }
}

extension Consumer {
    fileprivate func waitOnce() async { _ = await sleeper.wait(.init(deadline: .now + .seconds(3600))) }
}
