import Settings
import Testing

@Suite("Waiting between attempts")
struct BackoffTests {
    private let backoff = Backoff(first: .milliseconds(500), longest: .seconds(3))

    @Test("Waits double up to the longest one, and start small after a success")
    func growth() {
        var backoff = backoff
        let waits = (0..<10).map { _ in backoff.next(random: 1) }
        #expect(waits.prefix(3) == [.milliseconds(500), .seconds(1), .seconds(2)])
        #expect(waits.suffix(7).allSatisfy { $0 == .seconds(3) })
        backoff.reset()
        #expect(backoff.next(random: 1) == .milliseconds(500))
    }

    @Test("Jitter takes up to half of a wait")
    func jitter() {
        #expect(backoff.wait(after: 0, random: 0) == .milliseconds(250))
        #expect(backoff.wait(after: 0, random: 1) == .milliseconds(500))
        #expect(backoff.wait(after: 9, random: 0) == .milliseconds(1500))
    }

    @Test("However many failures came before, the wait is the longest", arguments: [3, 20, 64, Int.max])
    func many(failures: Int) {
        #expect(backoff.step(after: failures) == .seconds(3))
    }

    @Test("The delay of one message grows by its factor, and never beyond an hour")
    func retries() {
        var retry = RetrySettings()
        #expect([1, 2, 50].map(retry.wait) == [.seconds(3), .seconds(3), .seconds(3)])
        retry.backoff = 10
        #expect([0, 1, 2, 50].map(retry.wait) == [.seconds(3), .seconds(3), .seconds(30), .seconds(3600)])
    }
}
