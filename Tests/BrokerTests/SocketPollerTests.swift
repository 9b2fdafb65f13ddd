import Settings
import Synchronization
import Testing
import Threads

@testable import Broker

@Suite("A broker's thread sleeps")
struct SocketSleeperTests {
    @Test("A nudge that nobody waits for wakes the thread once, and never keeps it awake")
    func nudgeWithoutWaiter() async throws {
        let start = ContinuousClock.now
        let consumer = Consumer(settings: RabbitMQSettings(), subscriptions: []) { _ in }
        // Before the nudge, so that the thread has come to rest.
        while consumer.thread.turnCount == 0 { await Task.yield() }
        consumer.setReading(false)
        try await Task.sleep(for: .milliseconds(200))
        // One a second comes by itself.
        let count = consumer.thread.turnCount
        #expect(count < 10 + UInt64((.now - start) / .seconds(1)))
    }

    @Test("The loop turns at its beginning, when it is nudged and when its time has come, and not otherwise")
    func turns() {
        let sleeper = SocketPoller()
        let turns = Atomic(0)
        sleeper.begin { _ in
            // The third turn asks for another one at once, the fourth ends the loop.
            let count = turns.add(1, ordering: .relaxed).newValue
            return count == 4 ? nil : .init(deadline: count == 3 ? .now : .now + .seconds(3600))
        }
        sleeper.sleep(hasJobs: false)
        #expect(turns.load(ordering: .relaxed) == 1)
        sleeper.sleep(hasJobs: true)
        #expect(turns.load(ordering: .relaxed) == 1)
        for expected in 2...4 {
            if expected < 4 { sleeper.nudge() }
            sleeper.sleep(hasJobs: false)
            #expect(turns.load(ordering: .relaxed) == expected)
        }
        sleeper.nudge()
        sleeper.sleep(hasJobs: true)
        #expect(turns.load(ordering: .relaxed) == 4)
    }

    @Test("Without anything to do the thread still turns about once a second, so that a watchdog sees it live")
    func liveness() {
        let sleeper = SocketPoller()
        let start = ContinuousClock.now
        sleeper.sleep(hasJobs: false)
        // Without it the thread would sleep for ever.
        #expect(ContinuousClock.now - start < .seconds(30))
    }
}
