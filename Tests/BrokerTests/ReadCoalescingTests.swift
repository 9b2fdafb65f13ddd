import Testing

@testable import Broker

@Suite("Reading in bulk under load") struct ReadPaceTests {
    private let begin = ContinuousClock.now + .seconds(1)

    private func withBacklog() -> ReadCoalescing {
        var pace = ReadCoalescing()
        pace.looked(ready: 1000, prefetch: 100, at: begin)
        return pace
    }

    @Test("A few messages are read as they come") func fewMessages() {
        var pace = ReadCoalescing()
        for millisecond in 0..<100 {
            #expect(pace.read(2, fullness: 0.1, at: begin + .milliseconds(millisecond)) == nil)
        }
    }

    @Test("From eight in a millisecond on, reading pauses until its end") func manyMessages() {
        var pace = ReadCoalescing()
        for microsecond in 0..<7 { #expect(pace.read(1, fullness: 0.1, at: begin + .microseconds(microsecond * 10)) == nil) }
        #expect(pace.read(1, fullness: 0.1, at: begin + .microseconds(80)) == begin + ReadCoalescing.shortest)
    }

    @Test(
        "While messages wait in a queue anyway, the pause lasts until a read is worth it, within bounds",
        arguments: [(256, .milliseconds(1)), (128, .milliseconds(1)), (32, .milliseconds(4)), (1, .milliseconds(8))] as [(Int, Duration)])
    func lengthOfThePause(perMillisecond: Int, expected: Duration) throws {
        var (pace, now, pause) = (withBacklog(), begin, Duration.milliseconds(1))
        for _ in 0..<10 {
            let end = pace.read(perMillisecond * Int(pause / .milliseconds(1)), fullness: 0.01, at: now)
            pause = try #require(end) - now
            now += pause
        }
        #expect(pause == expected)
    }

    @Test("No queue comes to the end of its prefetch during a pause, because there it would wait for us")
    func fullness() throws {
        var (pace, now, pause) = (withBacklog(), begin, Duration.milliseconds(1))
        for _ in 0..<10 {
            // A quarter of it in a millisecond.
            let end = pace.read(10, fullness: min(1, 0.25 * (pause / .milliseconds(1))), at: now)
            pause = try #require(end) - now
            now += pause
        }
        #expect(pause == .milliseconds(2))
    }

    @Test("When a queue has sent all it may, what it sends next is read as it comes")
    func fullWindow() {
        var pace = withBacklog()
        #expect(pace.read(1, fullness: 1, at: begin) == nil)
        #expect(pace.read(1, fullness: 1, at: begin + .milliseconds(1)) == nil)
    }

    @Test("A prefetch so small that it means one message after the other makes no pause longer") func smallPrefetch() {
        var pace = ReadCoalescing()
        pace.looked(ready: 1000, prefetch: 4, at: begin)
        #expect(pace.read(2, fullness: 0.5, at: begin) == nil)
    }

    @Test("A backlog is what is more than may be sent at once, and is forgotten when no queue has had one for a while") func noBacklog() {
        var pace = ReadCoalescing()
        pace.looked(ready: 100, prefetch: 100, at: begin)
        #expect(pace.read(2, fullness: 0.1, at: begin) == nil)
        pace.looked(ready: 101, prefetch: 100, at: begin)
        let last = begin + ReadCoalescing.memory - .milliseconds(1)
        #expect(pace.read(2, fullness: 0.1, at: last) == last + ReadCoalescing.longest)
        #expect(pace.read(2, fullness: 0.1, at: last + ReadCoalescing.longest) == nil)
    }
}
