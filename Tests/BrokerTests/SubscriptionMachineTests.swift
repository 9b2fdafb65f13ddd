import Messages
import Testing

@testable import Broker

@Suite("The life of a subscription")
struct SubscriptionMachineTests {
    let start = ContinuousClock.now
    /// A machine that consumes in session 1.
    let consuming: SubscriptionMachine

    init() throws {
        var machine = SubscriptionMachine()
        #expect(machine.connected(now: start) == [.subscribe])
        #expect(try machine.consumeOk(session: 1, now: start) == [.subscribed(1)])
        consuming = machine
    }

    @Test("Tags count from consume-ok to the end of the channel")
    func session() throws {
        var machine = SubscriptionMachine()
        #expect(machine.session == nil)
        _ = machine.connected(now: start)
        #expect(machine.session == nil)
        _ = try machine.consumeOk(session: 4, now: start)
        #expect(machine.session == 4)
        #expect(machine.deliveringSession == 4)
        #expect(machine.disconnected(.heartbeatMissed) == [.unsubscribed(4, .heartbeatMissed)])
        #expect(machine.session == nil)
    }

    @Test("A beginning may be put off for a moment; a pause meanwhile calls it off")
    func putOff() {
        var machine = SubscriptionMachine()
        #expect(machine.connected(now: start, delay: .milliseconds(500)) == [])
        #expect(machine.isConnected && !machine.mayHandOn && machine.deadline == start + .milliseconds(500))
        #expect(machine.want(.on, now: start) == [] && machine.tick(now: start + .milliseconds(499)) == [])
        var paused = machine
        #expect(machine.tick(now: start + .milliseconds(500)) == [.subscribe])
        #expect(paused.want(.paused, now: start) == [] && paused.tick(now: start + .seconds(1)) == [] && paused.deadline == nil)
        #expect(paused.want(.on, now: start + .seconds(2)) == [.subscribe])
    }

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

    @Test("A missing queue is told with the broker's text, the close is answered, and it is tried again after the wait")
    func missingQueue() {
        var machine = SubscriptionMachine()
        _ = machine.connected(now: start)
        let actions = machine.channelClosed(code: 404, text: "NOT_FOUND", now: start, random: 1)
        #expect(actions == [.confirmClose, .failed(.channelClosed(code: 404, text: "NOT_FOUND"), retryIn: SubscriptionMachine.firstWait)])
        #expect(machine.deadline == start + SubscriptionMachine.firstWait)
        #expect(machine.tick(now: start) == [])
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [.subscribe])
        #expect(
            machine.channelClosed(code: 404, text: "", now: start, random: 1).last
                == .failed(.channelClosed(code: 404, text: ""), retryIn: SubscriptionMachine.firstWait * 2))
    }

    @Test("A channel closed while consuming ends the session and is opened again")
    func channelClosed() {
        var machine = consuming
        #expect(
            machine.channelClosed(code: 406, text: "timeout", now: start, random: 1) == [
                .confirmClose, .unsubscribed(1, .channelClosed(code: 406, text: "timeout")),
            ])
        #expect(machine.session == nil)
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [.subscribe])
    }

    @Test("A consumer cancelled by the broker gets a fresh channel")
    func cancelledByBroker() throws {
        var machine = consuming
        #expect(machine.cancelledByBroker(now: start, random: 1) == [.unsubscribed(1, .cancelledByServer), .closeChannel])
        #expect(machine.session == nil)
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [.subscribe])
        #expect(try machine.consumeOk(session: 2, now: start) == [.subscribed(2)])
    }

    @Test("When both sides close the channel at once, one subscription follows, not two")
    func closingCrosses() {
        var machine = consuming
        _ = machine.cancelledByBroker(now: start, random: 1)
        #expect(machine.channelClosed(code: 404, text: "", now: start, random: 1) == [.confirmClose])
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [.subscribe])
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [])
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

    @Test("After a pause the session goes on, and its tags with it")
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

    @Test("A broker that does not answer is told of, again and again", arguments: ["subscribing", "closing", "pausing", "going on"])
    func noAnswer(situation: String) {
        var machine = situation == "subscribing" ? SubscriptionMachine() : consuming
        switch situation {
        case "subscribing": _ = machine.connected(now: start)
        case "closing": _ = machine.cancelledByBroker(now: start, random: 1)
        default:
            _ = machine.want(.paused, now: start)
            if situation == "going on" {
                _ = machine.cancelOk(now: start)
                _ = machine.want(.on, now: start)
            }
        }
        #expect(machine.tick(now: start) == [])
        for times in 1...2 {
            guard case .unanswered(.timedOut) = machine.tick(now: start + SubscriptionMachine.answerTime * times).first else {
                Issue.record("not told for the \(times). time")
                return
            }
        }
    }

    @Test("A confirmation nobody asked for breaks the protocol")
    func strayConsumeOk() {
        var machine = consuming
        #expect(throws: ProtocolViolation.self) { try machine.consumeOk(session: 2, now: start) }
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

    @Test("Tags that do not rise by one from 1 in each session break the protocol", arguments: [[2], [1, 3], [1, 1], [0]])
    func tags(wrong: [UInt64]) throws {
        var machine = consuming
        #expect(throws: ProtocolViolation.self) { try machine.delivered(wrong.map(delivery)) }
        machine = consuming
        try machine.delivered([delivery(1), delivery(2)])
        try machine.delivered([delivery(3)])
        _ = machine.want(.givenUp, now: start)
        machine.closeOk(now: start)
        _ = machine.want(.on, now: start)
        _ = try machine.consumeOk(session: 2, now: start)
        try machine.delivered([delivery(1)])
    }

    private func delivery(_ tag: UInt64) -> Delivery {
        Delivery(
            tag: DeliveryTag(rawValue: tag), redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: .identity,
            timestamp: nil, bytes: [], bodyBytes: 0)
    }
}
