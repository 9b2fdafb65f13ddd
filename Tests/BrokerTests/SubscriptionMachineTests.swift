import Mapping
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
        #expect(try machine.consumeOk(session: 1) == [.subscribed(1)])
        consuming = machine
    }

    @Test("Tags count from consume-ok to the end of the channel")
    func session() throws {
        var machine = SubscriptionMachine()
        #expect(machine.session == nil)
        _ = machine.connected(now: start)
        #expect(machine.session == nil)
        _ = try machine.consumeOk(session: 4)
        #expect(machine.session == 4)
        #expect(machine.deliveringSession == 4)
        #expect(machine.disconnected(.heartbeatMissed) == [.unsubscribed(4, .heartbeatMissed)])
        #expect(machine.session == nil)
    }

    @Test("A missing queue is told with the broker's text, the close is answered, and it is tried again after the wait")
    func missingQueue() {
        var machine = SubscriptionMachine()
        _ = machine.connected(now: start)
        let actions = machine.channelClosed(code: 404, text: "NOT_FOUND", now: start, random: 1)
        #expect(actions == [.confirmClose, .failed(.channelClosed(code: 404, text: "NOT_FOUND"), retryIn: Backoff.first)])
        #expect(machine.deadline == start + Backoff.first)
        #expect(machine.tick(now: start) == [])
        #expect(machine.tick(now: start + Backoff.first) == [.subscribe])
        #expect(
            machine.channelClosed(code: 404, text: "", now: start, random: 1).last
                == .failed(.channelClosed(code: 404, text: ""), retryIn: Backoff.first * 2))
    }

    @Test("A channel closed while consuming ends the session and is opened again")
    func channelClosed() {
        var machine = consuming
        #expect(
            machine.channelClosed(code: 406, text: "timeout", now: start, random: 1) == [
                .confirmClose, .unsubscribed(1, .channelClosed(code: 406, text: "timeout")),
            ])
        #expect(machine.session == nil)
        #expect(machine.tick(now: start + Backoff.first) == [.subscribe])
    }

    @Test("A consumer cancelled by the broker gets a fresh channel")
    func cancelledByBroker() throws {
        var machine = consuming
        #expect(machine.cancelledByBroker(now: start, random: 1) == [.unsubscribed(1, .cancelledByServer), .closeChannel])
        #expect(machine.session == nil)
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + Backoff.first) == [.subscribe])
        #expect(try machine.consumeOk(session: 2) == [.subscribed(2)])
    }

    @Test("When both sides close the channel at once, one subscription follows, not two")
    func closingCrosses() {
        var machine = consuming
        _ = machine.cancelledByBroker(now: start, random: 1)
        #expect(machine.channelClosed(code: 404, text: "", now: start, random: 1) == [.confirmClose])
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + Backoff.first) == [.subscribe])
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + Backoff.first) == [])
    }

    @Test("After our cancel nothing more is delivered, but what was can be acknowledged")
    func cancel() {
        var machine = consuming
        #expect(machine.cancel(now: start) == [.cancel])
        #expect(machine.cancel(now: start) == [])
        #expect(machine.deliveringSession == nil)
        #expect(machine.session == 1)
        #expect(machine.mayStillDeliver)
        machine.cancelOk()
        #expect(machine.session == 1)
        #expect(!machine.mayStillDeliver)
    }

    @Test("Cancelled before it was confirmed, the channel is closed and stays closed")
    func cancelWhileSubscribing() throws {
        var machine = SubscriptionMachine()
        _ = machine.connected(now: start)
        #expect(machine.isChannelOpen && !machine.isChannelClosing)
        #expect(machine.cancel(now: start) == [.closeChannel])
        #expect(!machine.isChannelOpen && machine.isChannelClosing)
        #expect(try machine.consumeOk(session: 1) == [])
        machine.closeOk(now: start)
        #expect(machine.deadline == nil)
        #expect(!machine.isChannelOpen && !machine.isChannelClosing)
    }

    @Test("Suspended, the channel is closed, so that what is unacknowledged returns; resumed, it is opened again")
    func suspend() {
        var machine = consuming
        #expect(machine.suspend(now: start) == [.unsubscribed(1, nil), .cancel, .closeChannel])
        #expect(!machine.mayHandOn)
        #expect(machine.session == nil)
        machine.closeOk(now: start)
        #expect(machine.deadline == nil)
        #expect(machine.resume(now: start) == [.subscribe])
    }

    @Test("Resumed before the channel is closed, it is opened once that is confirmed")
    func resumeEarly() {
        var machine = consuming
        _ = machine.suspend(now: start)
        #expect(machine.resume(now: start) == [])
        machine.closeOk(now: start)
        #expect(machine.tick(now: start) == [.subscribe])
    }

    @Test("Suspended while it waits to try again, it does not try again")
    func suspendWaiting() {
        var machine = SubscriptionMachine()
        _ = machine.connected(now: start)
        _ = machine.channelClosed(code: 404, text: "", now: start, random: 1)
        #expect(machine.suspend(now: start) == [])
        #expect(machine.deadline == nil)
        #expect(machine.resume(now: start) == [.subscribe])
    }

    @Test("A broker that does not answer costs the connection", arguments: [true, false])
    func noAnswer(whileSubscribing: Bool) {
        var machine = consuming
        if whileSubscribing {
            machine = SubscriptionMachine()
            _ = machine.connected(now: start)
        } else {
            _ = machine.cancelledByBroker(now: start, random: 1)
        }
        let later = start + SubscriptionMachine.answerTime
        #expect(machine.tick(now: start) == [])
        guard case .abandon(.timedOut) = machine.tick(now: later).first else {
            Issue.record("not abandoned")
            return
        }
    }

    @Test("A confirmation nobody asked for breaks the protocol")
    func strayConsumeOk() {
        var machine = consuming
        #expect(throws: ProtocolViolation.self) { try machine.consumeOk(session: 2) }
    }

    @Test("A suspension outlives the connection: the next one is not subscribed on before it is over")
    func suspensionOutlivesConnection() {
        var machine = consuming
        _ = machine.suspend(now: start)
        _ = machine.disconnected(.heartbeatMissed)
        #expect(machine.connected(now: start) == [])
        #expect(machine.tick(now: start + .seconds(3600)) == [])
        #expect(machine.resume(now: start) == [.subscribe])
    }

    @Test("A suspension ends an attempt to subscribe, and the wait for the next")
    func suspensionWithoutSession() {
        var machine = SubscriptionMachine()
        #expect(machine.suspend(now: start) == [])
        #expect(machine.resume(now: start) == [], "there is no connection yet")
        _ = machine.connected(now: start)
        #expect(machine.suspend(now: start) == [.closeChannel])
        #expect(machine.channelClosed(code: 404, text: "", now: start, random: 1) == [.confirmClose])
        #expect(machine.resume(now: start) == [.subscribe])
        _ = machine.channelClosed(code: 404, text: "", now: start, random: 1)
        #expect(machine.suspend(now: start) == [])
        #expect(machine.deadline == nil)
    }

    @Test("Tags that do not rise by one from 1 in each session break the protocol", arguments: [[2], [1, 3], [1, 1], [0]])
    func tags(wrong: [UInt64]) throws {
        var machine = consuming
        #expect(throws: ProtocolViolation.self) { try machine.delivered(wrong.map(delivery)) }
        machine = consuming
        try machine.delivered([delivery(1), delivery(2)])
        try machine.delivered([delivery(3)])
        _ = machine.suspend(now: start)
        machine.closeOk(now: start)
        _ = machine.resume(now: start)
        _ = try machine.consumeOk(session: 2)
        try machine.delivered([delivery(1)])
    }

    private func delivery(_ tag: UInt64) -> Delivery {
        Delivery(
            tag: DeliveryTag(rawValue: tag), redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: .identity,
            timestamp: nil, bytes: [], bodyBytes: 0)
    }
}
