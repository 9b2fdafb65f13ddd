import Testing

@testable import Broker

@Suite("Reading in bulk under load") struct ReadPaceTests {
    private let begin = ContinuousClock.now + .seconds(1)

    @Test("A few messages are read as they come") func fewMessages() {
        var pace = ReadPace()
        for millisecond in 0..<100 {
            #expect(pace.read(2, at: begin + .milliseconds(millisecond)) == nil)
        }
    }

    @Test("From eight in a millisecond on, reading pauses until its end") func manyMessages() {
        var pace = ReadPace()
        for microsecond in 0..<7 { #expect(pace.read(1, at: begin + .microseconds(microsecond * 10)) == nil) }
        #expect(pace.read(1, at: begin + .microseconds(80)) == begin + ReadPace.shortest)
    }

    @Test(
        "While messages wait in a queue anyway, the pause lasts until a read is worth it, within bounds",
        arguments: [(128, .milliseconds(1)), (64, .milliseconds(1)), (32, .milliseconds(2)), (9, .milliseconds(4))] as [(Int, Duration)])
    func lengthOfThePause(perMillisecond: Int, expected: Duration) throws {
        var (pace, now, pause) = (ReadPace(), begin, Duration.milliseconds(1))
        pace.sawBacklog(at: begin)
        for _ in 0..<10 {
            let end = pace.read(perMillisecond * Int(pause / .milliseconds(1)), at: now)
            pause = try #require(end) - now
            now += pause
        }
        #expect(pause == expected)
    }

    @Test("A backlog is forgotten when no queue has had one for a while, and until one is seen the pause is short")
    func noBacklog() {
        var pace = ReadPace()
        #expect(pace.read(9, at: begin) == begin + .milliseconds(1))
        #expect(pace.read(9, at: begin + .milliseconds(1)) == begin + .milliseconds(2))
        pace.sawBacklog(at: begin + .milliseconds(1))
        #expect(pace.read(9, at: begin + .milliseconds(2)) == begin + .milliseconds(6))
        let later = begin + .milliseconds(1) + ReadPace.memory
        #expect(pace.read(9, at: later - .milliseconds(1)) == later)
        #expect(pace.read(9, at: later) == later + .milliseconds(1))
    }

    @Test("When less comes it is read at once again, though the pause was long") func lessThanBefore() {
        var pace = ReadPace()
        pace.sawBacklog(at: begin)
        #expect(pace.read(9, at: begin) == begin + .milliseconds(1))
        #expect(pace.read(9, at: begin + .milliseconds(1)) == begin + .milliseconds(5))
        // Two in a millisecond: eight have gathered during the pause, and the next one is short.
        #expect(pace.read(8, at: begin + .milliseconds(5)) == begin + .milliseconds(6))
        #expect(pace.read(2, at: begin + .milliseconds(6)) == nil)
    }
}
