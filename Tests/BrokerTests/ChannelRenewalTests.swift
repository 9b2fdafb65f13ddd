import Testing

@testable import Broker

@Suite("Channels that are refused something")
struct ChannelWearTests {
    private let start = ContinuousClock.now

    @Test("A fresh channel is kept: what it is refused, another one would be refused as well")
    func fresh() {
        var renewal = ChannelRenewal()
        renewal.opening()
        renewal.refused(at: start)
        #expect(!renewal.isWorn, "it is not even open")
        renewal.ready(at: start)
        renewal.refused(at: start + .milliseconds(999))
        #expect(!renewal.isWorn)
        renewal.refused(at: start + .seconds(1))
        #expect(renewal.isWorn)
        renewal.opening()
        #expect(!renewal.isWorn && renewal.readyAt == nil)
    }

    @Test("A queue that refuses all the time gets fresh channels ever more seldom; after a time without refusals it starts over")
    func patience() {
        var renewal = ChannelRenewal()
        var now = start
        func life() -> Duration {
            renewal.opening()
            renewal.ready(at: now)
            let begin = now
            while !renewal.isWorn {
                now += .milliseconds(100)
                renewal.refused(at: now)
            }
            return now - begin
        }
        #expect((0..<7).map { _ in life() } == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
        now += .seconds(29)
        #expect(life() == .seconds(30))
        now += .seconds(31)
        #expect(life() == .seconds(1))
    }
}
