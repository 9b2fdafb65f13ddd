import Messages
import Testing

@testable import Broker

@Suite("A subscription that is given up")
struct SubscriptionGivenUpTests {
    let start = ContinuousClock.now
    /// A machine that consumes in session 1.
    let consuming: SubscriptionMachine

    init() throws { consuming = try .consuming(since: start) }

    @Test("Given up, the channel is closed, so that what is unacknowledged returns; wanted again, it is opened")
    func giveUp() {
        var machine = consuming
        #expect(machine.want(.givenUp, now: start) == [.unsubscribed(1, nil), .cancel, .closeChannel])
        #expect(!machine.mayHandOn)
        #expect(machine.session == nil)
        machine.closeOk(now: start)
        #expect(machine.deadline == nil)
        #expect(machine.want(.on, now: start) == [.subscribe])
    }

    @Test("Wanted again before the channel is closed, it is opened once that is confirmed")
    func wantedEarly() {
        var machine = consuming
        _ = machine.want(.givenUp, now: start)
        #expect(machine.want(.on, now: start) == [])
        machine.closeOk(now: start)
        #expect(machine.tick(now: start) == [.subscribe])
    }

    @Test("Given up while it waits to try again, it does not try again; wanted again soon, it waits as long as it had to")
    func giveUpWaiting() throws {
        var machine = SubscriptionMachine()
        _ = machine.connected(now: start)
        _ = machine.channelClosed(code: 404, text: "", now: start, random: 1)
        #expect(machine.want(.givenUp, now: start) == [])
        #expect(machine.want(.on, now: start) == [])
        #expect(machine.want(.givenUp, now: start) == [])
        let end = try #require(machine.deadline)
        #expect(machine.tick(now: end) == [])
        #expect(machine.deadline == nil)
        #expect(machine.want(.on, now: end) == [.subscribe])
    }

    @Test("Where a basic.nack does not count, what is given up is returned by one, after the consumer is cancelled")
    func returnsFreely() {
        var machine = consuming
        machine.returnsFreely = true
        #expect(machine.want(.givenUp, now: start) == [.unsubscribed(1, nil), .cancel, .giveBack, .closeChannel])
    }

    @Test("Giving up outlives the connection: the next one is not subscribed on before it is over")
    func outlivesConnection() {
        var machine = consuming
        _ = machine.want(.givenUp, now: start)
        _ = machine.disconnected(.heartbeatMissed)
        #expect(machine.connected(now: start) == [])
        #expect(machine.tick(now: start + .seconds(3600)) == [])
        #expect(machine.want(.on, now: start) == [.subscribe])
    }

    @Test("Giving up ends an attempt to subscribe, and the wait for the next")
    func withoutSession() {
        var machine = SubscriptionMachine()
        #expect(machine.want(.givenUp, now: start) == [])
        #expect(machine.want(.on, now: start) == [], "there is no connection yet")
        _ = machine.connected(now: start)
        #expect(machine.want(.givenUp, now: start) == [.closeChannel])
        #expect(machine.channelClosed(code: 404, text: "", now: start, random: 1) == [.confirmClose])
        #expect(machine.want(.on, now: start) == [.subscribe])
        _ = machine.channelClosed(code: 404, text: "", now: start, random: 1)
        #expect(machine.want(.givenUp, now: start) == [])
        #expect(machine.tick(now: start + .seconds(60)) == [])
        #expect(machine.deadline == nil)
    }
}
