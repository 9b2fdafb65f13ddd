import Testing

@testable import Broker

@Suite("Channels that are refused something")
struct ChannelWearTests {
    private let start = ContinuousClock.now

    @Test("A fresh channel is kept: what it is refused, another one would be refused as well")
    func fresh() {
        var wear = ChannelWear()
        wear.opening()
        wear.refused(at: start)
        #expect(!wear.isWorn, "it is not even open")
        wear.ready(at: start)
        wear.refused(at: start + .milliseconds(999))
        #expect(!wear.isWorn)
        wear.refused(at: start + .seconds(1))
        #expect(wear.isWorn)
        wear.opening()
        #expect(!wear.isWorn && wear.readyAt == nil)
    }

    @Test("A queue that refuses all the time gets fresh channels ever more seldom; after a time without refusals it begins anew")
    func patience() {
        var wear = ChannelWear()
        var now = start
        func life() -> Duration {
            wear.opening()
            wear.ready(at: now)
            let begin = now
            while !wear.isWorn {
                now += .milliseconds(100)
                wear.refused(at: now)
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
