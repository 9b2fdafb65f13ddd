import Messages
import Testing

@testable import Broker

@Suite("A subscription that is paused")
struct SubscriptionPauseTests {
    let start = ContinuousClock.now
    /// A machine that consumes in session 1.
    let consuming: SubscriptionMachine

    init() throws { consuming = try .consuming(since: start) }

    @Test("A queue that is handed over keeps its consumer while it is paused and hands nothing on; only closing its channel leaves it")
    func withheld() throws {
        var machine = SubscriptionMachine(handsOver: true)
        _ = machine.connected(now: start)
        _ = try machine.consumeOk(session: 1, now: start)
        #expect(machine.want(.paused, now: start) == [])
        #expect(machine.session == 1 && machine.deliveringSession == nil && !machine.mayStillDeliver, "it acknowledges, and no more")
        #expect(machine.want(.givenUp, now: start) == [.unsubscribed(1, nil), .closeChannel])
        machine.closeOk(now: start)
        #expect(machine.want(.on, now: start) == [.subscribe])
    }

    @Test("Going on again before it was left, it begins a new session: what was not handed on would be missing in this one")
    func withheldAndResumed() throws {
        var machine = SubscriptionMachine(handsOver: true)
        _ = machine.connected(now: start)
        _ = try machine.consumeOk(session: 1, now: start)
        _ = machine.want(.paused, now: start)
        #expect(machine.want(.on, now: start) == [.unsubscribed(1, nil), .closeChannel])
        machine.closeOk(now: start)
        #expect(machine.tick(now: start) == [.subscribe])
    }

    @Test("Paused, what comes before the broker's confirmation is handed on; afterwards the channel stays open for acknowledgements")
    func pause() {
        var machine = consuming
        #expect(machine.want(.paused, now: start) == [.cancel])
        #expect(machine.want(.paused, now: start) == [], "said again")
        #expect(machine.deliveringSession == 1 && machine.mayStillDeliver)
        #expect(machine.cancelOk(now: start) == [])
        #expect(machine.deliveringSession == nil && !machine.mayStillDeliver)
        #expect(machine.session == 1 && machine.isChannelOpen)
        #expect(machine.deadline == nil)
    }

    @Test("After a pause the session continues, and its tags with it")
    func goingOn() throws {
        var machine = consuming
        try machine.delivered([delivery(1), delivery(2)])
        _ = machine.want(.paused, now: start)
        _ = machine.cancelOk(now: start)
        #expect(machine.want(.on, now: start) == [.consume])
        #expect(machine.session == 1)
        #expect(try machine.consumeOk(session: 2, now: start) == [.resumed(1)])
        try machine.delivered([delivery(3)])
    }

    @Test("A change of mind waits for the broker's answer to what was asked before")
    func changeOfMind() throws {
        var machine = consuming
        _ = machine.want(.paused, now: start)
        #expect(machine.want(.on, now: start) == [])
        #expect(machine.cancelOk(now: start) == [.consume])
        #expect(machine.want(.paused, now: start) == [])
        #expect(try machine.consumeOk(session: 2, now: start) == [.cancel])
        #expect(machine.cancelOk(now: start) == [])
        #expect(machine.session == 1)
    }

    @Test(
        "Given up while paused, the channel is closed and what is held returns; afterwards the pause still holds, on a new connection as well"
    )
    func givenUpWhilePaused() {
        var machine = consuming
        _ = machine.want(.paused, now: start)
        _ = machine.cancelOk(now: start)
        #expect(machine.want(.givenUp, now: start) == [.unsubscribed(1, nil), .closeChannel])
        machine.closeOk(now: start)
        #expect(machine.want(.paused, now: start) == [])
        _ = machine.disconnected(nil)
        #expect(machine.connected(now: start) == [])
        #expect(machine.want(.on, now: start) == [.subscribe])
    }

    @Test("A channel that is lost while paused is opened again when deliveries are wanted", arguments: [true, false])
    func lostWhilePaused(isAskedBefore: Bool) {
        var machine = consuming
        _ = machine.want(.paused, now: start)
        if isAskedBefore { _ = machine.want(.on, now: start) }
        let reason = BrokerError.Reason.channelClosed(code: 406, text: "")
        #expect(machine.channelClosed(code: 406, text: "", now: start, random: 1) == [.confirmClose, .unsubscribed(1, reason)])
        #expect(machine.cancelOk(now: start) == [], "it is of the channel that is gone")
        #expect(
            isAskedBefore
                ? machine.tick(now: start + SubscriptionMachine.firstWait) == [.subscribe] : machine.want(.on, now: start) == [.subscribe])
    }

    @Test("Paused before consuming was confirmed, the channel is closed and stays closed")
    func pauseWhileSubscribing() throws {
        var machine = SubscriptionMachine()
        _ = machine.connected(now: start)
        #expect(machine.isChannelOpen && !machine.isChannelClosing)
        #expect(machine.want(.paused, now: start) == [.closeChannel])
        #expect(!machine.isChannelOpen && machine.isChannelClosing)
        #expect(try machine.consumeOk(session: 1, now: start) == [])
        machine.closeOk(now: start)
        #expect(machine.deadline == nil)
        #expect(!machine.isChannelOpen && !machine.isChannelClosing)
    }
}
